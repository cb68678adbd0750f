"""f: elements per second for exp(sin x + cos² x) over an array of doubles."""

import json
import os
import sys
from pathlib import Path

from avo_scoring import require_modules, score_candidate

require_modules("numpy")
import numpy as np

from rules import find_breach

SIZE = 5_000_000
# An array of no elements, and fewer than there are cores or blocks.
SMALL_SIZES = (0, 1, 2, 3, 7, 1000)


def unit(size, random):
    """As in the article: uniform in [0, 1)."""
    return make_generator(random).random(size)


def anything(size, random):
    """Far from 0 as well, and what is easily forgotten."""
    generator = make_generator(random)
    specials = generator.choice([0.0, -0.0, 5e-324, -1e-300, 1e22, -1e300, np.inf, -np.inf, np.nan], size)
    return np.where(generator.random(size) < 0.01, specials, generator.uniform(-1000, 1000, size))


def anything_odd(size, random):
    """An odd number of elements, between half and all of the size."""
    return anything(size - 1 - 2 * random.randrange(size // 4), random)


def reference(_, x):
    with np.errstate(invalid="ignore"):
        return np.exp(np.sin(x) + np.square(np.cos(x)))


def make_generator(random):
    return np.random.default_rng(random.getrandbits(128))


def report_breach(breach):
    """Instead of a score."""
    document = json.dumps({"correct": False, "scores": {}, "feedback": breach})
    if "AVO_RESULT" in os.environ:
        Path(os.environ["AVO_RESULT"]).write_text(document)
    else:
        print(document)
    sys.exit()


directory = os.environ.get("AVO_CANDIDATE") or sys.argv[-1]
breach = find_breach(Path(directory)) if os.path.isdir(directory) else None
if breach:
    report_breach(breach)
score_candidate(
    module="expression.py",
    function="build_func",
    configurations={"5 million": (unit, SIZE)},
    holdout={
        "any double": (anything_odd, 300_000),
        **{f"{size} elements": (anything, size) for size in SMALL_SIZES},
    },
    input=lambda configuration, random: configuration[0](configuration[1], random),
    reference=reference,
    tolerance={"relative": 1e-12},
    work=lambda _, x: max(x.size, 1),
    channel="subtracted",
    samples=3,
    budget_seconds=0.3,
    timeout_seconds=5,
    start_timeout_seconds=10,
)
