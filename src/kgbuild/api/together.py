"""Which files of an archive or folder form one document: a notice with the files that it names, or numbered pages.

File names alone never join files: a notice names in its text what it carries, and pages share a title.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from kgbuild.errors import InputError
from kgbuild.read.sniff import page_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from kgbuild.model import SourceText

MOST = 100
"""Maximum number of files in an archive folder in which a notice is searched for; larger ones are collections."""

_BEGINNING = 400
_TITLE = re.compile(rb"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)
_ORDINAL = r"^(?:\d{1,2}[.、．_-]*)?(?:{annex-labels}\d{0,2}[.、．:：_-]*)?(?:\d{1,2}[.、．_-]+)?"
_MARKDOWN = re.compile(r"[#*_]+")


def page_series(files: Sequence[str], read: Callable[[str], bytes]) -> list[list[str]]:
    """Group files: the pages of one document together, other files alone; groups are in the order of their first files.

    Args:
        files: File names.
        read: Returns the beginning of a file.
    """
    pages: dict[str, list[tuple[int, str]]] = {}
    for file in files:
        path = PurePosixPath(file)
        if page := page_number(path.name):
            pages.setdefault(file.removesuffix(path.name) + page[0], []).append(
                (page[1] * (page[0] != path.name), file)
            )
    groups: dict[str, list[str]] = {}
    for first, found in pages.items():
        numbers, own = zip(*sorted(found), strict=True)
        # The first page has no number; the following ones count from 1 or 2.
        if len(own) > 1 and numbers in ((0, *range(1, len(own))), (0, *range(2, len(own) + 1))):
            titles = {_title(read(file)) for file in own}
            if len(titles) == 1 and b"" not in titles:
                groups[first] = list(own)
    joined = {file for group in groups.values() for file in group}
    return [groups.get(file, [file]) for file in files if file in groups or file not in joined]


def _title(page: bytes) -> bytes:
    found = _TITLE.search(page)
    return found[1].strip() if found else b""


def with_attachments(files: Sequence[str], read: Callable[[str], bytes]) -> list[list[str]]:
    """Group files: a notice with the files that it names, in the order of naming.

    A file named by two notices stays alone, as does a notice that contains its plan.

    Args:
        files: Names of the files of one folder, sorted.
        read: Returns the bytes of a file.
    """
    if not 1 < len(files) <= MOST:
        return [[file] for file in files]
    from kgbuild.config import Settings
    from kgbuild.lexicon import load_lexicon
    from kgbuild.text import attachments_of
    from kgbuild.text.lines import squeeze

    texts = dict(_texts(files, read))
    lexicon = load_lexicon(Settings())
    ordinal = lexicon.words[_ORDINAL]

    def bare(text: str) -> str:
        return ordinal.sub("", squeeze(_MARKDOWN.sub("", text)))

    begun = {file: bare(text.text[:_BEGINNING]) for file, text in texts.items()}
    own = {file: bare(PurePosixPath(file).stem) for file in files}
    named = {file: list(map(bare, attachments_of(text, lexicon))) for file, text in texts.items()}
    carried = {
        file: [o for name in names for o in texts if o != file and name in (own[o], begun[o][: len(name)])]
        for file, names in named.items()
    }
    often = Counter(other for others in carried.values() for other in set(others))
    groups = {
        file: list(dict.fromkeys((file, *(o for o in others if often[o] == 1 and not carried[o]))))
        for file, others in carried.items()
    }
    attached = {file for group in groups.values() for file in group[1:]}
    return [groups.get(file, [file]) for file in files if file not in attached]


def _texts(files: Sequence[str], read: Callable[[str], bytes]) -> Iterator[tuple[str, SourceText]]:
    from kgbuild.read import read_bytes

    for file in files:
        try:
            data = read(file)
            yield file, read_bytes(data, name=file, max_bytes=len(data))
        except InputError:  # reported when the file is read
            continue
