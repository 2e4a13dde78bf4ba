"""Follow every link of a served collection to its end: no address is dead, no anchor leads nowhere.

    python -m benchmarks.crawl CORPUS [--connections 4] [--most 1000000]

CORPUS is a corpus or a store. Pages are read as a browser without script reads them, in Chinese and in English; what
they lead to is asked too: data, downloads, lines of source texts. Exit code 1: something is dead, or the crawl was cut
off.
"""

from __future__ import annotations

import argparse
import http.client
import re
import sys
import threading
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import parse_qsl, unquote, urldefrag, urlencode, urljoin, urlsplit

from benchmarks.serve import started

from kgbuild.web.desk import FACETS

_LINK = re.compile(r'<(?:a|link|script|img|form|use)\s[^>]*?\b(?:href|src|action)="([^"]*)"|\sdata-[a-z]+="(/[^"]*)"')
_ANCHOR = re.compile(r'\sid="([^"]*)"')
STARTS = ("/", "/search?q=%E7%A7%91%E5%8D%8F")
_DATA = re.compile(r"\.(?:ttl|nt|jsonld|rdf)$|[?&]format=|^/text/.*[?&]at=")
"""Addresses that have no language: data, downloads, places of texts."""
_SECONDS = 20.0
"""Between two lines of progress."""
_VIEWS = frozenset(("sort", "offset", "cite", "contains", "format", *FACETS))
"""Parameters that show the same answer otherwise; an address that combines several is counted and not asked."""


class Links:
    """The addresses that a page leads to, and the anchors that it has.

    Args:
        html: The page, as our templates write it.
    """

    def __init__(self, html: str) -> None:
        self.links = {unescape(link or asked) for link, asked in _LINK.findall(html)}
        self.anchors = {unescape(name) for name in _ANCHOR.findall(html)}


