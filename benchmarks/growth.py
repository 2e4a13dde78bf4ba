"""Measures how the time of building grows with hostile text: eight times the text should take eight times the time.

Usage: python benchmarks/growth.py [--size CHARACTERS]
"""

from __future__ import annotations

import argparse
import time

from kgbuild.annotations import to_json
from kgbuild.config import Settings
from kgbuild.lexicon import load_lexicon
from kgbuild.pipeline import Options, assert_document

FACTOR = 8
PIECES = {
    "plan": "(一)培训农民、青年。到2027年覆盖率达到90%。(省教育厅牵头,省科协、各市人民政府配合)\n",
    "citations": "按照《茶业规划》(以下简称《规划》)和《纲要》,",
    "open brackets": "((省教育厅、",
    "open quotes": "“到2027年达到",
    "figures": "1,000,达到3,由5%",
    "names": "实施三大工程建设等",
    "parties": "省教育厅、省科协、",
    "numbers": "一、(一)1.(1)①\n",
    "tags": "<div><b><span>字",
    "lines": "一\n",
}


def main() -> None:
    """Print a table: seconds for the text, for eight times the text, and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--size", type=int, default=10_000, help="Characters of the smaller text.")
    size = parser.parse_args().size
    settings = Settings()
    lexicon = load_lexicon(settings)

    def seconds(piece: str, length: int) -> float:
        data = (piece * (length // len(piece) + 1)).encode()
        start = time.perf_counter()
        name = "hostile.html" if "<" in piece else "hostile.txt"
        found, _ = assert_document(data, name=name, settings=settings, lexicon=lexicon, options=Options(version="0"))
        to_json(found, lexicon)
        return time.perf_counter() - start

    print(f"| text | {size} characters | {FACTOR * size} characters | ratio |\n|---|---|---|---|")
    for name, piece in PIECES.items():
        small, large = (min(seconds(piece, n) for _ in range(3)) for n in (size, FACTOR * size))
        print(f"| {name} | {small:.3f} s | {large:.3f} s | {large / small:.1f} |")


if __name__ == "__main__":
    main()
