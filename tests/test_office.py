"""Files as LibreOffice writes them: the bundled example and a table of tasks, over Word files, PDF and web pages.

What differs, and why: as HTML, LibreOffice leaves out the form of counted numbers (一、 becomes 1.), so that counted
paragraphs are compared in Word files and PDF only.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from tests import test_formats_agree as formats
from tests.docx import docx, p, r, tbl, tc, tr
from tests.support import is_required, whole
from tests.test_assigning_tables import TITLE, Said, build, said

if TYPE_CHECKING:
    from pathlib import Path

SOFFICE = shutil.which("soffice")
pytestmark = [
    whole("starts an office for each file"),
    pytest.mark.skipif(SOFFICE is None and not is_required("office"), reason="needs LibreOffice (.ci/office.sh)"),
]
FILTERS = {"docx": "docx:MS Word 2007 XML", "pdf": "pdf", "html": "html"}


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The settings of LibreOffice, which it makes when it starts first."""
    return tmp_path_factory.mktemp("office")


def written(data: bytes, *, suffix: str, to: str, profile: Path) -> bytes:
    """Let LibreOffice read a file and write it in another format."""
    folder = profile / f"{suffix}-{to}"
    folder.mkdir(exist_ok=True)
    file = folder / f"plan.{suffix}"
    file.write_bytes(data)
    command = [SOFFICE or "soffice", "--headless", f"-env:UserInstallation={profile.as_uri()}", "--convert-to"]
    command += [FILTERS[to], "--outdir", str(folder / "out"), str(file)]
    # What LibreOffice says of Java is no fault: nothing here needs it.
    subprocess.run(command, check=True, capture_output=True, timeout=180, env={**os.environ, "HOME": str(profile)})
    return (folder / "out" / f"plan.{to}").read_bytes()


def set_as_offices_do(line: str) -> str:
    """A paragraph that begins two characters in, a title in the middle."""
    is_title = re.search(r"(?:通知|方案（2025—2027年）)$", line) is not None
    how = '<w:jc w:val="center"/>' if is_title else '<w:ind w:firstLineChars="200" w:firstLine="420"/>'
    return f"<w:p><w:pPr>{how}</w:pPr>{r(line.strip()) if line.strip() else ''}</w:p>"


PAGE = b'<html><head><meta charset="utf-8"></head><body>' + formats.FORMS["html"] + b"</body></html>"
EXAMPLES = {
    "a page as Word file": (PAGE, "html", "docx"),
    "counted numbers saved again": (formats.FORMS["docx, counted"], "docx", "docx"),
    "typed numbers as PDF": (docx("".join(map(set_as_offices_do, formats.LINES))), "docx", "pdf"),
    "typed numbers as HTML": (formats.FORMS["docx"], "docx", "html"),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_example_says_the_same(name: str, profile: Path) -> None:
    data, suffix, to = EXAMPLES[name]
    made = written(data, suffix=suffix, to=to, profile=profile)
    assert formats.said(formats.build(f"a.{to}", made)) == formats.said(
        formats.build("a.txt", formats.EXAMPLE.read_bytes())
    )


def test_counted_numbers_are_in_the_print(profile: Path) -> None:
    made = written(formats.FORMS["docx, counted"], suffix="docx", to="pdf", profile=profile)
    actions, indicators, *_ = formats.said(formats.build("a.pdf", made))
    wanted = formats.said(formats.build("a.txt", formats.EXAMPLE.read_bytes()))
    assert (actions, indicators) == wanted[:2]


HEAD = ("序号", "重点任务", "牵头单位", "配合单位", "完成时限")
TASKS = [f"在第{n}片区建设科普书屋，配齐图书和设备，做好日常开放与登记" for n in range(1, 41)]


def duty_table() -> bytes:
    """A table over pages, its head repeated, the deadline of four rows in one cell."""
    rows = [tr(*HEAD, head=True)]
    for n, task in enumerate(TASKS):
        when = tc("2031年6月底前", merge="restart") if n % 4 == 0 else tc(merge="continue")
        rows.append(tr(str(n + 1), task, "省教育厅", "省科协、省民政厅", when))
    grid = "".join(f'<w:gridCol w:w="{w}"/>' for w in (700, 3600, 1300, 1700, 1500))
    edges = "".join(
        f'<w:{s} w:val="single" w:sz="4"/>' for s in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    made = tbl(*rows).replace(
        "<w:tblPr/>", f"<w:tblPr><w:tblBorders>{edges}</w:tblBorders></w:tblPr><w:tblGrid>{grid}</w:tblGrid>"
    )
    return docx(p(TITLE) + made)


@pytest.mark.parametrize("to", FILTERS)
def test_a_table_over_pages_says_the_same(to: str, profile: Path) -> None:
    bodies = {"省教育厅": "lead", "省科协": "cooperating", "省民政厅": "cooperating"}
    wanted = [Said(str(n + 1), task, bodies, "2031-06-30") for n, task in enumerate(TASKS)]
    assert said(build(duty_table())) == wanted
    found = said(build(written(duty_table(), suffix="docx", to=to, profile=profile)))
    assert [Said(s.path, "".join(s.text.split()), s.bodies, s.deadline) for s in found] == wanted
