"""What the head of a column says that stands below it: bodies, a deadline, a scope, numbers, tasks.

Takes the words of a head without blanks. A head that nothing else is known of says what to do.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kgbuild.lexicon.words import Words
    from kgbuild.model import Cell, Span

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
