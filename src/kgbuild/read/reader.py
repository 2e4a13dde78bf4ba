"""What the reader of a format receives and returns, and how it is declared.

A format is a module and a `Reader` in `READERS` (`read/source.py`). Readers of binary formats yield blocks with their
places (`read/blocks.py`), from which the text is assembled; readers of text formats return the text unchanged.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from kgbuild.config import Limits
from kgbuild.read.encoding import Decoded, decode
from kgbuild.read.sniff import declared_encoding

if TYPE_CHECKING:
    from collections.abc import Callable

    from kgbuild.model import Anchor, Finding, ListItem, Span, Table


@dataclass(frozen=True)
class File:
    """A file to be read.

    Attributes:
        data: Its bytes.
        name: Its name, for messages; a hint where the content is ambiguous.
        limits: What a reader may use up.
    """

    data: bytes = field(repr=False)
    name: str
    limits: Limits = field(default=Limits(), repr=False)

    @cached_property
    def members(self) -> frozenset[str]:
        """Names in a zip archive; empty for any other file, and for a broken archive."""
        if not self.data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
            return frozenset()
        try:
            with zipfile.ZipFile(io.BytesIO(self.data)) as archive:
                return frozenset(archive.namelist())
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
            return frozenset()

    @cached_property
    def declared(self) -> str | None:
        """The encoding that an HTML or XML file declares."""
        return declared_encoding(self.data)

    @cached_property
    def decoded(self) -> Decoded:
        """The file decoded to text.

        Raises:
            InputError: its encoding cannot be determined.
        """
        return decode(self.data, name=self.name, declared=self.declared)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a reader extracted from a file; see `SourceText` for the fields."""

    text: str
    main: Span
    encoding: str = "binary"
    anchors: tuple[Anchor, ...] = ()
    tables: tuple[Table, ...] = ()
    items: tuple[ListItem, ...] = ()
    left_out: tuple[Span, ...] = ()
    findings: tuple[Finding, ...] = ()
    page_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A file format.

    Attributes:
        version: Name and version, such as `docx/1`. Offsets depend on the reader, so any change of the text that it
            produces raises the version.
        claims: Tells from the content whether a file has this format; text readers may use `File.decoded`.
        read: Reads a file; `of_blocks` derives it from a function that returns blocks and notices.
        is_text: Whether the format is text. Text readers are asked last, once binary formats are excluded.
    """

    version: str
    claims: Callable[[File], bool]
    read: Callable[[File], Draft]
    is_text: bool = False
