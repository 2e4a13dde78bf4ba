"""A server in a process of its own, for tests that need a real connection."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Sequence


class Live:
    """`kgbuild serve`, at a free port.

    Args:
        args: What stands behind `serve`.
    """

    def __init__(self, args: Sequence[str]) -> None:
        command = [sys.executable, "-m", "kgbuild", "serve", *args, "--port", "0"]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ})
        self.url, self.log = "", ""

    def __enter__(self) -> Self:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.log += line
            if found := re.search(r"serving at (http://\S+?)/ ", line):
                self.url = found[1]
                break
        if not self.url:
            self.process.communicate(timeout=60)
            raise AssertionError(self.log)
        return self

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.log += self.process.communicate(timeout=60)[1]
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
