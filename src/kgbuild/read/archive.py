"""Zip archives and the XML in them, within limits: nothing is unpacked to disk; no entity, DOCTYPE or link is resolved.

Every failure is an `InputError` that names the file and the member.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from kgbuild.errors import InputError, Message, visible

if TYPE_CHECKING:
    from kgbuild.config import Limits
    from kgbuild.read.reader import File

_SMALL = 1_000_000
"""Bytes up to which a member may have any compression ratio."""
_ENCODING = re.compile(rb"""<\?xml[^>]{0,200}?\bencoding\s*=\s*["']([A-Za-z0-9_.-]+)""")
_ENCODINGS = {b"utf-8", b"utf8", b"us-ascii", b"ascii", b"utf-16", b"utf-16le", b"utf-16be"}
_DOCTYPES = tuple("<!DOCTYPE".encode(codec) for codec in ("ascii", "utf-16-le", "utf-16-be"))


class Archive:
    """A zip file in memory.

    Args:
        file: The file.

    Raises:
        InputError: it is damaged, protected by a password, or beyond the limits.
    """

    def __init__(self, file: File) -> None:
        self._name = file.name
        self._limits = file.limits
        self._left = file.limits.unpacked
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(file.data))
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError) as e:
            raise self._damaged(str(e)) from e
        entries = [entry for entry in self._zip.infolist() if entry.filename and not entry.is_dir()]
        if len(entries) > file.limits.members:
            raise self._beyond(Message("holds {count:,} files", count=len(entries)), "members", file.limits.members)
        self._entries = {entry.filename: entry for entry in entries}
        self._folded = {name.lower(): name for name in reversed(self._entries)}

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the members as the archive spells them; never use them as paths."""
        return tuple(self._entries)

    def has(self, name: str) -> bool:
        """Tell whether a member of this name exists; names are case-insensitive (ECMA-376-2, 6.2.2)."""
        return name.lower() in self._folded

    def has_any(self, start: str) -> bool:
        """Tell whether the name of any member starts with a prefix."""
        return any(name.startswith(start) for name in self._entries)

    def read(self, name: str) -> bytes:
        """Return the bytes of a member; b"" if it does not exist.

        Raises:
            InputError: it is damaged, encrypted, too large, or compressed beyond the permitted ratio.
        """
        if not self.has(name):
            return b""
        entry = self._entries[self._folded[name.lower()]]
        where = visible(entry.filename)
        if entry.flag_bits & 1:
            raise InputError("is protected by a password", where=self._name, cure="save it without and give that")
        if entry.file_size > self._left:
            raise self._beyond(
                Message("is too large when unpacked ({place})", place=where), "unpacked", self._limits.unpacked
            )
        if entry.file_size > max(_SMALL, entry.compress_size * self._limits.ratio):
            raise self._beyond(Message("is packed too tightly ({place})", place=where), "ratio", self._limits.ratio)
        try:
            with self._zip.open(entry) as stream:
                data = stream.read(entry.file_size + 1)  # the size in the directory may be false
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, ValueError, OSError, EOFError, RuntimeError) as e:
            raise self._damaged(Message("{place}: {reason}", place=where, reason=e)) from e
        self._left -= len(data)
        return data

    def xml(self, name: str) -> ET.Element | None:
        """Return the root element of an XML member; None if the member does not exist.

        Raises:
            InputError: it is not well-formed, contains a DOCTYPE, or is too large.
        """
        data = self.read(name)
        return parse_xml(data, where=self._name, member=name, limits=self._limits) if data else None

    def _damaged(self, why: str) -> InputError:
        what = Message("is a damaged archive ({reason})", reason=visible(why)[:200])
        return InputError(what, where=self._name, cure="open it in its program and save it again")

    def _beyond(self, what: str, limit: str, value: int) -> InputError:
        return InputError(
            Message("{what}, limit {limit:,}", what=what, limit=value),
            where=self._name,
            cure=Message("raise limits.{limit} in kgbuild.toml", limit=limit),
        )


def parse_xml(data: bytes, *, where: str, member: str, limits: Limits) -> ET.Element:
    """Return the root element of an XML document.

    Args:
        data: The bytes of the document.
        where: Name of the file, for messages.
        member: Name of the member that contains it, for messages.
        limits: What may be used up.

    Raises:
        InputError: it is not well-formed, contains a DOCTYPE, or is too large.
    """
    shown = visible(member)
    again = "open it in its program and save it again"
    encoding = _ENCODING.match(data.removeprefix(b"\xef\xbb\xbf"))
    is_wide = data[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\0" in data[:4]
    if encoding and encoding[1].lower() not in _ENCODINGS:
        raise InputError(
            Message("has XML in an encoding that is not read ({shown})", shown=shown), where=where, cure=again
        )
    if any(doctype in data for doctype in _DOCTYPES) or not (is_wide or data.lstrip()[:4].find(b"<") >= 0):
        raise InputError(Message("has XML with a DOCTYPE, or no XML, in {shown}", shown=shown), where=where, cure=again)
    if data.count(b"<") > 2 * limits.elements:
        what = Message("has too many elements in {shown}, limit {limit:,}", shown=shown, limit=limits.elements)
        raise InputError(what, where=where, cure="split it, or raise limits.elements in kgbuild.toml")
    try:
        return ET.fromstring(data)  # noqa: S314 - no DOCTYPE, so no entity
    except (ET.ParseError, ValueError, LookupError) as e:
        raise InputError(
            Message("has broken XML in {shown} ({reason})", shown=shown, reason=e), where=where, cure=again
        ) from e


@dataclass(frozen=True, slots=True)
class Relationship:
    """A relationship of an OPC part to another part, or to a target outside the package."""

    kind: str
    target: str
    is_external: bool


def relationships(archive: Archive, part: str) -> dict[str, Relationship]:
    """Return the relationships of an OPC part by id (ECMA-376-2, 6.5); the part "" stands for the package."""
    folder, name = posixpath.split(part)
    root = archive.xml(posixpath.join(folder, "_rels", name + ".rels"))
    found = {}
    for element in root if root is not None else ():
        target, external = element.get("Target", ""), element.get("TargetMode") == "External"
        kind = element.get("Type", "").rpartition("/")[2]
        place = target if external else posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        found[element.get("Id", "")] = Relationship(kind, place, external)
    return found
