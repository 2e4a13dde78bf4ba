"""Rows: the registers from nothing loaded to the first names found, and finding names in a text."""

from __future__ import annotations

from benchmarks.harness import PYTHON, Given, Pair, Row, at_least, at_most, beside, process
from benchmarks.material import cut, documents

FIRST_ANSWER = """
from kgbuild.config import Settings
from kgbuild.lexicon import load_lexicon
lexicon = load_lexicon(Settings())
assert lexicon.find_parties("由贵州省科学技术协会负责") and lexicon.find_populations("农民")
"""
DICTIONARY = "import logging, jieba; jieba.setLogLevel(logging.ERROR); assert jieba.lcut('由贵州省科学技术协会负责')"


def start(given: Given) -> list[Pair]:
    """A new process up to the first names found, beside jieba up to its first words; both read a cache."""
    command = process(PYTHON, "-W", "ignore", "-c", DICTIONARY)
    return [beside("first names", process(PYTHON, "-c", FIRST_ANSWER), command, given, alike=None)]


def matching(given: Given) -> list[Pair]:
    """Names of bodies with their places and labels of populations, beside the words of the same text."""
    from kgbuild.api import read_file
    from kgbuild.config import Settings
    from kgbuild.lexicon import load_lexicon

    lexicon, lcut = load_lexicon(Settings()), cut()
    pairs = []
    for path in documents(full=given.full):
        text = read_file(path).text

        def ours(text: str = text) -> object:
            return lexicon.find_parties(text), lexicon.find_populations(text)

        def theirs(text: str = text) -> object:
            return lcut(text)

        pairs.append(beside(path.name, ours, theirs, given, alike=None))
    return pairs


ROWS = [
    Row(
        name="registers",
        work="registers loaded, first names found, cold",
        beside="jieba loaded, first words",
        aim=at_most(1),
        measure=start,
    ),
    Row(name="names", work="names of a text, warm", beside="jieba.lcut of it", aim=at_least(20), measure=matching),
]
