import numpy as np


def build_func(x):
    return np.exp(np.sin(x) + np.square(np.cos(x)))
