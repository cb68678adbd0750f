import numpy as np


import os
from concurrent.futures import ThreadPoolExecutor

CORES = len(os.sched_getaffinity(0))
POOL = ThreadPoolExecutor(CORES)


def build_func(x):
    block = 1 << 16
    starts = iter(range(0, x.size, block))

    def fill(_):
        for start in starts:
            part = x[start:start + block]
            np.sin(part, out=part)
            part -= 0.5
            part *= part
            np.subtract(1.25, part, out=part)
            np.exp(part, out=part)

    list(POOL.map(fill, range(CORES)))
    return x
