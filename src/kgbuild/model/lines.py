"""Lines and columns of offsets as editors count them: from 1, in code points."""

from __future__ import annotations

import bisect
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def line_starts(text: str) -> list[int]:
    r"""Return the offset at which each line begins; only \n, \r\n and \r end a line."""
    return [0, *(m.end() for m in re.finditer(r"\r\n|\n|\r", text))]


def line_column(starts: Sequence[int], offset: int) -> tuple[int, int]:
    r"""Return line and column of an offset, both from 1.

    Example:
        >>> line_column(line_starts("一、总则\n1.培训"), 7)
        (2, 3)
    """
    line = bisect.bisect_right(starts, offset)
    return line, offset - starts[line - 1] + 1
