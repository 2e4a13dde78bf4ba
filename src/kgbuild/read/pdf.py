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
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from kgbuild.errors import InputError, Message
from kgbuild.read import pdfium
from kgbuild.read.blocks import Block, Notice, of_blocks
from kgbuild.read.layout import Rule, Sheet, TextRun, blocks_of, unmapped
from kgbuild.read.layout.pages import PAGE_SECONDS, is_scan, named, page_notices
from kgbuild.read.reader import File

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kgbuild.config import Limits

_OCR = "recognise its text (ocrmypdf -l chi_sim FILE out.pdf) and give that"


def read_pdf(file: File) -> tuple[list[Block], list[Notice]]:
    """Return the blocks of a PDF, and the reader's notices.

    Raises:
        InputError: it is encrypted, damaged, contains only scanned pages, or exceeds the limits.
    """
    answer = _ask(file)
    pages = answer["pages"]
    scans = [number for number, page in enumerate(pages, 1) if _is_scan(page)]
    if scans and len(scans) == sum(bool(page.get("runs") or page.get("images")) for page in pages):
        raise InputError(
            Message("holds scanned pages ({count}) and no text", count=len(scans)), where=file.name, cure=_OCR
        )
    n_hidden = 0
    sheets = []
    for number, page in enumerate(pages, 1):
        if "broken" not in page:
            sheet, n = _sheet(number, page)
            sheets.append(sheet)
            n_hidden += n
    return blocks_of(sheets), _notices(answer, scans, n_hidden)


def _is_scan(page: dict[str, Any]) -> bool:
    return is_scan(sum(len(run[1]) for run in page.get("runs", ())), page.get("images", 0))


def _sheet(number: int, page: dict[str, Any]) -> tuple[Sheet, int]:
    """Return a page and the number of its hidden characters."""
    width, height = page["size"]
    rules = [Rule(*rule) for rule in page["rules"]]
    sheet = Sheet(number, width, height, rules=rules)
    # A scanned page with recognised text hides all of it behind the image: there it is the text of the page.
    hidden = sum(len(run[1]) for run in page["runs"] if run[6] & pdfium.HIDDEN)
    shown = sum(len(run[1]) for run in page["runs"]) - hidden if hidden else 0
    is_recognised = hidden > shown
    n_hidden = 0
    for lead, text, x, end, y, size, flags in page["runs"]:
        if not (-5 < x < width + 5 and -5 < y < height + 15) or (flags & pdfium.HIDDEN and not is_recognised):
            n_hidden += len(text)
        elif flags & pdfium.ASKEW:
            sheet.askew.append(TextRun(text, x, end, y, size, lead))
        else:
            sheet.runs.append(TextRun(text, x, end, y, size, lead, flags & pdfium.RED > 0))
    return sheet, n_hidden


def _notices(answer: dict[str, Any], scans: Sequence[int], n_hidden: int) -> list[Notice]:
    pages = answer["pages"]
    broken = [number for number, page in enumerate(pages, 1) if "broken" in page]
    n_unmapped = sum(unmapped(run[1]) for page in pages for run in page.get("runs", ()))
    annotations = sum(page.get("annotations", 0) for page in pages)
    fonts = [name for name, _ in answer["bare"]]
    found = page_notices(scans=scans, broken=broken, n_unmapped=n_unmapped)
    if n_hidden:
        found.append(Notice("hidden-content", (("count", str(n_hidden)),)))
    if fonts:
        found.append(Notice("fonts-not-embedded", (("fonts", named(fonts)),)))
    if annotations:
        found.append(Notice("annotations-not-read", (("count", str(annotations)),)))
    if answer["attached"]:
        found.append(Notice("attachments-not-read", (("count", str(answer["attached"])),)))
    return found


# -- the process ------------------------------------------------------------------------------------------------------
@contextmanager
def _ended_after(seconds: float, process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Kill a process that does not respond within a number of seconds."""
    timer = threading.Timer(seconds, process.kill)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _number(stream: IO[bytes]) -> int | None:
    head = stream.read(pdfium.ANSWER.size)
    if len(head) < pdfium.ANSWER.size:
        return None
    (number,) = pdfium.ANSWER.unpack(head)
    return int(number)


class _Worker:
    """A PDFium process, owned by the process that started it."""

    def __init__(self, memory: int) -> None:
        self.owner = os.getpid()
        self.memory = memory
        command = [sys.executable, "-P", str(Path(pdfium.__file__)), str(memory)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    def ask(self, data: bytes, limits: Limits) -> bytes:
        """Return the answer for a file; b"" if the process died or was killed."""
        source, target = self._process.stdin, self._process.stdout
        if source is None or target is None:
            return b""
        try:
            with _ended_after(limits.seconds, self._process):
                source.write(pdfium.REQUEST.pack(len(data), limits.pages) + data)
                source.flush()
                n_pages = _number(target)
            if n_pages is None:
                return b""
            with _ended_after(limits.seconds + min(n_pages, limits.pages) * PAGE_SECONDS, self._process):
                size = _number(target) or 0
                body = target.read(size) if size <= limits.memory else b""
        except OSError:
            return b""
        return body if len(body) == size else b""

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


def _ask(file: File) -> dict[str, Any]:
    """Return the pages of a file as PDFium sees them."""
    limits = file.limits
    with _lock:
        worker = _worker(limits.memory)
        answer = _parsed(worker.ask(file.data, limits))
        if not answer:
            _kept.remove(worker)
            worker.end()
    if not answer:
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
    if "refused" in answer:
        raise _refusal(file.name, limits, *answer["refused"])
    return answer


def _parsed(body: bytes) -> dict[str, Any]:
    """Parse an answer; {} if it is not one, as from a process of a release that has since been replaced."""
    try:
        answer: dict[str, Any] = json.loads(body)
    except ValueError:
        return {}
    return answer


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
        _ask(File(b"%PDF-", "the PDF reader"))
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
