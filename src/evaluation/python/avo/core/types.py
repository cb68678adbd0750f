import math
from dataclasses import dataclass, field
from typing import Dict


@dataclass
class Score:
    """What a scorer says about a candidate: one positive value for each configuration, or why it is not correct."""

    values: Dict[str, float] = field(default_factory=dict)
    passes_correctness: bool = False
    correctness_message: str = ""

    @property
    def geomean(self) -> float:
        """Geometric mean over all configurations; 0 for a candidate that is not correct or has a value that is not positive."""
        values = list(self.values.values())
        if not self.passes_correctness or not values or min(values) <= 0:
            return 0.0
        return math.exp(math.fsum(map(math.log, values)) / len(values))

    @property
    def is_zero(self) -> bool:
        return self.geomean == 0.0
