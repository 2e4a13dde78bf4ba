"""The vocabularies under `ontology/` as tables and automata: the places, bodies and populations that are known.

Takes the Turtle files of the project and of the folders that the user names; returns a `Lexicon`, which only looks up.
It never reads a document and decides nothing about one; that is the task of `link`.
"""

from kgbuild.lexicon.lexicon import Lexicon, compile_lexicon, lexicon_digest, load_lexicon
from kgbuild.lexicon.records import Core, Division, Match, Name, RegisteredBody

__all__ = [
    "Core",
    "Division",
    "Lexicon",
    "Match",
    "Name",
    "RegisteredBody",
    "compile_lexicon",
    "lexicon_digest",
    "load_lexicon",
]
