"""Words of the vocabularies: how they are named."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import kgbuild
from kgbuild.config import Settings
from kgbuild.errors import InternalError
from kgbuild.extract.populations.spans import _weak_end
from kgbuild.lexicon import load_lexicon
from kgbuild.lexicon.records import Records
from kgbuild.lexicon.skos import zh
from kgbuild.lexicon.turtle import Node, by_subject, parse_file, vocabulary_files
from kgbuild.lexicon.words import Word, Words, WordTable, expression_of
from kgbuild.terms import ALT, DCTERMS, GPLAN, GPLANV, HIDDEN, OWL, PREF, RDF, SKOS, lexical

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kgbuild.lexicon import Lexicon

MOST_NUMBERED = 8
"""Words that have a number in place of their meaning; give a new homophone a meaning, this number only falls."""
COLLECTION = f"<{SKOS}Collection>"


@pytest.fixture(scope="module")
def nodes() -> dict[str, Node]:
    """All vocabularies by subject, the words of the grammar among them."""
    return by_subject(t for path in vocabulary_files(Settings()) for t in parse_file(path))


def local_names(nodes: dict[str, Node]) -> list[str]:
    return [s[len(GPLANV) + 1 : -1] for s in nodes if s.startswith(f"<{GPLANV}")]


def test_iris_of_words_are_readable(nodes: dict[str, Node]) -> None:
    """English or full pinyin in ASCII; homophones have their tones, or a word that says which is meant, no number."""
    names = local_names(nodes)
    assert len(names) > 3000
    numbered = [name for name in names if re.search(r"-\d+$", name)]
    assert len(numbered) <= MOST_NUMBERED, numbered
    for name in names:
        assert re.fullmatch(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*", name), name
        assert not re.search(r"-[0-9a-f]*\d[0-9a-f]*[a-f][0-9a-f]*$", name) or re.search(r"[g-z]", name.rsplit("-")[-1])


def test_an_iri_names_one_word(nodes: dict[str, Node]) -> None:
    for subject, node in nodes.items():
        if subject.startswith(f"<{GPLANV}"):
            labels = [o for o in node.get(f"<{SKOS}prefLabel>", ()) if o.endswith("@zh")]
            assert len(labels) <= 1, subject


def test_every_class_says_in_both_languages_what_it_is(nodes: dict[str, Node]) -> None:
    classes = [n for s, n in nodes.items() if s.startswith(f"<{GPLANV}") and COLLECTION in n.get(f"<{RDF}type>", ())]
    assert len(classes) > 100
    for node in (*classes, *(nodes[part] for part in nodes[f"<{GPLANV}grammar-words>"][f"<{SKOS}hasTopConcept>"])):
        for predicate in (f"<{SKOS}prefLabel>", f"<{SKOS}definition>"):
            assert sorted(o[-3:] for o in node[predicate]) == ["@en", "@zh"], node


def test_every_class_of_the_grammar_has_its_part_of_the_scheme(nodes: dict[str, Node]) -> None:
    scheme = nodes[f"<{GPLANV}grammar-words>"]
    grammar = by_subject(parse_file(next(p for p in vocabulary_files(Settings()) if p.name == "words.ttl")))
    parts = set()
    for subject, node in grammar.items():
        if COLLECTION in node.get(f"<{RDF}type>", ()):
            assert node[f"<{SKOS}inScheme>"] == [f"<{GPLANV}grammar-words>"], subject
            parts |= set(node[f"<{DCTERMS}subject>"])
    assert parts == set(scheme[f"<{SKOS}hasTopConcept>"])


def test_every_class_is_spoken_of_and_has_words(lexicon: Lexicon, nodes: dict[str, Node]) -> None:
    sources = "".join(p.read_text(encoding="utf-8") for p in sorted(Path(kgbuild.__file__).parent.rglob("*.py")))
    for subject, node in nodes.items():
        if subject.startswith(f"<{GPLANV}") and COLLECTION in node.get(f"<{RDF}type>", ()):
            name = subject[len(GPLANV) + 1 : -1]
            assert lexicon.words.of(name) or name.startswith("heads-"), name
            assert f"{{{name}}}" in sources or f'"{name}"' in sources or name.startswith("heads-"), name


def test_no_pattern_is_hidden_in_a_word(nodes: dict[str, Node]) -> None:
    """Words and what stands beside them are plain strings; what a pattern says is in the code, where it is read."""
    guards = [f"<{GPLAN}{name}>" for name in ("notBefore", "notAfter", "exceptBefore", "onlyBefore")]
    for subject, node in nodes.items():
        labels = zh(node, PREF, ALT, HIDDEN) if subject.startswith(f"<{GPLANV}word-") else []
        for text in (*labels, *(lexical(o) for name in guards for o in node.get(name, ()))):
            assert not re.search(r"[\\\[\]{}?*+^$|]", text), (subject, text)


def test_a_template_is_any_word_of_its_classes_unless_a_guard_forbids() -> None:
    words = Words({"heads": [["工程", ["师"], [], [], [], "", "", []]], "verbs": ["推进", "推"], "ends": ["人", "者"]})
    assert [m[0] for m in words["{verbs}{heads}"].finditer("推进工程,推工程师,推工程")] == ["推进工程", "推工程"]
    assert words["[{^verbs}{^ends}]"].findall("推者人进") == ["推", "者", "人"]
    with pytest.raises(InternalError, match="gplanv:nouns"):
        words["{nouns}"]


@pytest.mark.parametrize(
    ("word", "behind", "stands"),
    [
        (Word("人", ("工",), except_before=("工资",)), "工", False),
        (Word("人", ("工",), except_before=("工资",)), "工资", True),
        (Word("人民", only_before=("的",)), "的", True),
        (Word("人民", only_before=("的",)), "币", False),
        (Word("人民", only_before=("的",)), "", True),
    ],
)
def test_guards_of_a_word(word: Word, behind: str, *, stands: bool) -> None:
    text = word.text + behind
    assert (re.match(expression_of([word])[1], text) is not None) is stands
    assert WordTable([word]).end(text, 0) == (len(word.text) if stands else 0)


def test_the_verbs_before_a_group_are_those_that_a_pattern_of_them_finds() -> None:
    words = load_lexicon(Settings()).words
    pattern = words["(?:(?:{name-verbs}|{policy-verbs})(?!{classifying-ends})|了|好|着)+"]
    verbs = sorted(words.of("name-verbs") | words.of("policy-verbs"))
    ends = ["", "人员", "好了", *sorted(words.of("classifying-ends"))]
    for text in (
        *(verb + end for verb in verbs for end in ends),
        *map("".join, zip(verbs, reversed(verbs), strict=True)),
    ):
        match = pattern.match(text)
        assert _weak_end(text, words) == (match.end() if match else 0), text


def test_words_of_classes_are_held_where_a_search_for_them_finds_one() -> None:
    words = Words({"heads": [["工程", ["师"], ["大"], [], [], "", "", []]], "verbs": ["推进", "推"]})
    for text in ("", "甲乙", "工程师", "大工程", "小工程", "工程师推", "甲推进"):
        for at in range(len(text) + 1):
            held = words.hold(text, at, "heads", "verbs")
            assert held is (words["{heads}|{verbs}"].search(text, at) is not None), (text, at)


@pytest.mark.parametrize("path", vocabulary_files(Settings()), ids=lambda path: path.name)
def test_every_vocabulary_has_a_header(path: Path) -> None:
    nodes = by_subject(parse_file(path))
    (header,) = [n for n in nodes.values() if f"<{OWL}Ontology>" in n.get(f"<{RDF}type>", ())]
    for name in (f"<{OWL}versionIRI>", f"<{DCTERMS}license>", f"<{DCTERMS}creator>", f"<{DCTERMS}publisher>"):
        assert header.get(name), name
    schemes = [n for n in nodes.values() if f"<{SKOS}ConceptScheme>" in n.get(f"<{RDF}type>", ())]
    for node in (header, *schemes):
        for name in ("title", "description"):
            assert {o[-3:] for o in node.get(f"<{DCTERMS}{name}>", ())} == {"@zh", "@en"}, name


def test_single_characters_behind_a_first_one_make_no_set() -> None:
    """`re` takes as long to compile a set of Han as ten words, and a process compiles hundreds of patterns."""
    assert expression_of([Word("做优"), Word("做大"), Word("做强")]) == ("做", "做优|做大|做强")
    assert expression_of([Word("做大做强"), Word("做优")]) == ("做", "做(?:大做强|优)")


def test_records_are_made_when_they_are_asked_for() -> None:
    made: list[object] = []

    def make(row: Iterable[object]) -> tuple[object, ...]:
        made.append(record := tuple(row))
        return record

    records = Records({"520000": ["云岭省", ["云"]], "520100": ["石桥市", []]}, make)
    assert (len(records), list(records), "999999" in records, made) == (2, ["520000", "520100"], False, [])
    assert (records["520000"], records["520000"]) == (("云岭省", ("云",)),) * 2
    assert len(made) == 1
