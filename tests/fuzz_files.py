"""Mutated and truncated files of every format that is not plain text: each is read or refused, in time and memory.

Seeded: the same number gives the same file on every machine that has the same seeds. `make fuzz` tries 30,000 and
builds every 50th; the suite tries some hundred (`test_fuzz_files.py`). `fuzz_guided.py` looks for files that reach
new code.
"""

from __future__ import annotations

import io
import os
import random
import re
import resource
import signal
import sys
import traceback
import zipfile
import zlib
from collections import Counter
from functools import cache
from pathlib import Path

from tests import docx, made_files
from tests.fuzz import LINES, SHARED, Case

from kgbuild.config import Limits, Settings
from kgbuild.errors import InputError
from kgbuild.lexicon import load_lexicon
from kgbuild.pipeline import Options, build_document
from kgbuild.read import read_bytes

LIMITS = Limits(seconds=5)
SETTINGS = Settings(limits=LIMITS)
SLOWEST = 20.0
"""Seconds after which a file is given up: the limit of a reader, and what it costs to start a process anew."""
_LARGEST_SEED = 300_000
_HEADS = ("任务", "责任单位", "完成时限")


def _word() -> bytes:
    levels = "".join(docx.lvl(i, "chineseCounting", f"%{i + 1}、") for i in range(3))
    rows = [docx.tr(*_HEADS), docx.tr("开展培训", docx.tc("省教育厅", merge="restart"), "2025年6月")]
    rows.append(docx.tr("办好讲坛", docx.tc(merge="continue"), "年底前"))
    body = "".join(docx.p(line, num=(1, n % 3) if n > 8 else None) for n, line in enumerate(LINES))
    box = f"<w:p><w:r><mc:AlternateContent><mc:Choice><w:txbxContent>{docx.p('文本框')}</w:txbxContent></mc:Choice>"
    box += "</mc:AlternateContent></w:r></w:p>"
    parts = {
        "numbering": docx.lists(levels),
        "footer": docx.root("ftr", docx.p("— 1 —")),
        "styles": docx.root(
            "styles", '<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/></w:style>'
        ),
    }
    return docx.docx(body + docx.tbl(*rows) + box, parts=parts)


def _sheets() -> list[made_files.Sheet]:
    sheets, y = [made_files.Sheet()], 100.0
    for line in LINES:
        if y > 720:
            sheets[-1].centred(810, f"— {len(sheets)} —", 14)
            sheets.append(made_files.Sheet())
            y = 100.0
        y = sheets[-1].para(y, line)
    last = sheets[-1].grid([80, 240, 400, 520], [640, 670, 700])
    for x, head, body in zip((90, 250, 410), _HEADS, ("开展培训", "省教育厅", "2025年6月"), strict=True):
        last.text(x, 660, head).text(x, 690, body)
    return sheets


def _mail(plan: bytes) -> bytes:
    from email.message import EmailMessage

    mail = EmailMessage()
    mail["Subject"] = "通知"
    mail.set_content("\n".join(LINES[:8]))
    mail.add_attachment(plan, maintype="application", subtype="octet-stream", filename="方案.docx")
    return mail.as_bytes()


@cache
def seeds() -> dict[str, tuple[bytes, ...]]:
    """Files to begin with, by suffix: made ones, and the smaller real ones where they are at hand."""
    word = _word()
    made = {
        "docx": [word],
        "pdf": [made_files.pdf(*_sheets())],
        "ofd": [made_files.ofd(*_sheets())],
        "eml": [_mail(word)],
        "mht": [
            b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\nContent-Type: text/html; "
            b"charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n<html><body>"
            + "".join(f"<p>{line}</p>" for line in LINES).encode()
            + b"<table><tr><td>x</td></tr></table></body></html>\n--x--\n"
        ],
    }
    for folder in (SHARED / "corpus" / "docs", SHARED / "corpus2" / "docs"):
        for file in sorted(folder.iterdir()) if folder.is_dir() else ():
            suffix = file.suffix[1:].lower()
            if suffix in made and file.stat().st_size <= _LARGEST_SEED:
                made[suffix].append(file.read_bytes())
    return {suffix: tuple(files) for suffix, files in made.items()}


def case(seed: int, number: int) -> Case:
    """Return one file: as a whole damaged, or damaged inside what is packed."""
    rnd = random.Random(f"files-{seed}-{number}")  # noqa: S311 - no secret
    suffix = rnd.choice(sorted(seeds()))
    own = seeds()[suffix]
    data = own[0] if rnd.random() < 0.5 else rnd.choice(own)
    inside = {"docx": _in_archive, "ofd": _in_archive, "pdf": _in_pdf}.get(suffix)
    if inside and rnd.random() < 0.7:
        data = inside(data, rnd)
    if not inside or rnd.random() < 0.4:
        data = _damaged(data, rnd)
    return Case(f"{seed}-{number}.{suffix}", data)


_NUMBERS = (b"0", b"-1", b"1", b"255", b"65536", b"2147483648", b"99999999999999999999", b"1e308", b"NaN", b"")


