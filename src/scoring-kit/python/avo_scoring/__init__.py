"""The scoring kit of avo for scorers written in Python; it needs the standard library only.

A whole scorer:

    from array import array
    from avo_scoring import score_candidate

    score_candidate(
        module="sort.py",
        function="sort",
        configurations={"n = 1000": 1_000, "n = 100000": 100_000},
        input=lambda size, random: array("d", (random.random() for _ in range(size))),
        reference=lambda size, values: array("d", sorted(values)),
    )

The candidate runs in a process of its own, in a sandbox where the harness has one, and never sees AVO_RESULT. The clock runs
in the scorer, from the first byte of an input sent to the last byte of the output received. Every call gets a fresh input,
every output is checked, and only plain data comes back: what JSON can say, bytes, array.array and numpy arrays.
"""

from .difference import first_difference
from .evaluation import evaluate_candidate, score_candidate
from .failures import SandboxFailure
from .requirements import require_modules
from .task import ScoringTask

__all__ = ["ScoringTask", "SandboxFailure", "evaluate_candidate", "first_difference", "require_modules", "score_candidate"]