@dataclass
class Crawl:
    """A crawl of one language.

    Attributes:
        url: Address of the server.
        lang: Language of the pages.
        has_data: Whether addresses without a language are asked too.
        waiting: Paths to ask.
        came_from: A page that leads to each path.
        dead: Addresses with what was wrong.
        kinds: Number of addresses by first part of their path.
        foreign: Number of links that lead elsewhere, by host; nobody asks them.
        anchors: Anchors by path of a page.
        anchored: A page that leads to each anchor.
        combined: Addresses that combine views of one answer, which nobody asks.
        asking: Number of threads that ask just now.
    """

    url: str
    lang: str
    has_data: bool = True
    waiting: deque[str] = field(default_factory=lambda: deque(STARTS))
    came_from: dict[str, str] = field(default_factory=lambda: dict.fromkeys(STARTS, ""))
    dead: list[str] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    foreign: Counter[str] = field(default_factory=Counter)
    anchors: dict[str, set[str]] = field(default_factory=dict)
    anchored: dict[tuple[str, str], str] = field(default_factory=dict)
    combined: set[str] = field(default_factory=set)
    asking: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self, connections: int, most: int) -> None:
        """Follow everything.

        Args:
            connections: How many ask at once.
            most: Most addresses.
        """
        threads = [threading.Thread(target=self._follow, args=(most,)) for _ in range(connections)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            threads[0].join(_SECONDS)
            seen = sum(self.kinds.values())
            kinds = Counter("/".join(urlsplit(path).path.split("/", 3)[:3]) for path in list(self.waiting))
            print(kinds.most_common(8), file=sys.stderr)
            print(f"{self.lang}: {seen} seen, {len(self.waiting)} waiting, {len(self.dead)} dead", file=sys.stderr)
        for (path, anchor), page in self.anchored.items():
            if path in self.anchors and anchor not in self.anchors[path]:
                self.dead.append(f"no anchor: {path}#{anchor} from {page}")

    def _follow(self, most: int) -> None:
        line = http.client.HTTPConnection(str(urlsplit(self.url).hostname), urlsplit(self.url).port, timeout=120)
        while True:
            with self.lock:
                path = self.waiting.popleft() if self.waiting and sum(self.kinds.values()) < most else ""
                if not path and not self.asking:
                    return
                self.asking += bool(path)
                self.kinds["/".join(urlsplit(path).path.split("/", 2)[:2])] += bool(path)
            if not path:
                time.sleep(0.05)
                continue
            found = self._ask(line, path)
            with self.lock:
                self._note(path, *found)
                self.asking -= 1

    def _ask(self, line: http.client.HTTPConnection, path: str) -> tuple[int, str, Links | None]:
        """Return the status of an address, where it leads on, and the links of a page."""
        for _ in range(5):
            try:
                line.request("GET", path, headers={"Accept": "text/html, */*;q=0.1", "Accept-Language": self.lang})
                answer = line.getresponse()
                body = answer.read()
            except (http.client.HTTPException, OSError):
                line.close()
                continue
            if answer.status != 503:  # a busy server is not a dead link
                is_page = answer.headers.get_content_type() == "text/html"
                return answer.status, answer.headers.get("Location", ""), Links(body.decode()) if is_page else None
            time.sleep(1)
        return 0, "", None

    def _note(self, path: str, status: int, location: str, page: Links | None) -> None:
        if status not in (200, 301, 302, 303):
            self.dead.append(f"{status}: {path} from {self.came_from[path]}")
        if page is not None:
            self.anchors[path] = page.anchors
        for link in {*(page.links if page is not None else ()), *([location] if location else [])}:
            self._found(link, path)

    def _found(self, link: str, page: str) -> None:
        address, anchor = urldefrag(urljoin(f"{self.url}{page}", link))
        parts = urlsplit(address)
        if f"{parts.scheme}://{parts.netloc}" != self.url:
            self.foreign[parts.netloc] += 1
            return
        asked = urlencode([(n, v) for n, v in parse_qsl(parts.query, keep_blank_values=True) if n != "lang"])
        # The version of a static file is no parameter.
        path = (parts.path or "/") + (f"?{asked}" if asked else "")
        if anchor:
            self.anchored.setdefault((path, unquote(anchor)), page)
        if len(_VIEWS & dict(parse_qsl(asked)).keys()) > 1:
            self.combined.add(path)
        elif path not in self.came_from and (self.has_data or not _DATA.search(path)):
            self.came_from[path] = page
            self.waiting.append(path)


def main() -> None:
    """Start a server, crawl it, print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("store", metavar="CORPUS", help="folder of a corpus or store")
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--most", type=int, default=1_000_000, help="addresses of each language")
    parser.add_argument("--lang", action="append", choices=("zh", "en"), help="of both; data are asked with zh")
    args = parser.parse_args()
    is_bad = False
    print("| language | addresses | dead | kinds | elsewhere, not asked |\n|---|---|---|---|---|")
    with started(args.store, cache=0, timeout=30) as (url, _):
        for lang in args.lang or ("zh", "en"):
            crawl = Crawl(url, lang, has_data=lang == "zh")
            crawl.run(args.connections, args.most)
            kinds = ", ".join(f"{re.sub('^$', '/', kind)} {n}" for kind, n in crawl.kinds.most_common() if n)
            kinds += f"; {len(crawl.combined)} combined, not asked"
            hosts = f"{sum(crawl.foreign.values())} links to {len(crawl.foreign)} hosts"
            print(f"| {lang} | {sum(crawl.kinds.values())} | {len(crawl.dead)} | {kinds} | {hosts} |", flush=True)
            for line in crawl.dead[:100]:
                print(line, file=sys.stderr)
            if crawl.waiting:
                print(f"cut off: {len(crawl.waiting)} were not asked", file=sys.stderr)
            is_bad |= bool(crawl.dead or crawl.waiting)
    sys.exit(is_bad)


if __name__ == "__main__":
    main()
