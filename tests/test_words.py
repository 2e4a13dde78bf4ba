"""Words of the vocabularies: how they are named."""

from __future__ import annotations

import re

import pytest

from kgbuild.config import Settings
from kgbuild.lexicon import Lexicon, load_lexicon
from kgbuild.terms import GPLANV, SKOS


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load_lexicon(Settings())


def local_names(lexicon: Lexicon) -> list[str]:
    return [s[len(GPLANV) + 1 : -1] for s in lexicon.nodes if s.startswith(f"<{GPLANV}")]


def test_iris_of_words_are_readable(lexicon: Lexicon) -> None:
    """English or full pinyin in ASCII; a digit is a tone that tells homophones apart, or stands in the word itself."""
    names = local_names(lexicon)
    assert len(names) > 1000
    for name in names:
        assert re.fullmatch(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*", name), name
        assert not re.search(r"-[0-9a-f]*\d[0-9a-f]*[a-f][0-9a-f]*$", name) or re.search(r"[g-z]", name.rsplit("-")[-1])


def test_an_iri_names_one_word(lexicon: Lexicon) -> None:
    for subject, node in lexicon.nodes.items():
        if subject.startswith(f"<{GPLANV}"):
            labels = [o for o in node.get(f"<{SKOS}prefLabel>", ()) if o.endswith("@zh")]
            assert len(labels) <= 1, subject
