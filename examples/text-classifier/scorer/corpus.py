"""The posts: 20 newsgroups where they have been fetched, else posts of the same shape that are made up.

    python3 corpus.py     fetches the 20 newsgroups through scikit-learn, once, and writes them beside this file
"""

import gzip
import json
import re
import sys
from pathlib import Path

import numpy as np

FILE = Path(__file__).parent / "20newsgroups.json.gz"

TOPICS = 20
# As in the newsgroups (comp.*, rec.*, sci.*, talk.* and the rest), the topics of a group have words in common.
GROUP_OF_TOPIC = np.repeat(range(5), [5, 4, 4, 4, 3])
WORDS, GROUP_WORDS, TOPIC_WORDS = 30_000, 600, 250
MEDIAN_LENGTH = 75
# Part of a post's words that come from its topic, its group and another topic, and that are said again.
TOPIC_SHARE, GROUP_SHARE, STRAY_SHARE, REPEATED = 0.5, 0.3, 0.2, 0.25
COMMON = (
    "the of to a and in i is that it for you not this on be have with are as but or if they was at by from what an my there "
    "can all will would one do about so your no we some has who he like just know which out their more me any don when people "
    "only how think them get were other than time us then up use had his been also does could should because good very much "
    "even see may its these way into make well want most go same too first where many said new here why after over right "
    "work need now two really being those him still did something say such before take while believe must never"
).split()


# What else stays as it is in a post in a language of its own: what apostrophes leave of words.
ENDINGS = "s t m d re ve ll isn doesn didn won wouldn couldn shouldn wasn aren haven hasn".split()
# Words and numbers, every other character, and where lines end.
KEPT = dict.fromkeys(COMMON + ENDINGS)
PIECE = re.compile(r"[^\W_]+|\S|\n")
# Of a post, so that none is met again as it was.
LEFT_OUT = 0.05


class Newsgroups:
    """Some 18,800 posts, without headers, footers and quotes, in a language that is drawn anew each time.

    The posts are public and always the same. What is known of their words beforehand would be worth more than what can be
    learned from a draw.
    """

    name = "20 newsgroups"

    def __init__(self):
        with gzip.open(FILE, "rt", encoding="utf-8") as file:
            self._posts = json.load(file)

    def draw(self, count, random):
        """So many posts, as texts and as labels, no post twice."""
        posts = random.sample(self._posts, count)
        return translate([text for text, _ in posts], random), number_topics([topic for _, topic in posts], random)


class MadeUp:
    """Posts in a language that is drawn anew each time: English function words and Zipf's law, topics that overlap and stray."""

    name = "made-up posts"

    def draw(self, count, random):
        """So many posts, as texts and as labels."""
        generator = np.random.default_rng(random.getrandbits(128))
        language = np.array(COMMON + make_words(WORDS, random))
        content = np.arange(len(COMMON), len(language))
        groups = [generator.choice(content, GROUP_WORDS, replace=False) for _ in range(5)]
        topics = [generator.choice(content, TOPIC_WORDS, replace=False) for _ in range(TOPICS)]
        everything = np.arange(len(language))
        topics_of_posts = generator.integers(TOPICS, size=count)
        texts = []
        for topic in topics_of_posts:
            # How much of a post is about its topic differs widely; some are next to empty, and some are very long.
            about = generator.beta(1.2, 5)
            sources = [everything, topics[topic], groups[GROUP_OF_TOPIC[topic]], topics[generator.integers(TOPICS)]]
            shares = [1 - about, TOPIC_SHARE * about, GROUP_SHARE * about, STRAY_SHARE * about]
            length = int(MEDIAN_LENGTH * np.exp(generator.normal(0, 1.1)))
            texts.append(write(language, draw_words(length, sources, shares, generator)))
        return texts, number_topics(topics_of_posts.tolist(), random)


def number_topics(topics, random):
    """Their labels: which number stands for which topic is drawn anew each time."""
    labels = random.sample(range(TOPICS), TOPICS)
    return [labels[topic] for topic in topics]


def translate(texts, random):
    """The texts with other words: one for each but the common ones, the same in all of the texts; a few pieces are left out."""
    pieces = dict.fromkeys(piece.lower() for text in texts for piece in PIECE.findall(text))
    words = [piece for piece in pieces if piece.isalnum() and piece not in KEPT]
    translated = dict(zip(words, make_words(len(words), random)))

    def replace(match):
        piece = match[0]
        if random.random() < LEFT_OUT:
            return " " if piece == "\n" else ""
        word = translated.get(piece.lower())
        if word is None:
            return piece
        return word.upper() if piece.isupper() else word.capitalize() if piece[0].isupper() else word

    return [PIECE.sub(replace, text) for text in texts]


def make_words(count, random):
    """Words of two to four syllables, no two the same."""
    syllables = [a + b for a in "b c d f g h k l m n p r s t v w st tr ch pl".split() for b in "a e i o u ai er on".split()]
    words = dict.fromkeys(KEPT)
    while len(words) < len(KEPT) + count:
        words["".join(random.choices(syllables, k=random.choice((2, 2, 3, 3, 4))))] = None
    made = list(words)[len(KEPT) :]
    random.shuffle(made)
    return made


def draw_words(length, sources, shares, generator):
    words = np.concatenate(
        [source[zipf(source.size).searchsorted(generator.random(part))] for source, part in zip(sources, generator.multinomial(length, shares))]
    )
    generator.shuffle(words)
    # What was said once is likely to be said again.
    earlier = (generator.random(length) * np.arange(length)).astype(int)
    return words[np.where(generator.random(length) < REPEATED, earlier, np.arange(length))]


def zipf(count, known={}):
    """Cumulated shares of words by their rank."""
    if count not in known:
        shares = 1 / (np.arange(count) + 2.7)
        known[count] = np.cumsum(shares) / shares.sum()
    return known[count]


def write(language, words):
    text = language[words].tolist()
    sentences = [" ".join(text[start : start + 12]).capitalize() for start in range(0, len(text), 12)]
    return ".\n".join(sentences)


def open_corpus():
    return Newsgroups() if FILE.exists() else MadeUp()


def fetch():
    from sklearn.datasets import fetch_20newsgroups

    try:
        fetched = fetch_20newsgroups(subset="all", remove=("headers", "footers", "quotes"))
    except OSError as error:
        sys.exit(f"the 20 newsgroups can't be fetched, and the scorer goes on with posts that are made up: {error}")
    with gzip.open(FILE, "wt", encoding="utf-8") as file:
        json.dump(list(zip(fetched.data, fetched.target.tolist())), file)
    print(f"{len(fetched.data)} posts are in {FILE}: from now on the scorer takes them")


if __name__ == "__main__":
    fetch()
