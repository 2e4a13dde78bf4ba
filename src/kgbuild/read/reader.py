"""What a reader of a format is given, what it gives, and how it is declared.

A format is one module and a `Reader` in `READERS` (`read/source.py`). A reader of a binary format gives blocks
with their places (`read/blocks.py`), from which the read text is made; a reader of text gives the text as it stands.
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
        name: Its name, for messages; a hint where the content leaves a doubt.
        limits: What a reader may use up.
    """

    data: bytes = field(repr=False)
    name: str
    limits: Limits = field(default=Limits(), repr=False)

    @cached_property
    def members(self) -> frozenset[str]:
        """The names in a zip archive; none in any other file, or in one that is broken."""
        if not self.data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
            return frozenset()
        try:
            with zipfile.ZipFile(io.BytesIO(self.data)) as archive:
                return frozenset(archive.namelist())
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
            return frozenset()

    @cached_property
    def declared(self) -> str | None:
        """The encoding that an HTML or XML file claims."""
        return declared_encoding(self.data)

    @cached_property
    def decoded(self) -> Decoded:
        """The file as text.

        Raises:
            InputError: it is in no encoding that can be recognised.
        """
        return decode(self.data, name=self.name, declared=self.declared)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a reader made of a file; see `SourceText` for the fields."""

    text: str
    main: Span
    encoding: str = "binary"
    anchors: tuple[Anchor, ...] = ()
    tables: tuple[Table, ...] = ()
    items: tuple[ListItem, ...] = ()
    left_out: tuple[Span, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A format of files.

    Attributes:
        version: Name and version, `docx/1`; offsets rest on the reader, so the version rises with every change of the
            text that it makes.
        claims: Tells whether a file is of this format, by its content; a reader of text may ask for `File.decoded`.
        read: Reads a file; `of_blocks` makes it from a function that gives blocks and notices.
        is_text: The file is characters. Such readers are asked last, once the file is known to be no binary one.
    """

    version: str
    claims: Callable[[File], bool]
    read: Callable[[File], Draft]
    is_text: bool = False
