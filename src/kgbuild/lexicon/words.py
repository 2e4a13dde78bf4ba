"""The word classes of the grammar → sets and patterns.

Takes the collections and schemes of the vocabularies: the words of a class are the Chinese labels of its members, each
with its guards. Patterns are written as templates in which `{adverbs}` is any word of `gplanv:adverbs` and
`[{^adverbs}]` the first character of any. Words that a user adds to a class in Turtle are thus recognised wherever the
grammar names the class. The grammar itself (order, adjacency, precedence) is in the templates.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from kgbuild.errors import InternalError
from kgbuild.lexicon.skos import notations_of, zh
from kgbuild.terms import ALT, BROAD_MATCH, BROADER, GPLANV, HIDDEN, MEMBER, NOTATION, PREF, SCHEME, gplan, lexical

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from kgbuild.lexicon.borders import Borders
    from kgbuild.lexicon.turtle import Node

_CLASS = re.compile(r"\{(?P<first>\^?)(?P<name>[a-z][a-z-]*)\}")
_HEAD = re.compile(r"(?:^|\|)\^?(?:\(\?(?::|P<\w+>))*$")
_START = f"<{GPLANV}"
FILE = "words.ttl"
"""The file that contains only words of the grammar."""
TABLES = ("policy-verbs", "compounding-verbs", "joints", "adverbs", "phrase-ends")
"""The classes that are read word by word in running text, where a word may be an accident at the border of others."""
MANY = 8
"""From this number of first characters on, a class fails faster if the next character is looked at first."""


class Word(NamedTuple):
    """A word of a class with its guards, the contexts in which the characters are part of another word.

    Attributes:
        text: The word.
        not_before: Strings directly after it that make it another word (工程 in 工程师).
        not_after: Strings directly before it that make it another word.
        except_before: Strings after it that keep it a word although one of `not_before` starts them (残疾人|工资).
        only_before: If not empty, the only strings after which it is a word.
        means: Its concept: the target of its `skos:broadMatch`, otherwise the code of which it is a label.
        code: The value of that code (`skos:notation`), '' if there is none.
        marks: The types of division to which it refers (notations of `gplan:marksKind`).
    """

    text: str
    not_before: tuple[str, ...] = ()
    not_after: tuple[str, ...] = ()
    except_before: tuple[str, ...] = ()
    only_before: tuple[str, ...] = ()
    means: str = ""
    code: str = ""
    marks: tuple[str, ...] = ()

    def forbids(self, text: str, at: int) -> bool:
        """Tell whether what follows the word in a text makes it another one; as `behind`, without a pattern."""
        if self.only_before:
            return text[at : at + 1] not in {"", "\n"} and not text.startswith(self.only_before, at)
        return text.startswith(self.not_before, at) and not text.startswith(self.except_before, at)

    @property
    def behind(self) -> str:
        """Expression for what must not follow the word directly, '' if anything may."""
        if self.only_before:
            return f"(?!{_either(self.only_before)})."
        spared = f"(?!{_either(self.except_before)})" if self.except_before else ""
        return f"{spared}(?:{_either(self.not_before)})" if self.not_before else ""

    @property
    def before(self) -> str:
        """Expression for what must not precede the word directly, '' if anything may."""
        return f"(?:{_either(self.not_after)})$" if self.not_after else ""


def _either(strings: Iterable[str]) -> str:
    return "|".join(re.escape(string) for string in strings)


_MARKS = gplan("marksKind")
_GUARDS = tuple(gplan(name) for name in ("notBefore", "notAfter", "exceptBefore", "onlyBefore"))


def compile_words(nodes: Mapping[str, Node]) -> dict[str, list[str | list[object]]]:
    """Return class → its words, longest first: a string for a plain word, the fields of `Word` for any other.

    A class is a `skos:Collection` or `skos:ConceptScheme` of our vocabulary, named by the local name of its IRI; a code
    is also the class of its own labels.
    """
    classes: dict[str, dict[str, list[object]]] = {}
    for subject, node in nodes.items():
        if subject.startswith(_START):
            for member in node.get(MEMBER, ()):
                _add(classes.setdefault(_local(subject), {}), member, nodes)
        # what has neither code nor broader concept names a group of words rather than a word
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
    """The words of a class by first character, for matching at an offset.

    Equivalent to the expression `{class}` but without compilation cost.

    Example:
        >>> table = WordTable([Word("以及"), Word("以"), Word("及", ("时",), ("普",))])
        >>> [*table.ends("以及时", 0)], table.end("以及时", 1), table.end("普及", 1)
        ([2, 1], 0, 0)
    """

    def __init__(self, words: Iterable[Word], borders: Borders | None = None) -> None:
        """Index the words, given longest first.

        Args:
            words: The words.
            borders: Rejects what is only the end of one word and the beginning of the next; None accepts it.
        """
        self._borders = borders
        self._rows: dict[str, list[tuple[str, int, Word | None, tuple[str, ...]]]] = {}
        for word in words:
            guarded = word if word.not_before or word.only_before else None
            self._rows.setdefault(word.text[0], []).append((word.text, len(word.text), guarded, word.not_after))
        self.firsts = frozenset(self._rows)
        """The first characters of the words."""

    def end(self, text: str, at: int) -> int:
        """Return the end of the longest word at an offset, 0 if there is none."""
        for word, size, guarded, not_after in self._rows.get(text[at : at + 1], ()):
            if (
                text.startswith(word, at)
                and not (guarded and guarded.forbids(text, at + size))
                and not (not_after and text.endswith(not_after, 0, at))
                and not (self._borders and self._borders.straddled(text, at, at + size))
            ):
                return at + size
        return 0

    def ends(self, text: str, at: int) -> list[int]:
        """Return the ends of the words at an offset, longest first."""
        return [
            at + size
            for word, size, guarded, not_after in self._rows.get(text[at : at + 1], ())
            if text.startswith(word, at)
            and not (guarded and guarded.forbids(text, at + size))
            and not (not_after and text.endswith(not_after, 0, at))
            and not (self._borders and self._borders.straddled(text, at, at + size))
        ]


class Guards:
    """Guarded words → expression for what must not stand beside each, compiled on first use."""

    def __init__(self, expressions: Mapping[str, str]) -> None:
        """Take an expression for each word."""
        self._expressions = expressions
        self._compiled: dict[str, re.Pattern[str]] = {}

    def get(self, word: str) -> re.Pattern[str] | None:
        """Return what must not stand beside a word, None if anything may."""
        found = self._compiled.get(word)
        if found is None and word in self._expressions:
            found = self._compiled[word] = re.compile(self._expressions[word])
        return found


class Words(dict[str, re.Pattern[str]]):
    """The word classes: template → compiled pattern, compiled on first use.

    Example:
        >>> words = Words({"joints": ["以及", ["及", ["时"], ["普"], [], [], "", "", []]]})
        >>> [m[0] for m in words["{joints}"].finditer("甲以及乙及丙,及时普及")]
        ['以及', '及']
    """

    def __init__(
        self,
        classes: Mapping[str, Sequence[str | list[Any]]],
        borders: Borders | None = None,
        expressions: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """Take the rows of `compile_words`, the word borders that the tables heed, and the expressions of the rows."""
        super().__init__()
        self._classes, self._borders, self._expressions = classes, borders, expressions
        self._sets: dict[str, frozenset[str]] = {}
        self._tables: dict[tuple[str, str], dict[str, Any]] = {}
        self._guards: dict[tuple[str, str], Guards] = {}
        self._by_first: dict[str, WordTable] = {}
        self._lengths: dict[str, int] = {}
        self._endings: dict[str, tuple[str, ...]] = {}

    def __missing__(self, template: str) -> re.Pattern[str]:
        """Compile a template.

        Raises:
            InternalError: it names a class that no vocabulary defines.
        """
        pattern = self[template] = re.compile(_CLASS.sub(self._expanded, template))
        return pattern

    def __hash__(self) -> int:  # type: ignore[override]  # one for a lexicon: equal is the same
        """Hash by identity, as the lexicon that holds it."""
        return id(self)

    def of(self, name: str) -> frozenset[str]:
        """Return the words of a class."""
        if name not in self._sets:
            self._sets[name] = frozenset(word.text for word in self.rows(name))
        return self._sets[name]

    def endings(self, name: str) -> tuple[str, ...]:
        """Return the words of a class for `str.endswith`."""
        if name not in self._endings:
            self._endings[name] = tuple(sorted(self.of(name)))
        return self._endings[name]

    def longest(self, name: str) -> int:
        """Return the length of the longest word of a class."""
        if name not in self._lengths:
            self._lengths[name] = max(map(len, self.of(name)), default=0)
        return self._lengths[name]

    def rows(self, name: str) -> tuple[Word, ...]:
        """Return the words of a class with their guards, longer ones first."""
        return tuple(_word(row) for row in self._of(name))

    def _of(self, name: str) -> Sequence[str | list[Any]]:
        rows = self._classes.get(name)
        if rows is None:
            raise InternalError(f"no vocabulary has the class gplanv:{name}")
        return rows

    def meanings(self, name: str) -> dict[str, str]:
        """Return the words of a class that stand for a concept → that concept, as an IRI in N-Triples syntax."""
        return self._table("means", name, lambda: {word.text: word.means for word in self.rows(name) if word.means})

    def codes(self, name: str) -> dict[str, str]:
        """Return the words of a class of codes → value of their code, longest words first."""
        return self._table("codes", name, lambda: {word.text: word.code for word in self.rows(name) if word.code})

    def concepts(self, name: str) -> dict[str, str]:
        """Return the values of a class of codes → concept, as an IRI in N-Triples syntax."""
        return self._table("concepts", name, lambda: {w.code: w.means for w in self.rows(name) if w.code})

    def marks(self, name: str) -> dict[str, tuple[str, ...]]:
        """Return the words of a class that refer to divisions → types of these divisions, longest words first."""
        return self._table("marks", name, lambda: {word.text: word.marks for word in self.rows(name) if word.marks})

    def table(self, name: str) -> WordTable:
        """Return the words of a class as a table."""
        if name not in self._by_first:
            self._by_first[name] = WordTable(self.rows(name), self._borders if name in TABLES else None)
        return self._by_first[name]

    def hold(self, text: str, start: int, *names: str) -> bool:
        """Tell whether any word of some classes begins in a text at or after an offset.

        As a search for the classes, which may be large and are rarely searched for: no pattern is compiled for it.
        """
        tables = [self.table(name) for name in names]
        return any(
            table.end(text, at) for at in range(start, len(text)) for table in tables if text[at] in table.firsts
        )

    def behind(self, name: str) -> Guards:
        """Return the guarded words of a class → what must not directly follow them."""
        return self._guarded("behind", name)

    def before(self, name: str) -> Guards:
        """Return the guarded words of a class → what must not directly precede them, to be searched in that text."""
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
        name = found["name"]
        firsts, expression = self._expressions[name] if self._expressions else expression_of(map(_word, self._of(name)))
        if found["first"]:
            return re.escape(firsts)
        # at the start of a pattern `re` itself optimises for first characters if they are plain
        if len(firsts) > MANY and _HEAD.search(found.string, 0, found.start()) is None:
            return f"(?:(?=[{re.escape(firsts)}])(?:{expression}))"
        return f"(?:{expression})"


def compile_expressions(classes: Mapping[str, Sequence[str | list[Any]]]) -> dict[str, tuple[str, str]]:
    """Return class → the first characters of its words, and an expression for any of them; takes what `Words` takes."""
    return {name: expression_of(map(_word, rows)) for name, rows in classes.items()}


def expression_of(words: Iterable[Word]) -> tuple[str, str]:
    """Return the first characters of words, sorted, and an expression for any of the words.

    The words, given longest first, are grouped by first character, so that the expression fails fast.

    Example:
        >>> expression_of([Word("以及"), Word("及", ("时",), ("普",))])
        ('以及', '以及|及(?!(?:时))(?<!普及)')
    """
    groups: dict[str, list[str]] = {}
    for word in words:
        groups.setdefault(word.text[0], []).append(re.escape(word.text[1:]) + _guards(word))
    return "".join(sorted(groups)), "|".join(_branch(re.escape(first), rest) for first, rest in groups.items())


def _branch(first: str, rests: Sequence[str]) -> str:
    """Return an expression for a first character with any of the rests.

    Rests that are single characters are not grouped: `re` would make a set of them (做[优大强]), which takes as long
    to compile as ten plain words, and a pattern is compiled once a process but matched a few hundred times.
    """
    if len(rests) == 1 or all(len(rest) == 1 for rest in rests):
        return "|".join(first + rest for rest in rests)
    return f"{first}(?:{'|'.join(rests)})"


def _guards(word: Word) -> str:
    """Return the guards of a word; the text before it is tested from its end, so that it starts with a literal."""
    ahead = f"(?!{word.behind})" if word.behind else ""
    return ahead + "".join(f"(?<!{re.escape(left + word.text)})" for left in word.not_after)


def _word(row: str | list[Any]) -> Word:
    if isinstance(row, str):
        return Word(row)
    text, before, after, spared, only, means, code, marks = row
    return Word(text, tuple(before), tuple(after), tuple(spared), tuple(only), means, code, tuple(marks))
