"""The vocabularies under `ontology/` as tables and automata: which places, bodies and populations there are.

Takes the Turtle of the project and of the folders that a user names; gives a `Lexicon`, which only looks things up.
It never reads a document and decides nothing about one: that is `link`.
"""

from kgbuild.lexicon.lexicon import Lexicon, compile_lexicon, load_lexicon
from kgbuild.lexicon.records import Core, Division, Match, Name, RegisteredBody

__all__ = ["Core", "Division", "Lexicon", "Match", "Name", "RegisteredBody", "compile_lexicon", "load_lexicon"]
