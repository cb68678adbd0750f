from abc import ABC, abstractmethod
from typing import List

from avo.core.types import Score


class ScoringFunction(ABC):
    """Base class of a scorer f(x) = (f_1(x), …, f_n(x))."""

    @abstractmethod
    def evaluate(self, source_code: str, source_file: str = "solution.py") -> Score:
        """Scores a candidate. The working directory holds its file; the code may be written and run there."""

    @abstractmethod
    def get_configurations(self) -> List[str]:
        """Names of the configurations; every correct score has exactly these."""

    def get_reference_description(self) -> str:
        """What a candidate is compared with; empty where there is nothing to say."""
        return ""

    def get_scoring_context(self) -> str:
        """What is optimized and how it is measured, for the agent."""
        return "Configurations: " + ", ".join(self.get_configurations())
