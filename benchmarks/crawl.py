"""Follow the links of a served collection to their end: no address is dead, no anchor leads nowhere.

    python -m benchmarks.crawl CORPUS [--connections 4] [--most 1000000] [--sample 40 | --all]

CORPUS is a corpus or a store. Pages are read as a browser without script reads them, in Chinese and in English. Every
address is asked that `robots.txt` lets robots ask, and a sample of each kind that it leaves out: answers sorted
otherwise, data, lines of source texts, statements and their evidence, of which 25 plans have 170,000. Exit code 1:
something is dead, or the crawl was cut off.
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


_NEVER = re.compile(r"(?!)")


def left_out(robots: str) -> re.Pattern[str]:
    r"""Return what a `robots.txt` asks robots to leave out, as a pattern for paths (RFC 9309).

    Example:
        >>> bool(left_out("User-agent: *\nDisallow: /page/*.ttl$").match("/page/body/a.ttl"))
        True
    """
    rules = re.findall(r"^Disallow: (\S+)$", robots, re.MULTILINE)
    found = (re.escape(rule).replace(r"\*", ".*").replace(r"\$", "$") for rule in rules)
    return re.compile("|".join(found)) if rules else _NEVER


def kind_of(path: str) -> str:
    """Return the kind of an address: its path without names, its suffix and the names of its parameters.

    Example:
        >>> kind_of("/page/span/1f.ttl"), kind_of("/q/coverage?sort=plan")
        ('/page/span/*.ttl', '/q/*?sort')
    """
    parts = urlsplit(path)
    first, _, rest = parts.path[1:].partition("/")
    kind, slash, _ = rest.partition("/")
    suffix = re.search(r"\.[a-z]+$", rest)
    names = "&".join(sorted({name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}))
    below = f"/{kind}/*" if first == "page" and slash else "/*" * bool(rest)
    return f"/{first}{below}{suffix[0] if suffix else ''}{'?' * bool(names)}{names}"


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
        left_out: What `robots.txt` leaves out.
        sample: Most addresses of each kind that is left out; None for all.
        sampled: Number of addresses of each kind that is left out.
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
    left_out: re.Pattern[str] = field(default=_NEVER)
    sample: int | None = None
    sampled: Counter[str] = field(default_factory=Counter)
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
            print(self.dead[-1], file=sys.stderr)
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
            if self.sample is not None and self.left_out.match(path):
                self.sampled[kind_of(path)] += 1
                if self.sampled[kind_of(path)] > self.sample:
                    return
            self.waiting.append(path)


def _text(url: str, path: str) -> str:
    line = http.client.HTTPConnection(urlsplit(url).netloc, timeout=120)
    line.request("GET", path)
    return line.getresponse().read().decode()


def main() -> None:
    """Start a server, crawl it, print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("store", metavar="CORPUS", help="folder of a corpus or store")
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--most", type=int, default=1_000_000, help="addresses of each language")
    parser.add_argument("--lang", action="append", choices=("zh", "en"), help="of both; data are asked with zh")
    parser.add_argument("--pages", action="store_true", help="leave out data, downloads and places of texts")
    parser.add_argument("--sample", type=int, default=40, help="of each kind that robots.txt leaves out")
    parser.add_argument("--all", action="store_true", help="ask what robots.txt leaves out too")
    args = parser.parse_args()
    is_bad = False
    print("| language | addresses | dead | kinds | elsewhere, not asked |\n|---|---|---|---|---|")
    with started(args.store, cache=0, timeout=30) as (url, _):
        robots = left_out(_text(url, "/robots.txt"))
        for lang in args.lang or ("zh", "en"):
            crawl = Crawl(url, lang, has_data=lang == "zh" and not args.pages, left_out=robots)
            crawl.sample = None if args.all else args.sample
            crawl.run(args.connections, args.most)
            kinds = ", ".join(f"{re.sub('^$', '/', kind)} {n}" for kind, n in crawl.kinds.most_common() if n)
            spared = sum(max(0, n - args.sample) for n in crawl.sampled.values())
            kinds += f"; {len(crawl.combined)} combined and {spared} for no robots, not asked"
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
