from avo.core.scoring import ScoringFunction
from avo.core.types import Score

__all__ = ["Score", "ScoringFunction"]
