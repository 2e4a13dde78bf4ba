"""Files made to harm: each is built in a process of its own; prints what came out, seconds and memory.

    python -m benchmarks.hostile [NAME …]

Aims: a clear error or a graph that conforms, at most 20 s of the processor and 500 MB. Exit code 1 where one is missed.
The process of PDFium is not counted: it has its own limits of time and memory.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tempfile
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from tests.docx import TYPES, docx, p, package, tbl, tc, tr
from tests.made_files import Pdf, Sheet, draft_pdf, ofd_document, ofd_page, ofd_root, ofd_text, packed, pdf

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_SECONDS, MOST_MB = 20.0, 500
_TASK = "一、任务"
_BUILD = """
import json, sys, time
from kgbuild.api import build, find_inputs
from kgbuild.errors import InputError
begun = time.process_time()
try:
    done = [build(file) for file in find_inputs([sys.argv[1]]).files[:3]]
    said, fine = f"{sum(len(d.built.annotations.actions) for d in done)} actions", all(d.conforms for d in done)
except InputError as e:
    said, fine = e.what, bool(e.cure)
took = time.process_time() - begun
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps([said, fine, took, int(peak.split()[1]) // 1024]))
"""


def _zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def _nested(depth: int) -> bytes:
    data = b" " * 1_000_000
    for level in range(depth):
        data = _zipped({f"{level}-{n}.zip": data for n in range(10)})
    return data


def _pages(kids: str, count: int) -> bytes:
    made = Pdf()
    made.put(1, "<</Type/Catalog/Pages 2 0 R>>")
    made.put(2, f"<</Type/Pages/Count {count}/Kids[{kids}]>>")
    made.put(3, "<</Type/Pages/Parent 2 0 R/Count 1/Kids[2 0 R]>>")
    made.put(4, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>")
    return made.bytes()


def _stream(body: bytes) -> bytes:
    made = draft_pdf(Sheet().text(80, 100, _TASK))
    made.put(11, "<</Filter/FlateDecode>>", zlib.compress(body, 9))
    return made.bytes()


def _template() -> bytes:
    own = '<ofd:Template TemplateID="50"/>'
    common = '<ofd:TemplatePage ID="50" BaseLoc="T.xml"/>'
    return packed(
        {
            "OFD.xml": ofd_root("Doc_0/Document.xml"),
            "Doc_0/Document.xml": ofd_document('<ofd:Page ID="1" BaseLoc="P.xml"/>', common),
            "Doc_0/P.xml": ofd_page(ofd_text(80, 100, _TASK), own),
            "Doc_0/T.xml": ofd_page(ofd_text(80, 200, "模板"), own),
        }
    )


def _merged() -> bytes:
    rows = [tr("任务", "责任单位", "完成时限")]
    for n in range(16_666):
        task = tc("建书屋", merge="restart" if n == 0 else "continue")
        rows.append(tr(task, tc("省教育厅", merge="continue" if n % 7 else "restart"), "年底前"))
    return docx(p("云岭省方案") + tbl(*rows))


def _deep(tags: str, times: int) -> bytes:
    return (tags * times + "甲").encode()


_ENTITIES = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(1, 30))
FILES: dict[str, Callable[[], bytes]] = {
    "zip bomb.docx": lambda: docx("", more={"word/document.xml": b" " * 600_000_000}),
    "nested.zip": lambda: _nested(6),
    "zip in zip.docx": lambda: package({"[Content_Types].xml": TYPES, "word/document.xml": _nested(3)}),
    "entity bomb.docx": lambda: docx("", more={"word/document.xml": f"<!DOCTYPE a [{_ENTITIES}]><a>&e30;</a>"}),
    "members that lead out.zip": lambda: _zipped({"../../evil.txt": _TASK.encode(), "/etc/evil.txt": b"x"}),
    "polyglot.pdf": lambda: b"%PDF-1.4\n" + docx(p(_TASK)),
    "pdf and zip.pdf": lambda: pdf(Sheet().text(80, 100, _TASK)) + docx(p(_TASK)),
    "million pages.pdf": lambda: _pages("4 0 R " * 1_000_000, 1_000_000),
    "pages in a circle.pdf": lambda: _pages("2 0 R 3 0 R", 3),
    "stream bomb.pdf": lambda: _stream(b" " * 500_000_000),
    "many operators.pdf": lambda: _stream(b"BT /F1 1 Tf 100 100 Td <4E004E01> Tj ET\n" * 1_500_000),
    "nested tables.docx": lambda: docx("<w:tbl><w:tr><w:tc>" * 100_000 + p("甲") + "</w:tc></w:tr></w:tbl>" * 100_000),
    "nested tables.html": lambda: _deep("<table><tr><td>", 100_000),
    "many tables.docx": lambda: docx(
        "".join(tbl(tr("任务", "责任单位"), tr("建书屋", "省教育厅")) for _ in range(5_000))
    ),
    "merged table.docx": _merged,
    "template of itself.ofd": _template,
    "many parts.eml": lambda: (
        b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\nt\n" * 200_000
    ),
    "deep.html": lambda: _deep("<div>", 200_000),
}


def main() -> None:
    """Build each file, and print a line of a table for it."""
    missed = False
    print("| file | bytes | what came out | s | MB | |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for name in sys.argv[1:] or FILES:
            path = Path(folder) / name
            path.write_bytes(FILES[name]())
            done = subprocess.run([sys.executable, "-c", _BUILD, path], capture_output=True, text=True, check=False)
            said, fine, took, peak = json.loads(done.stdout) if done.stdout else (done.stderr[-100:], False, 0.0, 0)
            met = fine and took <= MOST_SECONDS and peak <= MOST_MB
            missed |= not met
            size, verdict = path.stat().st_size, "met" if met else "missed"
            print(f"| {name} | {size:,} | {said[:90]} | {took:.1f} | {peak} | {verdict} |", flush=True)
    sys.exit(missed)


if __name__ == "__main__":
    main()
