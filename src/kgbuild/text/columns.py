"""What the head of a column says that stands below it: bodies, a deadline, a scope, numbers, tasks.

Takes the words of a head without blanks. A head that nothing else is known of says what to do.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from kgbuild.model import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kgbuild.lexicon.words import Words
    from kgbuild.model import Cell, Table

Column = Literal["bodies", "deadline", "scope", "number", "time", "aside", "sign", "task"]

_DUTY = r"(?:{label-heads}|{duty-qualifiers})?{roles}(?:\([^()]{1,6}\))?[和及与、/]?{duty-second}?(?:{role-units})"
_WITH = r"(?:[和及与、/](?:{deadline-labels}|{roles}?{people-units}))?"
"""责任单位及责任人: the cells name a body and say more of it."""
BODIES = rf"^(?:(?:{_DUTY}){_WITH}|{{duty-heads}})(?:\(.*\))?$"
ROLE = r"^(?:{roles})(?:\(.*\))?$"
_LEADS_OR_HELPS = r"^(?:{role-lead}|{role-cooperating})(?:\(.*\))?$"
_KINDS: tuple[tuple[Column, str], ...] = (
    ("bodies", BODIES),
    ("deadline", "{deadline-labels}"),
    ("scope", "^(?:{scope-labels}|{scope-heads})$"),
    ("number", "^(?:{number-heads})$"),
    ("time", "^(?:{time-heads})$"),
    ("aside", "{aside-heads}"),
)


_BREAK = re.compile(r"<br ?/?>")


def squeezed(norm: str, span: Span) -> str:
    """Return the characters of a cell without blanks and line breaks, those of Markdown too."""
    text = norm[span.start : span.end]
    return "".join((_BREAK.sub("", text) if "<" in text else text).split())


def kind_of(head: str, words: Words) -> Column:
    """Return what stands below a head.

    Args:
        head: Its normalised words, without blanks.
        words: The classes of words.
    """
    return next((kind for kind, form in _KINDS if words[form].search(head)), "task")


def names_bodies(head: str, words: Words) -> bool:
    """Tell whether bodies stand below a head: 牵头单位, 责任分工."""
    return words[BODIES].match(head) is not None


def owners(heads: Mapping[Cell, str], words: Words) -> list[Cell]:
    """Return the heads of a row below which the bodies stand that the table assigns tasks to.

    牵头 and 配合 alone are such heads if there are two of them; 部门 is one beside a column of tasks (职责, 任务).

    Args:
        heads: The cells of the row with their words.
        words: The classes of words.
    """
    named = [cell for cell, head in heads.items() if names_bodies(head, words)]
    bare = [cell for cell, head in heads.items() if words[_LEADS_OR_HELPS].match(head)]
    if named or len(bare) > 1:
        return [cell for cell in heads if cell in named or cell in bare]
    if any(words["{task-heads}"].search(head) for head in heads.values()):
        return [cell for cell, head in heads.items() if head in words.of("bare-body-heads")]
    return []


_SHORT_LINE = re.compile(r"^[^\n，。；：、！？,;:!?|]{2,48}$", re.MULTILINE)
_LEAST_HEADS, _LONGEST_HEAD = 3, 8


def heads_of_text(norm: str, tables: Sequence[Table], words: Words) -> Iterator[Span]:
    """Yield where heads of columns stand one after the other outside of all tables: no table was read below them.

    序号 重点任务 ⏎ 责任单位 ⏎ 完成时限 is what is left of a table whose columns only their position showed.

    Args:
        norm: Normalised text.
        tables: All tables that were read, in reading order.
        words: The classes of words.
    """
    ends = iter([*tables, None])
    table = next(ends)
    start = end = -1
    heads: list[str] = []
    for line in _SHORT_LINE.finditer(norm):
        while table is not None and table.span.end <= line.start():
            table = next(ends)
        own = _known_heads(line[0], words) if table is None or line.end() <= table.span.start else []
        if heads and (not own or norm[end : line.start()].strip()):
            if _assign(heads, words):
                yield Span(start, end)
            heads = []
        if own:
            start, end = line.start() if not heads else start, line.end()
            heads += own
    if _assign(heads, words):
        yield Span(start, end)


def _known_heads(line: str, words: Words) -> list[str]:
    """Return the heads that a line holds and nothing else; [] if it holds other words."""
    for heads in (line.split(), ["".join(line.split())]):
        if heads and all(_is_known(head, words) for head in heads):
            return heads
    return []


def _is_known(head: str, words: Words) -> bool:
    if len(head) > _LONGEST_HEAD:
        return False
    return kind_of(head, words) != "task" or words["{task-heads}"].search(head) is not None


def _assign(heads: Sequence[str], words: Words) -> bool:
    """Tell whether heads are those of a table that assigns tasks."""
    return len(heads) >= _LEAST_HEADS and any(names_bodies(head, words) for head in heads)


_LINE = re.compile(r"[^\n]+")
_NEAR = 6
"""Lines between a table and its next row: what a row goes on with that a page cuts, and the foot of the page."""


def rows_behind_tables(norm: str, tables: Sequence[Table], words: Words) -> Iterator[Span]:
    """Yield the lines below a table that assigns tasks which begin with the number of its next row: 4 改造食堂.

    Args:
        norm: Normalised text.
        tables: All tables that were read, in reading order.
        words: The classes of words.
    """
    for table, after in zip(tables, [*(t.span.start for t in tables[1:]), len(norm)], strict=False):
        numbers = [squeezed(norm, c.span) for c in table.cells if c.column == 0][-2:]
        counts = len(numbers) > 1 and all(re.fullmatch("[0-9]{1,3}", n) for n in numbers)
        if not counts or int(numbers[0]) + 1 != int(numbers[1]):
            continue
        if not any(c.row == 0 and names_bodies(squeezed(norm, c.span), words) for c in table.cells):
            continue
        following = re.compile(rf"[ \t]*{int(numbers[1]) + 1}[.、]?(?![^ \t\n])")
        for _, line in zip(
            range(_NEAR), _LINE.finditer(norm, table.span.end, max(after, table.span.end)), strict=False
        ):
            if following.match(norm, line.start(), line.end()):
                yield Span(line.start(), line.end())
                break
