import numpy as np


def build_func(x):
    block = 1 << 14
    for start in range(0, x.size, block):
        part = x[start:start + block]
        np.sin(part, out=part)
        part -= 0.5
        part *= part
        np.subtract(1.25, part, out=part)
        np.exp(part, out=part)
    return x
