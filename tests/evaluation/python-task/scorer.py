"""Counts words: correct, and fast on small and large texts."""

import importlib.util
import random
import time
from pathlib import Path

from avo.core.scoring import ScoringFunction
from avo.core.types import Score
from vocabulary import VOCABULARY

SIZES = {"words_100": 100, "words_1000": 1000}


class Scorer(ScoringFunction):
    def __init__(self, workspace_dir=None):
        self.workspace = Path(workspace_dir or ".")

    def get_configurations(self):
        return list(SIZES)

    def get_reference_description(self):
        return "Reference: a loop over a dictionary"

    def evaluate(self, source_code, source_file="solution.py"):
        path = self.workspace / source_file
        path.write_text(source_code)
        try:
            spec = importlib.util.spec_from_file_location("candidate", path)
            candidate = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(candidate)
        except Exception as error:
            return Score(correctness_message=f"can't be imported: {error}")

        values = {}
        for name, size in SIZES.items():
            words = random.choices(VOCABULARY, k=size)
            start = time.perf_counter()
            counts = candidate.count_words(list(words))
            seconds = time.perf_counter() - start
            if counts != {word: words.count(word) for word in set(words)}:
                return Score(correctness_message=f"{name}: wrong counts")
            values[name] = size / seconds
            print(f'{{"correct": true, "scores": {{"{name}": 1e9}}}}')
        return Score(values=values, passes_correctness=True, correctness_message="OK")
