"""Servers for the tests: Oxigraph's and Virtuoso for SPARQL, Apache for files, on a free port and stopped again.

They are looked for on PATH, in KGBUILD_OXIGRAPH and in KGBUILD_VIRTUOSO; see .ci/servers.sh. Where KGBUILD_REQUIRE
names `servers`, one that is absent fails the tests; else they are skipped by name.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

VIRTUOSO_INI = """
[Database]
DatabaseFile={d}/v.db
ErrorLogFile={d}/v.log
LockFile={d}/v.lck
TransactionFile={d}/v.trx
xa_persistent_file={d}/v.pxa
[TempDatabase]
DatabaseFile={d}/t.db
TransactionFile={d}/t.trx
[Parameters]
ServerPort={sql}
NumberOfBuffers=10000
MaxDirtyBuffers=6000
DirsAllowed={d}
[HTTPServer]
ServerPort={http}
ServerThreads=5
[SPARQL]
ResultSetMaxRows=100000
"""

APACHE_CONF = """
ServerName 127.0.0.1
Listen 127.0.0.1:{port}
PidFile {d}/pid
ErrorLog {d}/error.log
DefaultRuntimeDir {d}
User #{user}
Group #{group}
{modules}
TypesConfig /dev/null
DocumentRoot {root}
<Directory {root}>
  AllowOverride All
  Require all granted
</Directory>
"""
APACHE_MODULES = ("mpm_event", "authz_core", "mime", "dir", "headers", "rewrite", "unixd")


@dataclass(frozen=True)
class Server:
    """Addresses of a running server; `user` is empty where it asks nobody who they are."""

    name: str
    query: str
    graphs: str
    user: str = ""
    password: str = ""

    @property
    def environ(self) -> dict[str, str]:
        """The variables by which the user of an endpoint says who they are."""
        return {"KGBUILD_ENDPOINT_USER": self.user, "KGBUILD_ENDPOINT_PASSWORD": self.password} if self.user else {}


def find(name: str) -> str:
    """Return the program of a server, or skip or fail the test."""
    beside = Path(sys.executable).parent / name
    found = os.environ.get(f"KGBUILD_{name.partition('-')[0].upper()}") or shutil.which(name)
    found = found or (str(beside) if beside.exists() else None)
    if found:
        return found
    if "servers" in os.environ.get("KGBUILD_REQUIRE", "").split(","):
        pytest.fail(f"{name} is required and not installed: see .ci/servers.sh")
    pytest.skip(f"needs the server {name}")


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


_PAUSE = 0.2


def _wait(url: str, process: subprocess.Popen[bytes], seconds: float = 60) -> None:
    for _ in range(int(seconds / _PAUSE)):
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=2):  # noqa: S310
            return
        time.sleep(_PAUSE)
    pytest.fail(f"{url} does not answer")


@contextlib.contextmanager
def _running(command: list[str], url: str, folder: Path) -> Iterator[None]:
    with (folder / "out").open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out, cwd=folder) as process:
        try:
            _wait(url, process)
            yield
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()


@contextlib.contextmanager
def oxigraph(folder: Path) -> Iterator[Server]:
    """Start Oxigraph's server; its default graph is the union of all graphs."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    command = [find("oxigraph"), "serve", "-b", f"127.0.0.1:{port}", "-l", str(folder / "db"), "--union-default-graph"]
    with _running(command, f"{base}/query?query=ASK%7B%7D", folder):
        yield Server("oxigraph", f"{base}/query", f"{base}/store")


@contextlib.contextmanager
def virtuoso(folder: Path) -> Iterator[Server]:
    """Start Virtuoso with a new database, whose user is dba; it listens on this machine only."""
    sql, http = free_port(), free_port()
    (folder / "virtuoso.ini").write_text(VIRTUOSO_INI.format(d=folder, sql=sql, http=f"127.0.0.1:{http}"))
    base = f"http://127.0.0.1:{http}"
    command = [find("virtuoso-t"), "-f", "-c", str(folder / "virtuoso.ini")]
    with _running(command, f"{base}/sparql?query=ASK%7B%7D", folder):
        yield Server("virtuoso", f"{base}/sparql", f"{base}/sparql-graph-crud-auth", "dba", "dba")


@contextlib.contextmanager
def apache(folder: Path, root: Path) -> Iterator[str]:
    """Serve a folder by Apache, whose `.htaccess` files hold; give the address."""
    port, program = free_port(), find("apache2")
    modules = Path(os.environ.get("KGBUILD_APACHE2_MODULES", "/usr/lib/apache2/modules"))
    # What is compiled in needs no loading.
    present = [name for name in APACHE_MODULES if (modules / f"mod_{name}.so").is_file()]
    loaded = "\n".join(f"LoadModule {name}_module {modules}/mod_{name}.so" for name in present)
    conf = folder / "apache.conf"
    user, group = (65534, 65534) if os.getuid() == 0 else (os.getuid(), os.getgid())
    conf.write_text(APACHE_CONF.format(d=folder, port=port, modules=loaded, root=root, user=user, group=group))
    base = f"http://127.0.0.1:{port}"
    with _running([program, "-X", "-f", str(conf)], f"{base}/ready", folder):
        yield base


@contextlib.contextmanager
def comunica(folder: Path, file: Path) -> Iterator[Server]:
    """Start Comunica's endpoint over a graph file, with one worker; it takes no graphs."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/sparql"
    command = [find("comunica-sparql-file-http"), str(file), "-p", str(port), "-t", "120"]
    with _running(command, f"{url}?query=ASK%7B%7D", folder):
        yield Server("comunica", url, "")
