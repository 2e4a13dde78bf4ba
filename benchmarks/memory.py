"""Measures whether building many documents takes more memory than building a few.

Usage: python benchmarks/memory.py [FOLDER] [--few 50] [--many 500]

One process builds, validates and writes the documents of FOLDER (else the example) again and again, each time with
names of its own in the text, so that nothing can be found in a cache. The resident memory is read after a few and
after many.
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


def main() -> None:
    """Print the resident memory after a few and after many documents, and their ratio."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--few", type=int, default=50)
    parser.add_argument("--many", type=int, default=500)
    parser.add_argument("--no-validate", action="store_true")
    given = parser.parse_args()
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
