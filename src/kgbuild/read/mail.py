"""Saved web pages (MHTML) and e-mail messages (RFC 5322): the page, or the message with its attachments.

A saved page is read as HTML. Of a message the body is read first, then each attachment in a supported format, in the
order of the message: a notice and the plan that it carries form one document. Other attachments are reported.
"""

from __future__ import annotations

import email
from contextlib import suppress
from email import policy
from typing import TYPE_CHECKING

from kgbuild.errors import InputError, Message, visible
from kgbuild.model import Finding
from kgbuild.read.joined import JoinedFile, join
from kgbuild.read.reader import Draft, File
from kgbuild.read.sniff import is_mail
from kgbuild.read.source import reader_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage
    from email.message import Message as Part

_MOST_PARTS = 1000
_SUFFIXES = {"text/html": ".html", "text/plain": ".txt", "text/markdown": ".md"}


def read(file: File) -> Draft:
    """Read the documents in a message as one text.

    Raises:
        InputError: it has too many parts, or none that can be read.
    """
    if file.data.count(b"\n--") > 2 * _MOST_PARTS:  # the parser scans all boundaries for each part
        raise InputError("is a mail of too many parts", where=file.name, cure="save the attachments and give them")
    parts, unread = [], []
    for name, kind, data in _found(file):
        inner = File(data, name or "message" + _SUFFIXES.get(kind, ""), file.limits)
        if is_mail(inner.data):  # nested messages could recurse without end
            unread.append(name or kind)
            continue
        try:
            parts.append(JoinedFile(name, reader_of(inner).read(inner)))
        except InputError:
            unread.append(name or kind)
    if not parts:
        raise InputError(
            "holds no document that can be read", where=file.name, cure="save the attachments and give them"
        )
    draft = join(parts)
    if not unread:
        return draft
    detail = (("text", ", ".join(unread[:5])),)
    return join([JoinedFile("", draft)], [Finding(code="part-not-read", severity="info", detail=detail)])


def _found(file: File) -> list[tuple[str, str, bytes]]:
    """Return name, type and content of each document in a mail.

    Raises:
        InputError: it has too many parts, or the library stumbles over a malformed header.
    """
    try:
        message = email.message_from_bytes(file.data, policy=policy.default)
        n_leaves = sum(not part.is_multipart() for part in message.walk())
        if n_leaves > file.limits.members:
            what = Message("holds {count:,} parts, limit {limit:,}", count=n_leaves, limit=file.limits.members)
            raise InputError(what, where=file.name, cure="raise limits.members in kgbuild.toml")
        documents = list(_documents(message))
        return [(visible(d.get_filename() or ""), d.get_content_type(), _bytes(d)) for d in documents]
    except (ValueError, LookupError, AttributeError, TypeError) as e:
        what = Message("is a damaged mail ({reason})", reason=visible(str(e))[:100])
        raise InputError(what, where=file.name, cure="save the attachments and give them") from e


def _documents(message: EmailMessage) -> Iterator[Part]:
    """Yield the page of a saved page, or the body and the attachments of a message."""
    if message.get_content_type() == "multipart/related":
        body = message.get_body(("html", "plain"))
        if body is not None:
            yield body
        return
    body = message.get_body(("html", "plain"))
    if body is not None:
        yield body
    for part in message.walk():
        if part is not body and not part.is_multipart() and (part.is_attachment() or part.get_filename()):
            yield part


def _bytes(leaf: Part) -> bytes:
    """Return a part as it would be stored in a file; plain text as UTF-8, since its charset is declared only here."""
    data = leaf.get_payload(decode=True)
    if not isinstance(data, bytes):
        return b""
    if leaf.get_content_type() == "text/plain" and (charset := leaf.get_content_charset()):
        with suppress(LookupError, ValueError):  # a charset may be no name at all
            return data.decode(charset).encode()
    return data
