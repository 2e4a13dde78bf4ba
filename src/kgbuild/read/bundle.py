"""Files that are one document together: a notice and what it carries, or the pages of one document.

They come packed into one archive, which `pack` makes in memory, so that all code that reads bytes reads them. Each
keeps its blocks and places, which name the file. Of pages in a row (`plan.html`, `plan_2.html`) the foot of each but
the last and the head of each but the first are left out: they are what the site puts around the text.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from kgbuild.errors import InputError
from kgbuild.model import Span
from kgbuild.read.archive import Archive
from kgbuild.read.joined import JoinedFile, join
from kgbuild.read.reader import Draft, File
from kgbuild.read.sniff import BUNDLE, page_number
from kgbuild.read.source import reader_of

if TYPE_CHECKING:
    from collections.abc import Sequence


def pack(files: Sequence[tuple[str, bytes]]) -> bytes:
    """Return the files in one, the same bytes for the same files.

    Args:
        files: Names and bytes, in reading order.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for number, (name, data) in enumerate(files, 1):
            # A folder each: two files may have the same name.
            archive.writestr(zipfile.ZipInfo(f"{number}/{name}", (1980, 1, 1, 0, 0, 0)), data)
        archive.comment = BUNDLE
    return out.getvalue()


def read(file: File) -> Draft:
    """Read the files as one text.

    Raises:
        InputError: one of them cannot be read.
    """
    archive = Archive(file)
    parts = []
    for member in archive.names:
        inner = File(archive.read(member), PurePosixPath(member).name, file.limits)
        reader = reader_of(inner)
        if reader.version.startswith("bundle"):  # one in another would be read without end
            raise InputError("is an archive in an archive", where=file.name, cure="give the files themselves")
        parts.append(JoinedFile(inner.name, reader.read(inner)))
    pages = [page_number(part.name) for part in parts]
    if len(parts) > 1 and pages[0] and all(page and page[0] == pages[0][0] for page in pages):
        parts = [_trimmed(part, is_first=i == 0, is_last=i == len(parts) - 1) for i, part in enumerate(parts)]
    return join(parts)


def _trimmed(part: JoinedFile, *, is_first: bool, is_last: bool) -> JoinedFile:
    draft = part.draft
    around = [] if is_first else [Span(0, draft.main.start)]
    around += [] if is_last else [Span(draft.main.end, len(draft.text))]
    left_out = sorted((*draft.left_out, *(span for span in around if len(span))))
    return JoinedFile(part.name, replace(draft, left_out=tuple(left_out)))
