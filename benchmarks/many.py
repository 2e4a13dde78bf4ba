"""Measures `kgbuild build` of many documents on several cores beside one, and compares what both wrote.

Usage: python benchmarks/many.py [FOLDER] [--documents 100] [--workers 2] [--no-validate]
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "yunling-2025.txt"
AIM = 1.75


def main() -> None:
    """Print the seconds of both runs and how many times as fast the workers are."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--documents", type=int, default=100)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--no-validate", action="store_true")
    given = parser.parse_args()
    found = sorted(given.folder.glob("*.txt")) if given.folder else [EXAMPLE]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = [folder / f"{n}.txt" for n in range(given.documents)]
        for n, file in enumerate(files):
            shutil.copy(found[n % len(found)], file)
        options = ["--no-validate"] if given.no_validate else []
        alone, shared = (spent(files, folder / f"out{n}", n, options) for n in (1, given.workers))
        if written(folder / "out1") != written(folder / f"out{given.workers}"):
            sys.exit("the graphs differ; there is nothing to compare")
    verdict = "met" if alone >= AIM * shared else "MISSED"
    print(f"{given.documents} documents: 1 worker {alone:.1f} s, {given.workers} workers {shared:.1f} s: ", end="")
    print(f"{alone / shared:.2f} × as fast (aim on two free cores: at least {AIM}): {verdict}")


def spent(files: list[Path], out: Path, workers: int, options: list[str]) -> float:
    """Return the seconds of a build of all files; graphs that do not conform are written too."""
    command = [sys.executable, "-m", "kgbuild", "build", *map(str, files), "-q", "-o", str(out), *options]
    start = time.perf_counter()
    done = subprocess.run([*command, "--workers", str(workers)], check=False)
    if done.returncode > 1:
        sys.exit(done.returncode)
    return time.perf_counter() - start


def written(folder: Path) -> dict[str, bytes]:
    """Return what a run wrote, by name."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


if __name__ == "__main__":
    main()
