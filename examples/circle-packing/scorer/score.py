"""f: the sum of the radii of n circles in the unit square, with no tolerance: whether they fit is decided in exact arithmetic."""

import os
from fractions import Fraction
from itertools import combinations

from avo_scoring import score_candidate

COUNT = int(os.environ.get("CIRCLES", "26"))


def check(n, _, circles):
    if not is_list(circles, n) or not all(is_list(circle, 3) for circle in circles):
        return f"a list of {n} circles [x, y, radius] is wanted"
    if not all(type(number) in (int, float) and abs(number) < 2 for circle in circles for number in circle):
        return "x, y and radius are numbers of the unit square"
    exact = [tuple(map(Fraction, circle)) for circle in circles]
    for i, (x, y, radius) in enumerate(exact):
        if radius < 0:
            return f"circle {i} has the radius {float(radius)}"
        outside = max(radius - x, radius - y, x + radius - 1, y + radius - 1)
        if outside > 0:
            return f"circle {i} is outside of the square by {float(outside):.3g}"
    for (i, (x, y, radius)), (j, (u, v, other)) in combinations(enumerate(exact), 2):
        lacking = (radius + other) ** 2 - (x - u) ** 2 - (y - v) ** 2
        if lacking > 0:
            return f"circles {i} and {j} overlap: their distance squared is short of (r + s)² by {float(lacking):.3g}"
    return True


def value(n, _, circles):
    return sum(Fraction(radius) for _, _, radius in circles)


def is_list(candidate, length):
    return type(candidate) is list and len(candidate) == length


score_candidate(
    module="pack.py",
    function="pack",
    configurations={f"{COUNT} circles": COUNT},
    input=lambda n, random: n,
    check=check,
    value=value,
    timeout_seconds=60,
    start_timeout_seconds=10,
)
