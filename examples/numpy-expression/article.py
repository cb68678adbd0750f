"""What LLM-Evo's run ended with (https://noerouizem.com/experiments/llm-evo-demo, 2025-11-10), written down again.

A task for each block of 2^20 elements, in a pool that is made for the call; 1 + s - s² in place, with an array for the square.
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

BLOCK = 1 << 20


def build_func(x):
    with ThreadPoolExecutor() as pool:
        tasks = [pool.submit(fill, x[start : start + BLOCK]) for start in range(0, x.size, BLOCK)]
        for task in tasks:
            task.result()
    return x


def fill(part):
    np.sin(part, out=part)
    squared = np.empty(part.size)
    np.multiply(part, part, out=squared)
    part += 1.0
    part -= squared
    np.exp(part, out=part)
