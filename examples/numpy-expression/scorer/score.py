"""f: elements per second for exp(sin x + cos² x) over an array of doubles."""

from avo_scoring import require_modules, score_candidate

require_modules("numpy")
import numpy as np

SIZE = 5_000_000


def unit(size, random):
    """As in the article: uniform in [0, 1)."""
    return make_generator(random).random(size)


def anything(size, random):
    """Far from 0 as well, and what is easily forgotten, in an array of an odd length."""
    generator = make_generator(random)
    values = generator.uniform(-1000, 1000, size - random.randrange(size // 2))
    specials = [0.0, -0.0, 5e-324, -1e-300, 1e22, -1e300, np.inf, -np.inf, np.nan]
    values[generator.integers(values.size, size=1000)] = generator.choice(specials, 1000)
    return values


def reference(_, x):
    with np.errstate(invalid="ignore"):
        return np.exp(np.sin(x) + np.square(np.cos(x)))


def make_generator(random):
    return np.random.default_rng(random.getrandbits(128))


score_candidate(
    module="expression.py",
    function="build_func",
    configurations={"5 million": (unit, SIZE)},
    holdout={"any double": (anything, 300_000)},
    input=lambda configuration, random: configuration[0](configuration[1], random),
    reference=reference,
    tolerance={"relative": 1e-12},
    work=lambda _, x: x.size,
    channel="subtracted",
    samples=3,
    budget_seconds=0.3,
    timeout_seconds=5,
    start_timeout_seconds=10,
)
