"""PDF with a text layer: PDFium extracts positions (`read/pdfium.py`), which `read/layout` assembles.

PDFium runs in a separate process with bounded memory, which is killed if it takes too long. It is an ordinary process,
so a worker of a pool or cluster may start it too; it is kept for the next file as long as it responds.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import threading
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from kgbuild.errors import InputError, Message
from kgbuild.read import pdfium
from kgbuild.read.blocks import Block, Notice, of_blocks
from kgbuild.read.layout import Rule, Sheet, TextRun, blocks_of, unmapped
from kgbuild.read.layout.pages import PAGE_SECONDS, is_scan, named, page_notices
from kgbuild.read.reader import File

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from kgbuild.config import Limits

_OCR = "recognise its text (ocrmypdf -l chi_sim FILE out.pdf) and give that"


def read_pdf(file: File) -> tuple[list[Block], list[Notice]]:
    """Return the blocks of a PDF, and the reader's notices.

    Raises:
        InputError: it is encrypted, damaged, contains only scanned pages, or exceeds the limits.
    """
    seen = _Seen()
    with closing(answers(file)) as pages:  # ended before anything else asks, whatever happens here
        blocks = blocks_of(_sheets(pages, seen))
    if seen.scans and len(seen.scans) == seen.n_filled:
        raise InputError(
            Message("holds scanned pages ({count}) and no text", count=len(seen.scans)), where=file.name, cure=_OCR
        )
    return blocks, _notices(seen)


@dataclass(slots=True)
class _Seen:
    """What is to be said of a file and is no text: numbers of pages, counts of characters and things."""

    scans: list[int] = field(default_factory=list)
    broken: list[int] = field(default_factory=list)
    n_filled: int = 0
    n_hidden: int = 0
    n_unmapped: int = 0
    annotations: int = 0
    fonts: list[str] = field(default_factory=list)
    attached: int = 0


def _sheets(answers: Iterable[dict[str, Any]], seen: _Seen) -> Iterator[Sheet]:
    """Yield the pages as PDFium reads them, so that lines are made of one while it reads the next."""
    for number, page in enumerate(answers, 1):
        if "attached" in page:
            seen.fonts, seen.attached = [name for name, _ in page["bare"]], page["attached"]
        elif "broken" in page:
            seen.broken.append(number)
        else:
            text = page["texts"].replace("\n", "")
            seen.n_filled += bool(text or page["images"])
            if is_scan(len(text), page["images"]):
                seen.scans.append(number)
            seen.n_unmapped += unmapped(text)
            seen.annotations += page["annotations"]
            sheet, n_hidden = _sheet(number, page)
            seen.n_hidden += n_hidden
            yield sheet


def _sheet(number: int, page: dict[str, Any]) -> tuple[Sheet, int]:
    """Return a page and the number of its hidden characters."""
    width, height = page["size"]
    rules = [Rule(*(v / 100 for v in rule)) for rule in page["rules"]]
    sheet = Sheet(number, width, height, rules=rules)
    texts, leads = page["texts"].split("\n"), page["leads"].split("\n")
    marks = page["numbers"][-1]
    # A scanned page with recognised text hides all of it behind the image: there it is the text of the page.
    hidden = sum(len(text) for text, mark in zip(texts, marks, strict=False) if mark & pdfium.HIDDEN)
    is_recognised = hidden > sum(map(len, texts)) - hidden if hidden else False
    n_hidden = 0
    for lead, text, left, right, baseline, size, mark in zip(leads, texts, *page["numbers"], strict=False):
        x, end, y = left / 100, right / 100, baseline / 100
        if not (-5 < x < width + 5 and -5 < y < height + 15) or (mark & pdfium.HIDDEN and not is_recognised):
            n_hidden += len(text)
        elif mark & pdfium.ASKEW:
            sheet.askew.append(TextRun(text, x, end, y, size, lead))
        else:
            sheet.runs.append(TextRun(text, x, end, y, size, lead, mark & pdfium.RED > 0))
    return sheet, n_hidden


def _notices(seen: _Seen) -> list[Notice]:
    found = page_notices(scans=seen.scans, broken=seen.broken, n_unmapped=seen.n_unmapped)
    if seen.n_hidden:
        found.append(Notice("hidden-content", (("count", str(seen.n_hidden)),)))
    if seen.fonts:
        found.append(Notice("fonts-not-embedded", (("fonts", named(seen.fonts)),)))
    if seen.annotations:
        found.append(Notice("annotations-not-read", (("count", str(seen.annotations)),)))
    if seen.attached:
        found.append(Notice("attachments-not-read", (("count", str(seen.attached)),)))
    return found


# -- the process ------------------------------------------------------------------------------------------------------
def _answer(stream: IO[bytes], most: int) -> tuple[dict[str, Any], int]:
    """Return the next answer, and how many bytes the others may have.

    Raises:
        _LostError: there is none.
    """
    head = stream.read(pdfium.LENGTH.size)
    size = pdfium.LENGTH.unpack(head)[0] if len(head) == pdfium.LENGTH.size else most + 1
    body = stream.read(size) if size <= most else b""
    if len(body) != size:
        raise _LostError
    try:
        answer: dict[str, Any] = json.loads(body)
    except ValueError as error:
        raise _LostError from error
    return answer, most - size


class _LostError(Exception):
    """The process ended, was killed, or sends what no process of this release sends."""


class _Worker:
    """A PDFium process, owned by the process that started it."""

    def __init__(self, memory: int) -> None:
        self.owner = os.getpid()
        self.memory = memory
        command = [sys.executable, "-P", str(Path(pdfium.__file__)), str(memory)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    def ask(self, data: bytes, limits: Limits) -> Iterator[dict[str, Any]]:
        """Yield the answers for a file: the number of its pages or why it is refused, each page, what concerns it all.

        Raises:
            _LostError: the process did not answer to the end.
        """
        source, target = self._process.stdin, self._process.stdout
        if source is None or target is None:
            raise _LostError
        n_pages = 0

        def end_late() -> None:
            # Pages add to the limit, and by now their number may be known.
            if not is_done.wait(min(n_pages, limits.pages) * PAGE_SECONDS):
                self._process.kill()

        is_done = threading.Event()
        timer = threading.Timer(limits.seconds, end_late)
        timer.daemon = True
        timer.start()
        try:
            source.write(pdfium.REQUEST.pack(len(data), limits.pages) + data)
            source.flush()
            answer, left = _answer(target, limits.memory)
            n_pages = answer.get("pages", -1)
            yield answer
            for _ in range(n_pages + 1):
                answer, left = _answer(target, left)
                yield answer
        except OSError as error:
            raise _LostError from error
        finally:
            timer.cancel()
            is_done.set()

    def end(self) -> int:
        """End the process; return its exit code."""
        if self.owner != os.getpid():  # this object was copied by a fork; the process is not ours
            self._process.returncode = 0
            return 0
        self._process.kill()
        code = self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:  # what was not taken
                    continue
        return code


_lock = threading.Lock()
_kept: list[_Worker] = []


def answers(file: File) -> Generator[dict[str, Any]]:
    """Yield the pages of a file as PDFium sees them, then what concerns the whole file.

    Raises:
        InputError: the file is refused, or the process did not answer to the end.
    """
    limits = file.limits
    with _lock:
        worker = _worker(limits.memory)
        first: dict[str, Any] = {}
        is_done = False
        try:
            found = worker.ask(file.data, limits)
            first = next(found)
            if "pages" in first:
                yield from found
            is_done = bool(first)
        except _LostError:
            pass
        finally:
            if not is_done:
                _kept.remove(worker)
                worker.end()
    if not is_done:
        raise InputError(
            Message(
                "cannot be read: PDFium ended over it, or took more than {seconds} s (and 1 s per 50 pages) "
                "or {memory:,} bytes of memory",
                seconds=limits.seconds,
                memory=limits.memory,
            ),
            where=file.name,
            cure="print it as PDF again from a viewer, or raise seconds and memory under [limits] in kgbuild.toml",
        )
    if "refused" in first:
        raise _refusal(file.name, limits, *first["refused"])


def _worker(memory: int) -> _Worker:
    for worker in list(_kept):
        if worker.owner != os.getpid() or worker.memory != memory:
            _kept.remove(worker)
            worker.end()
    if not _kept:
        _kept.append(_Worker(memory))
    return _kept[0]


@atexit.register
def _end_all() -> None:
    while _kept:
        _kept.pop().end()


def pdfium_version() -> str:
    """Return the version of PDFium, as reported by its process.

    Raises:
        InputError: it does not start.
    """
    from pypdfium2.version import PDFIUM_INFO, PYPDFIUM_INFO

    try:
        list(answers(File(b"%PDF-", "the PDF reader")))
    except InputError as error:
        if "is damaged" not in error.what:
            raise
    return f"PDFium {PDFIUM_INFO.build}, pypdfium2 {PYPDFIUM_INFO.version}"


def _refusal(name: str, limits: Limits, why: str, number: int = 0) -> InputError:
    match why:
        case "password":
            return InputError(
                "is protected by a password", where=name, cure="remove it (qpdf --password=… --decrypt FILE out.pdf)"
            )
        case "pages":
            return InputError(
                Message("has more pages than allowed ({pages:,}, limit {limit:,})", pages=number, limit=limits.pages),
                where=name,
                cure="split it or raise pages under [limits] in kgbuild.toml",
            )
        case _:
            return InputError(
                "is damaged: it cannot be opened as PDF",
                where=name,
                cure="get the file again, or print it as PDF again from a viewer that opens it",
            )


read = of_blocks(read_pdf)
