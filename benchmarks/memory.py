"""Measures whether building many documents takes more memory than building a few.

Usage: python benchmarks/memory.py [FOLDER] [--few 50] [--many 500]
       python benchmarks/memory.py --dense 5

One process builds, validates and writes the documents of FOLDER (else the example) again and again, each time with
names of its own in the text, so that nothing can be found in a cache. The resident memory is read after a few and
after many. With --dense it builds one text of so many megabytes instead, each of whose items has duties, targets and
days, and tells the largest memory that took.
"""

from __future__ import annotations

import argparse
import gc
import sys
import tempfile
from pathlib import Path

import kgbuild

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "yunling-2025.txt"
AIM = 1.05
MOST_MB = 500
"""The largest memory for 5 MB of dense text."""
BODIES = ("省教育厅", "省科技厅", "省科协", "省农业农村厅", "省民政厅", "省财政厅", "省妇联", "团省委")


def main() -> None:
    """Print the resident memory after a few and after many documents, and their ratio."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--few", type=int, default=50)
    parser.add_argument("--many", type=int, default=500)
    parser.add_argument("--no-validate", action="store_true")
    parser.add_argument("--dense", type=float, metavar="MB")
    given = parser.parse_args()
    if given.dense:
        sys.exit(one(given.dense))
    files = sorted(given.folder.glob("*.txt")) if given.folder else [EXAMPLE]
    resident: dict[int, int] = {}
    with tempfile.TemporaryDirectory() as folder:
        for n in range(1, given.many + 1):
            build(files[n % len(files)], n, Path(folder), validate=not given.no_validate)
            if n in (given.few, given.many):
                gc.collect()
                resident[n] = rss()
    few, many = resident[given.few], resident[given.many]
    verdict = "met" if many <= AIM * few else "MISSED"
    print(f"after {given.few}: {few / 1e6:.1f} MB; after {given.many}: {many / 1e6:.1f} MB; ", end="")
    print(f"ratio {many / few:.3f} (aim: at most {AIM}): {verdict}")
    sys.exit(many > AIM * few)


def one(megabytes: float) -> bool:
    """Build one dense text, print the largest memory, and tell whether it was too much."""
    with tempfile.TemporaryDirectory() as folder:
        plan = Path(folder) / "plan.txt"
        plan.write_text(dense(int(megabytes * 1e6)), encoding="utf-8")
        built = kgbuild.build(plan)
        with plan.with_suffix(".ttl").open("wb") as out:
            out.writelines(built.serialised("ttl"))
        built.report()
    line = next(line for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines() if "VmHWM" in line)
    peak = int(line.split()[1]) / 1000
    print(f"{megabytes:g} MB, {built!r}: {peak:.0f} MB (aim for 5 MB of text: {MOST_MB})")
    return peak > MOST_MB * max(1, megabytes / 5)


def dense(size: int) -> str:
    """Return a plan of so many bytes: a hundred items in each section."""
    lines = ["云岭省全民阅读行动方案"]
    length = 0
    for n in range(size):
        section, item = divmod(n, 100)
        if item == 0:
            lines.append(f"（{section + 1}）第{section + 1}类任务")
        bodies = [BODIES[(n + k) % len(BODIES)] for k in range(4 + n % 3)]
        lines.append(
            f"{item + 1}.面向老年人、农村妇女开展第{n + 1}期数字技能培训，建设乡村书屋{n % 90 + 3}个，"
            f"到2027年底覆盖率达到{n % 60 + 30}%以上。"
            f"（{bodies[0]}牵头，{'、'.join(bodies[1:])}按职责分工负责；完成时限：2025年{n % 12 + 1}月底前）"
        )
        length += len(lines[-1].encode())
        if length > size:
            break
    return "\n".join(lines) + "\n"


def build(file: Path, number: int, folder: Path, *, validate: bool) -> None:
    """Build a document under a name and with names that no document before it had."""
    text = file.read_text(encoding="utf-8", errors="replace")
    plan = folder / "plan.txt"
    plan.write_text(f"{text}\n第{number}号附注：由省第{number}联席会议办公室负责。\n", encoding="utf-8")
    plan.with_suffix(".ttl").write_bytes(kgbuild.build(plan, validate=validate).serialise("ttl"))


def rss() -> int:
    """Return the resident memory of this process in bytes."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096


if __name__ == "__main__":
    main()