def _damaged(data: bytes, rnd: random.Random) -> bytes:
    """Bytes changed, cut off, doubled, exchanged, or put in the place of others."""
    out = bytearray(data)
    for _ in range(rnd.choice((1, 1, 2, 5, 20))):
        if not out:
            break
        i = rnd.randrange(len(out))
        j = min(len(out), i + rnd.choice((1, 4, 30, 500)))
        how = rnd.randrange(7)
        if how <= 1:
            out[i] = rnd.randrange(256)
        elif how == 2:
            del out[i:j]
        elif how == 3:
            out[i:i] = out[i:j] * rnd.choice((1, 3, 50))
        elif how == 4:
            k = rnd.randrange(len(out))
            out[i:j] = out[k : k + j - i]
        elif how == 5 and (numbers := list(re.finditer(rb"[0-9]+", out[i : i + 400]))):
            a, b = rnd.choice(numbers).span()
            out[i + a : i + b] = rnd.choice(_NUMBERS)
        elif rnd.random() < 0.3:
            del out[i:]
    return bytes(out)


def _in_archive(data: bytes, rnd: random.Random) -> bytes:
    """A member changed, dropped, emptied or doubled; the archive itself stays whole."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        names = [name for name in old.namelist() if not name.endswith("/")]
        chosen = set(rnd.choices(names, k=rnd.choice((1, 1, 2))))
        for name in names:
            body = old.read(name)
            if name in chosen:
                how = rnd.random()
                if how < 0.05:
                    continue
                body = b"" if how < 0.08 else old.read(rnd.choice(names)) if how < 0.12 else _in_xml(body, rnd)
            new.writestr(zipfile.ZipInfo(name), body, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _in_xml(body: bytes, rnd: random.Random) -> bytes:
    """XML that stays well-formed more often than not: elements doubled or exchanged, values changed."""
    for _ in range(rnd.choice((1, 1, 2, 4))):
        how = rnd.randrange(4)
        pieces = re.split(rb"(?=<)", body)
        i, j = rnd.randrange(len(pieces)), rnd.randrange(len(pieces))
        if how == 0:
            pieces[i], pieces[j] = pieces[j], pieces[i]
            body = b"".join(pieces)
        elif how == 1 and (values := list(re.finditer(rb'"([^"<>]*)"', body))):
            a, b = rnd.choice(values).span(1)
            body = body[:a] + rnd.choice((*_NUMBERS, b"../../x", b"x" * 5000, rnd.choice(values)[1])) + body[b:]
        elif how == 2:
            whole = re.search(rb"<([\w:]+)\b[^<>]*>(?:(?!</?\1\b).)*</\1>", b"".join(pieces[i : i + 60]), re.DOTALL)
            if whole:
                body = body.replace(whole[0], whole[0] * rnd.choice((0, 2, 300)), 1)
        else:
            body = _damaged(body, rnd) if rnd.random() < 0.5 else body
    return body


def _in_pdf(data: bytes, rnd: random.Random) -> bytes:
    """What a stream holds, changed and left unpacked; or a reference to another object."""
    if rnd.random() < 0.3 and (found := list(re.finditer(rb"\b(\d+) 0 R", data))):
        a, b = rnd.choice(found).span(1)
        return data[:a] + str(rnd.randrange(20)).encode() + data[b:]
    streams = list(re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL))
    if not streams:
        return data
    chosen = rnd.choice(streams)
    try:
        body = zlib.decompress(chosen[1])
    except zlib.error:
        return data
    changed = zlib.compress(_damaged(body, rnd))
    return data[: chosen.start(1)] + changed + data[chosen.end(1) :]


def faults(tried: Case, *, build: bool = False) -> list[str]:
    """Return what is wrong with how a file is read, or built: a crash; [] for nothing."""
    try:
        if build:
            options = Options(version="fuzz")
            lexicon = load_lexicon(SETTINGS)
            build_document(tried.data, name=tried.name, settings=SETTINGS, lexicon=lexicon, options=options)
        else:
            read_bytes(tried.data, name=tried.name, max_bytes=SETTINGS.max_bytes, limits=LIMITS)
    except InputError as e:
        outcome[re.sub(r" \(.*|[\d,.]+", "", e.what)[:60]] += 1
    except Exception as e:
        last = traceback.extract_tb(e.__traceback__)[-1]
        return [f"{type(e).__name__}: {e} at {Path(last.filename).name}:{last.lineno}"]
    else:
        outcome["built" if build else "read"] += 1
    return []


outcome: Counter[str] = Counter()
"""How often each thing was said, numbers and names aside."""


class _Late(BaseException):
    """Raised in the midst of a file that takes too long."""


def _give_up(*_: object) -> None:
    raise _Late


def main() -> None:
    """Try many files, and write those at fault into the working folder."""
    count, seed = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
    every = int(os.environ.get("KGBUILD_FUZZ_BUILD", "50"))
    wrong = 0
    signal.signal(signal.SIGALRM, _give_up)
    for number in range(count):
        tried = case(seed, number)
        signal.setitimer(signal.ITIMER_REAL, SLOWEST)
        try:
            found = faults(tried, build=number % every == 0)
        except _Late:
            found = [f"takes more than {SLOWEST:.0f} s"]
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        if found:
            wrong += 1
            Path(f"fuzz-{tried.name}").write_bytes(tried.data)
            sys.stdout.write(f"{tried.name}: {'; '.join(found)}\n")
            sys.stdout.flush()
    for said, often in outcome.most_common():
        sys.stdout.write(f"{often:8,} {said}\n")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    sys.stdout.write(f"{count} files, {wrong} at fault, {memory} MB, readers of PDF {children} MB at most\n")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
