"""Files that reach code which no other reached, one reader after the other (atheris): none may crash it.

`make fuzz SECONDS=600` gives each reader its share of the time. The files that reach something new are kept in
`.fuzz/READER` for the next run; the first run begins with those of `fuzz_files.seeds` that are small. What is found
goes into a test of its reader.
"""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

READERS = {"docx": "docx", "pdf": "pdf", "ofd": "ofd", "eml": "mail", "html": "html", "md": "markdown", "txt": "text"}
"""Suffix of the files → reader."""
FOLDER = Path(".fuzz")
_LARGEST = 30_000
_PLAIN = {
    "html": "<ol><li>一、<b>任务</b></ol><table><tr><td rowspan=2>省科协</table>",
    "md": "# 一、\n|a|b|\n|-|-|\n|c|d|\n",
}


def main() -> None:
    """Start a process for each reader, which libFuzzer ends."""
    from tests.fuzz_files import seeds

    seconds = int(sys.argv[1]) // len(READERS)
    failed = []
    for suffix in READERS:
        corpus = FOLDER / suffix
        corpus.mkdir(parents=True, exist_ok=True)
        small = [
            data for data in seeds().get(suffix, (_PLAIN.get(suffix, "一、任务\n").encode(),)) if len(data) <= _LARGEST
        ]
        for n, data in enumerate(small):
            (corpus / f"seed-{n}").write_bytes(data)
        options = [f"-max_total_time={seconds}", f"-max_len={_LARGEST}", "-timeout=25", "-rss_limit_mb=2000"]
        options += [f"-artifact_prefix={FOLDER}/{suffix}-", "-print_final_stats=1", "-verbosity=0"]
        done = subprocess.run([sys.executable, "-m", "tests.fuzz_guided", suffix, *options, corpus], check=False)
        failed += [suffix] if done.returncode else []
    sys.stdout.write(f"readers at fault: {', '.join(failed) or 'none'}\n")
    sys.exit(bool(failed))


def guide(suffix: str) -> None:
    """Try files of one reader until the time is over."""
    import atheris

    with atheris.instrument_imports(include=["kgbuild.read"]):  # what is loaded before is not seen
        from kgbuild.read import read_bytes
        from kgbuild.read.reader import File
        from kgbuild.read.source import READERS as TABLE

        for module in ("docx", "pdf", "ofd", "mail"):
            import_module(f"kgbuild.read.{module}")
    from tests.fuzz_files import LIMITS

    from kgbuild.errors import InputError

    reader = TABLE[READERS[suffix]]

    def one(data: bytes) -> None:
        try:
            # The reader itself, or most files would not be known as its own.
            reader.read(File(data, f"a.{suffix}", LIMITS))
            read_bytes(data, name=f"a.{suffix}", max_bytes=10**7, limits=LIMITS)
        except InputError:
            pass

    atheris.Setup([sys.argv[0], *sys.argv[2:]], one)
    atheris.Fuzz()


if __name__ == "__main__":
    if sys.argv[1] in READERS:
        guide(sys.argv[1])
    else:
        main()
