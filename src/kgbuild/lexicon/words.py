"""Classes of words that the grammar speaks of → sets and patterns.

Takes the collections and schemes of the vocabularies: the words of a class are the Chinese labels of its members, each
with what may not stand beside it. Gives patterns from templates, in which `{adverbs}` is any word of `gplanv:adverbs`
and `[{^adverbs}]` the first character of any. What a user adds to a class in Turtle is therefore read wherever the
grammar names the class. The grammar itself (order, adjacency, precedence) stays in the templates.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from kgbuild.errors import InternalError
from kgbuild.lexicon.skos import ALT, BROAD_MATCH, BROADER, HIDDEN, MEMBER, NOTATION, PREF, SCHEME, notations_of, zh
from kgbuild.terms import GPLANV, gplan, lexical

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from kgbuild.lexicon.turtle import Node

_CLASS = re.compile(r"\{(?P<first>\^?)(?P<name>[a-z][a-z-]*)\}")
_HEAD = re.compile(r"(?:^|\|)\^?(?:\(\?(?::|P<\w+>))*$")
_START = f"<{GPLANV}"
FILE = "words.ttl"
"""The file that holds nothing but words of the grammar."""
MANY = 8
"""A class with more first characters than this fails faster behind a look at the next character."""


class Word(NamedTuple):
    """A word of a class, and what shows that it is another word.

    Attributes:
        text: The word.
        not_before: Strings right behind it that make another word of it (工程 is none in 工程师).
        not_after: Strings right before it that do.
        except_before: Strings behind it that leave it a word although one of `not_before` begins them (残疾人|工资).
        only_before: If any: the only strings behind which leave it a word.
        means: The concept that it stands for: what it is a `skos:broadMatch` of, else the code that it is a label of.
        code: The value of that code (`skos:notation`), '' for none.
        marks: The types of division that it points at (notations of `gplan:marksKind`).
    """

    text: str
    not_before: tuple[str, ...] = ()
    not_after: tuple[str, ...] = ()
    except_before: tuple[str, ...] = ()
    only_before: tuple[str, ...] = ()
    means: str = ""
    code: str = ""
    marks: tuple[str, ...] = ()

    @property
    def behind(self) -> str:
        """An expression for what may not stand right behind the word, '' if anything may."""
        if self.only_before:
            return f"(?!{_either(self.only_before)})."
        spared = f"(?!{_either(self.except_before)})" if self.except_before else ""
        return f"{spared}(?:{_either(self.not_before)})" if self.not_before else ""

    @property
    def before(self) -> str:
        """An expression for what may not stand right before the word, '' if anything may."""
        return f"(?:{_either(self.not_after)})$" if self.not_after else ""


def _either(strings: Iterable[str]) -> str:
    return "|".join(re.escape(string) for string in strings)


_MARKS = gplan("marksKind")
_GUARDS = tuple(gplan(name) for name in ("notBefore", "notAfter", "exceptBefore", "onlyBefore"))


def compile_words(nodes: Mapping[str, Node]) -> dict[str, list[str | list[object]]]:
    """Return class → its words, longer ones first: the string of a plain word, the fields of any other `Word`.

    A class is a `skos:Collection` or a `skos:ConceptScheme` of our vocabulary, known by the local name of its IRI; a
    code is the class of its own labels as well.
    """
    classes: dict[str, dict[str, list[object]]] = {}
    for subject, node in nodes.items():
        if subject.startswith(_START):
            for member in node.get(MEMBER, ()):
                _add(classes.setdefault(_local(subject), {}), member, nodes)
        # what has neither code nor broader concept is the name of a group of words, not a word
        for scheme in node.get(SCHEME, ()) if NOTATION in node or BROADER in node else ():
            if scheme.startswith(_START):
                _add(classes.setdefault(_local(scheme), {}), subject, nodes)
                if subject.startswith(_START) and NOTATION in node:
                    _add(classes.setdefault(_local(subject), {}), subject, nodes)
    return {
        name: [_compact(row) for row in sorted(words.values(), key=_longest_first)]
        for name, words in sorted(classes.items())
        if words
    }


def _compact(row: list[object]) -> str | list[object]:
    return row if any(row[1:]) else str(row[0])


def _add(words: dict[str, list[object]], subject: str, nodes: Mapping[str, Node]) -> None:
    node = nodes.get(subject, {})
    guards = [sorted(lexical(o) for o in node.get(name, ())) for name in _GUARDS]
    notation = node.get(NOTATION)
    marks = notations_of(nodes, subject, _MARKS)
    means = node.get(BROAD_MATCH) or ([subject] if notation else [""])
    for label in zh(node, PREF, ALT, HIDDEN):
        words.setdefault(label, [label, *guards, means[0], lexical(notation[0]) if notation else "", marks])


def _local(subject: str) -> str:
    return subject[len(_START) : -1]


def _longest_first(row: Sequence[object]) -> tuple[int, str]:
    return -len(str(row[0])), str(row[0])


class WordTable:
    """The words of a class by their first characters, to be asked what stands at an offset.

    It answers as the expression `{class}` does, and costs nothing to compile.

    Example:
        >>> table = WordTable([Word("以及"), Word("以"), Word("及", ("时",), ("普",))])
        >>> [*table.ends("以及时", 0)], table.end("以及时", 1), table.end("普及", 1)
        ([2, 1], 0, 0)
    """

    def __init__(self, words: Iterable[Word]) -> None:
        """Take the words, longer ones first."""
        self._rows: dict[str, list[tuple[str, int, re.Pattern[str] | None, tuple[str, ...]]]] = {}
        for word in words:
            behind = re.compile(word.behind) if word.behind else None
            self._rows.setdefault(word.text[0], []).append((word.text, len(word.text), behind, word.not_after))
        self.firsts = frozenset(self._rows)
        """The first characters of the words."""

    def end(self, text: str, at: int) -> int:
        """Return where the longest word ends that stands at an offset, 0 if none does."""
        for word, size, behind, not_after in self._rows.get(text[at : at + 1], ()):
            if (
                text.startswith(word, at)
                and not (behind and behind.match(text, at + size))
                and not (not_after and text.endswith(not_after, 0, at))
            ):
                return at + size
        return 0

    def ends(self, text: str, at: int) -> list[int]:
        """Return where the words end that stand at an offset, longer ones first."""
        return [
            at + size
            for word, size, behind, not_after in self._rows.get(text[at : at + 1], ())
            if text.startswith(word, at)
            and not (behind and behind.match(text, at + size))
            and not (not_after and text.endswith(not_after, 0, at))
        ]


class Guards:
    """Guarded words → what may not stand beside each, compiled when first asked for."""

    def __init__(self, expressions: Mapping[str, str]) -> None:
        """Take an expression for each word."""
        self._expressions = expressions
        self._compiled: dict[str, re.Pattern[str]] = {}

    def get(self, word: str) -> re.Pattern[str] | None:
        """Return what may not stand beside a word, None if anything may."""
        found = self._compiled.get(word)
        if found is None and word in self._expressions:
            found = self._compiled[word] = re.compile(self._expressions[word])
        return found


class Words(dict[str, re.Pattern[str]]):
    """The classes of words: template → compiled pattern, made when first asked for.

    Example:
        >>> words = Words({"joints": ["以及", ["及", ["时"], ["普"], [], [], "", "", []]]})
        >>> [m[0] for m in words["{joints}"].finditer("甲以及乙及丙,及时普及")]
        ['以及', '及']
    """

    def __init__(self, classes: Mapping[str, Sequence[str | list[Any]]]) -> None:
        """Take the rows of `compile_words`."""
        super().__init__()
        self._classes = classes
        self._sets: dict[str, frozenset[str]] = {}
        self._tables: dict[tuple[str, str], dict[str, Any]] = {}
        self._guards: dict[tuple[str, str], Guards] = {}
        self._by_first: dict[str, WordTable] = {}
        self._lengths: dict[str, int] = {}

    def __missing__(self, template: str) -> re.Pattern[str]:
        """Compile a template.

        Raises:
            InternalError: it names a class that no vocabulary has.
        """
        pattern = self[template] = re.compile(_CLASS.sub(self._expanded, template))
        return pattern

    def __hash__(self) -> int:  # type: ignore[override]  # one for a lexicon: equal is the same
        """Identity, as for the lexicon that holds it."""
        return id(self)

    def of(self, name: str) -> frozenset[str]:
        """Return the words of a class."""
        if name not in self._sets:
            self._sets[name] = frozenset(word.text for word in self.rows(name))
        return self._sets[name]

    def longest(self, name: str) -> int:
        """Return the length of the longest word of a class."""
        if name not in self._lengths:
            self._lengths[name] = max(map(len, self.of(name)), default=0)
        return self._lengths[name]

    def rows(self, name: str) -> tuple[Word, ...]:
        """Return the words of a class with their guards, longer ones first."""
        rows = self._classes.get(name)
        if rows is None:
            raise InternalError(f"no vocabulary has the class gplanv:{name}")
        return tuple(_word(row) for row in rows)

    def meanings(self, name: str) -> dict[str, str]:
        """Return the words of a class that stand for a concept → that concept, as an IRI in N-Triples."""
        return self._table("means", name, lambda: {word.text: word.means for word in self.rows(name) if word.means})

    def codes(self, name: str) -> dict[str, str]:
        """Return the words of a class of codes → the value of their code, longer words first."""
        return self._table("codes", name, lambda: {word.text: word.code for word in self.rows(name) if word.code})

    def concepts(self, name: str) -> dict[str, str]:
        """Return the values of a class of codes → the concept, as an IRI in N-Triples."""
        return self._table("concepts", name, lambda: {w.code: w.means for w in self.rows(name) if w.code})

    def marks(self, name: str) -> dict[str, tuple[str, ...]]:
        """Return the words of a class that point at divisions → the types of those, longer words first."""
        return self._table("marks", name, lambda: {word.text: word.marks for word in self.rows(name) if word.marks})

    def table(self, name: str) -> WordTable:
        """Return the words of a class as a table."""
        if name not in self._by_first:
            self._by_first[name] = WordTable(self.rows(name))
        return self._by_first[name]

    def behind(self, name: str) -> Guards:
        """Return the guarded words of a class → what may not stand right behind them."""
        return self._guarded("behind", name)

    def before(self, name: str) -> Guards:
        """Return the guarded words of a class → what may not stand right before them, to be searched in that."""
        return self._guarded("before", name)

    def _guarded(self, side: str, name: str) -> Guards:
        if (side, name) not in self._guards:
            self._guards[side, name] = Guards({w.text: e for w in self.rows(name) if (e := getattr(w, side))})
        return self._guards[side, name]

    def _table(self, kind: str, name: str, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        if (kind, name) not in self._tables:
            self._tables[kind, name] = make()
        return self._tables[kind, name]

    def _expanded(self, found: re.Match[str]) -> str:
        rows = self.rows(found["name"])
        if found["first"]:
            return re.escape("".join(sorted({word.text[0] for word in rows})))
        # at the head of a pattern `re` itself looks for the first characters, if they are plain
        ahead = _HEAD.search(found.string, 0, found.start()) is None
        return f"(?:{any_of(rows, ahead=ahead)})"


def any_of(words: Iterable[Word], *, ahead: bool = True) -> str:
    """Return an expression for any of the words, longer ones first, grouped by first character so that it fails fast.

    Args:
        words: The words, longer ones first.
        ahead: Look at the next character before the branches where there are many.

    Example:
        >>> any_of([Word("以及"), Word("及", ("时",), ("普",))])
        '以及|及(?!(?:时))(?<!普及)'
    """
    groups: dict[str, list[str]] = {}
    for word in words:
        groups.setdefault(word.text[0], []).append(re.escape(word.text[1:]) + _guards(word))
    branches = "|".join(
        re.escape(first) + (rest[0] if len(rest) == 1 else f"(?:{'|'.join(rest)})") for first, rest in groups.items()
    )
    if ahead and len(groups) > MANY:
        return f"(?=[{re.escape(''.join(groups))}])(?:{branches})"
    return branches


def _guards(word: Word) -> str:
    """Conditions behind a word; what stands before it is looked at from its end, so that it begins with a literal."""
    ahead = f"(?!{word.behind})" if word.behind else ""
    return ahead + "".join(f"(?<!{re.escape(left + word.text)})" for left in word.not_after)


def _word(row: str | list[Any]) -> Word:
    if isinstance(row, str):
        return Word(row)
    text, before, after, spared, only, means, code, marks = row
    return Word(text, tuple(before), tuple(after), tuple(spared), tuple(only), means, code, tuple(marks))
