"""f: four fifths accuracy on posts that were not learned from, one fifth how soon they are labelled."""

import sys

from avo_scoring import require_modules, score_candidate

require_modules("numpy", "sklearn")
from corpus import TOPICS, open_corpus

LEARNED, UNKNOWN = 2_000, 1_000
# Learning and labelling in no time earns all of the fifth, in this time half of it.
HALF_SECONDS = 5
# One in twenty is right by chance.
LEAST_ACCURACY = 0.2

corpus = open_corpus()
# The labels of the posts to be labelled never leave this process.
answers = {}


def draw(_, random):
    texts, labels = corpus.draw(LEARNED + UNKNOWN, random)
    unknown = texts[LEARNED:]
    answers[tuple(unknown)] = labels[LEARNED:]
    return [texts[:LEARNED], labels[:LEARNED], unknown]


def check(_, given, labels):
    if type(labels) is not list or len(labels) != UNKNOWN:
        return f"a list of {UNKNOWN} labels is wanted, one for each of the texts"
    if not all(type(label) is int and 0 <= label < TOPICS for label in labels):
        return f"labels are integers from 0 to {TOPICS - 1}"
    accuracy = find_accuracy(given, labels)
    return accuracy >= LEAST_ACCURACY or f"{accuracy:.1%} of the labels are right, and {LEAST_ACCURACY:.0%} is the least"


def value(_, given, labels, seconds):
    return 0.8 * find_accuracy(given, labels) + 0.2 / (1 + seconds / HALF_SECONDS)


def find_accuracy(given, labels):
    _, _, unknown = given
    return sum(map(int.__eq__, labels, answers[tuple(unknown)])) / UNKNOWN


print(f"the corpus: {corpus.name}; `python3 scorer/corpus.py` fetches the 20 newsgroups", file=sys.stderr)
score_candidate(
    module="classifier.py",
    function="classify",
    spread=True,
    configurations={corpus.name: None},
    input=draw,
    check=check,
    value=value,
    plausible=lambda _: (0, 0.95),
    timeout_seconds=60,
    start_timeout_seconds=10,
)
