"""OFD (GB/T 33190-2016): extracts the positions of everything on each page, which `read/layout` assembles.

Pages keep the order of `Pages/Page`, whatever the names of their files; content of a template page belongs to the page.
A character is located at Boundary + CTM × (X, Y). Lengths in the file are millimetres. Seals and annotations are
images above the text: they are counted, not read.
"""

from __future__ import annotations

import math
import posixpath
import re
import time
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from kgbuild.errors import InputError, Message
from kgbuild.read.archive import Archive
from kgbuild.read.blocks import Block, Notice, of_blocks
from kgbuild.read.layout import Rule, Sheet, TextRun, blocks_of, unmapped
from kgbuild.read.layout.pages import PAGE_SECONDS, is_scan, page_notices
from kgbuild.read.layout.sheet import advance, sound

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree import ElementTree as ET

    from kgbuild.read.reader import File

_POINTS = 72 / 25.4
_A4 = (0.0, 0.0, 210.0, 297.0)
_MAX_DEPTH = 8
_MAX_OBJECTS = 100_000  # a drawing in the resources can be instantiated many times over
_THIN = 1.0  # mm
_FAR = 1e5  # points
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_COLOR = re.compile(r"#([0-9A-Fa-f]{1,2})|(\d{1,3})(?:\.\d*)?")

Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]
_SAME: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def read_ofd(file: File) -> tuple[list[Block], list[Notice]]:
    """Return the blocks of an OFD file, and the reader's notices.

    Raises:
        InputError: it is damaged, has no page, contains only scanned pages, or is beyond the limits.
    """
    archive = Archive(file)
    root = archive.xml("OFD.xml")
    counts = _Counts()
    documents: list[list[Sheet]] = []
    for body in _all(root, "DocBody"):
        place = _text(_first(body, "DocRoot"))
        if place:
            pages = _Document(archive, _resolved("", place), file, counts).sheets()
            documents.append(pages)
        signatures = _text(_first(body, "Signatures"))
        if signatures:
            counts.seals += sum(1 for _ in _all(archive.xml(_resolved("", signatures)), "Signature"))
    if not counts.pages:
        raise InputError(
            "is an OFD file without a page", where=file.name, cure="open it in its program and save it again"
        )
    if counts.scans and len(counts.scans) == counts.pages - counts.empty:
        cure = "recognise its text (export it as PDF; ocrmypdf -l chi_sim FILE out.pdf) and give that"
        raise InputError(
            Message("holds scanned pages ({count}) and no text", count=len(counts.scans)), where=file.name, cure=cure
        )
    return blocks_of(*documents), _notices(counts)


@dataclass(slots=True)
class _Counts:
    """Counts over all documents of a file."""

    pages: int = 0
    empty: int = 0
    objects: int = 0
    hidden: int = 0
    unmapped: int = 0
    annotations: int = 0
    attachments: int = 0
    seals: int = 0
    scans: list[int] = field(default_factory=list)
    broken: list[int] = field(default_factory=list)


def _notices(counts: _Counts) -> list[Notice]:
    found = page_notices(scans=counts.scans, broken=counts.broken, n_unmapped=counts.unmapped)
    for code, count in (
        ("hidden-content", counts.hidden),
        ("annotations-not-read", counts.annotations),
        ("attachments-not-read", counts.attachments),
        ("seals-not-read", counts.seals),
    ):
        if count:
            found.append(Notice(code, (("count", str(count)),)))
    return found


class _Document:
    """One document in a file."""

    def __init__(self, archive: Archive, place: str, file: File, counts: _Counts) -> None:
        self._archive = archive
        self._place = place
        self._file = file
        self._counts = counts
        self._units: dict[str, ET.Element] = {}
        self._templates: dict[str, tuple[str, ET.Element | None]] = {}
        root = archive.xml(place)
        if root is None:
            raise InputError(
                Message("is a damaged OFD file ({place} is missing)", place=place),
                where=file.name,
                cure="open it in its program and save it again",
            )
        self._root = root
        self._box = _numbers(_text(_first(_first(root, "CommonData"), "PageArea/PhysicalBox"))) or list(_A4)

    def sheets(self) -> list[Sheet]:
        """Return its pages."""
        common = _first(self._root, "CommonData")
        for name in ("PublicRes", "DocumentRes"):
            for resource in _all(common, name):
                self._load_units(_resolved(self._place, _text(resource)))
        for template in _all(common, "TemplatePage"):
            self._templates[template.get("ID", "")] = (_resolved(self._place, template.get("BaseLoc", "")), None)
        places = [_resolved(self._place, page.get("BaseLoc", "")) for page in _all(_first(self._root, "Pages"), "Page")]
        limit = self._file.limits.pages
        if self._counts.pages + len(places) > limit:
            raise InputError(
                Message(
                    "has more pages than allowed ({pages:,}, limit {limit:,})",
                    pages=self._counts.pages + len(places),
                    limit=limit,
                ),
                where=self._file.name,
                cure="split it or raise limits.pages in kgbuild.toml",
            )
        self._count_around()
        deadline = time.monotonic() + self._file.limits.seconds + len(places) * PAGE_SECONDS
        sheets = []
        for place in places:
            if time.monotonic() > deadline:
                raise InputError(
                    Message("takes more than {seconds} s (and 1 s per 50 pages)", seconds=self._file.limits.seconds),
                    where=self._file.name,
                    cure="split it or raise limits.seconds in kgbuild.toml",
                )
            if (sheet := self._sheet(place)) is not None:
                sheets.append(sheet)
        return sheets

    def _count_around(self) -> None:
        for name, code in (("Annotations", "annotations"), ("Attachments", "attachments")):
            place = _text(_first(self._root, name))
            root = self._archive.xml(_resolved(self._place, place)) if place else None
            if root is None:
                continue
            if code == "attachments":
                self._counts.attachments += sum(1 for _ in _all(root, "Attachment"))
                continue
            for page in _all(root, "Page"):
                file = _resolved(_resolved(self._place, place), _text(_first(page, "FileLoc")))
                annotations = self._archive.xml(file)
                self._counts.annotations += sum(a.get("Type") != "Link" for a in _all(annotations, "Annot"))

    def _load_units(self, place: str) -> None:
        root = self._archive.xml(place)
        for unit in _all(_first(root, "CompositeGraphicUnits"), "CompositeGraphicUnit"):
            self._units[unit.get("ID", "")] = unit

    def _sheet(self, place: str) -> Sheet | None:
        counts = self._counts
        counts.pages += 1
        root = self._archive.xml(place)
        if root is None:
            counts.broken.append(counts.pages)
            return None
        for resource in _all(root, "PageRes"):
            self._load_units(_resolved(place, _text(resource)))
        left, top, width, height = (_numbers(_text(_first(root, "Area/PhysicalBox"))) or self._box + [0.0] * 4)[:4]
        drawn = _Drawn(self._units, counts)
        origin: Matrix = (_POINTS, 0.0, 0.0, _POINTS, -left * _POINTS, -top * _POINTS)
        for template in _all(root, "Template"):
            drawn.add(self._template(template.get("TemplateID", "")), origin)
        drawn.add(_first(root, "Content"), origin)
        return drawn.sheet(counts.pages, width * _POINTS, height * _POINTS)

    def _template(self, number: str) -> ET.Element | None:
        """Return the content of a template page; templates of templates are ignored."""
        place, content = self._templates.get(number, ("", None))
        if place and content is None:
            content = _first(self._archive.xml(place), "Content")
            self._templates[number] = ("", content) if content is None else (place, content)
        return content


class _Drawn:
    """The objects of a page, in points (1/72 inch)."""

    def __init__(self, units: dict[str, ET.Element], counts: _Counts) -> None:
        self._units = units
        self._counts = counts
        self._texts: list[_Text] = []
        self._rules: list[Rule] = []
        self._image_area = 0.0

    def add(self, group: ET.Element | None, matrix: Matrix, depth: int = 0, *, in_unit: bool = False) -> None:
        """Add the objects of a layer, a block, or a drawing in the resources (`in_unit`)."""
        for thing in group if group is not None else ():
            self._counts.objects += in_unit
            if self._counts.objects > _MAX_OBJECTS or depth > _MAX_DEPTH:
                return
            match _local(thing):
                case "Layer" | "PageBlock":
                    self.add(thing, matrix, depth + 1, in_unit=in_unit)
                case "TextObject":
                    self._text(thing, matrix)
                case "PathObject" if thing.get("Visible") != "false":
                    self._path(thing, matrix)
                case "ImageObject" if thing.get("Visible") != "false":
                    _, _, width, height = _boundary(thing)
                    self._image_area += abs(width * height * (matrix[0] * matrix[3] - matrix[1] * matrix[2]))
                case "CompositeObject" if thing.get("Visible") != "false":
                    unit = self._units.get(thing.get("ResourceID", ""))
                    self.add(_first(unit, "Content"), _placed(thing, matrix), depth + 2, in_unit=True)

    def _text(self, thing: ET.Element, matrix: Matrix) -> None:
        if thing.get("Visible") == "false":
            self._counts.hidden += sum(len("".join(_text(code).split())) for code in _all(thing, "TextCode"))
            return
        text = _Text(thing, _placed(thing, matrix))
        if all(map(math.isfinite, text.matrix)):
            self._texts.append(text)

    def _path(self, thing: ET.Element, matrix: Matrix) -> None:
        stroked = thing.get("Stroke") != "false"
        if not (stroked or thing.get("Fill") == "true"):
            return
        inner = _placed(thing, matrix)
        shapes = _shapes(_text(_first(thing, "AbbreviatedData")))
        outlines = [[_applied(inner, p) for p in shape] for shape in shapes]
        if not stroked:
            self._rules += (rule for rule in map(_box, outlines) if _is_thin(rule))
            return
        for outline in outlines:
            whole = _box(outline)
            parts = [whole] if _is_thin(whole) else [_box(pair) for pair in pairwise(outline)]
            self._rules += (rule for rule in parts if _is_thin(rule))

    def sheet(self, number: int, width: float, height: float) -> Sheet:
        """Return the page, rotated so that most of its text is upright."""
        quarters = [0, 0, 0, 0]
        for text in self._texts:
            quarters[round(text.angle / 90) % 4] += len(text)
        turned = quarters.index(max(quarters))
        sheet = Sheet(number, height, width) if turned % 2 else Sheet(number, width, height)
        sheet.rules = [_box([_turned(p, turned, width, height) for p in (r[:2], r[2:])]) for r in self._rules]
        upright = sorted(rule for rule in sheet.rules if not rule.is_level)
        chars: list[str] = []
        for text in self._texts:
            askew = min((text.angle - 90 * turned) % 360, (90 * turned - text.angle) % 360) > 5
            for run in text.runs(turned, width, height, upright):
                chars.append(run.text)
                (sheet.askew if askew else sheet.runs).append(run)
        self._counts.unmapped += unmapped("".join(chars))
        self._judge(number, sum(map(len, chars)), width * height)
        return sheet

    def _judge(self, number: int, n_chars: int, area: float) -> None:
        if is_scan(n_chars, self._image_area / max(area, 1.0)):
            self._counts.scans.append(number)
        elif not n_chars:
            self._counts.empty += 1


class _Text:
    """A text object with the matrix from its own space to points on the page."""

    def __init__(self, thing: ET.Element, matrix: Matrix) -> None:
        self._thing = thing
        self.matrix = matrix
        self.angle = math.degrees(math.atan2(matrix[1], matrix[0])) % 360
        self._size = (_numbers(thing.get("Size", "")) or [3.5])[0]
        self._stretch = (_numbers(thing.get("HScale", "")) or [1.0])[0] or 1.0

    def __len__(self) -> int:
        return sum(len(_text(code)) for code in _all(self._thing, "TextCode"))

    def runs(self, turned: int, width: float, height: float, upright: list[Rule]) -> Iterator[TextRun]:
        """Yield its characters in runs, split at blanks, gaps, vertical steps and ruling lines."""
        size = sound(self._size * math.hypot(self.matrix[2], self.matrix[3]), 0.5, 2000)
        color = _color(_first(self._thing, "FillColor"))
        is_red = len(color) == 3 and color[0] > 150 > 2 * max(color[1:])
        number = self._thing.get("ID", "")
        lead, chars = "", ""
        points: list[Point] = []

        def run() -> TextRun:
            end = points[-1][0] + size * advance(chars[-1])
            return TextRun(chars, points[0][0], end, points[0][1], size, lead, is_red, number)

        for char, (x, y) in self._chars():
            here = _turned((sound(x, -_FAR, _FAR), sound(y, -_FAR, _FAR)), turned, width, height)
            if chars and (char.isspace() or _breaks(points[-1], here, chars[-1], size, upright)):
                yield run()
                lead, chars, points = "", "", []
            if char.isspace():
                lead += char if char not in "\r\n\t" else ""
            else:
                chars += char
                points.append(here)
        if chars:
            yield run()

    def _chars(self) -> Iterator[tuple[str, Point]]:
        """Yield each character with its position on the page."""
        x = y = 0.0
        for code in _all(self._thing, "TextCode"):
            x = (_numbers(code.get("X", "")) or [x])[0]
            y = (_numbers(code.get("Y", "")) or [y])[0]
            text = _text(code, strip=False)
            dx, dy = _deltas(code.get("DeltaX"), len(text)), _deltas(code.get("DeltaY"), len(text))
            at_x, at_y = x, y
            for i, char in enumerate(text):
                yield char, _applied(self.matrix, (at_x, at_y))
                if i < len(dx) or (dy and not dx):
                    at_x += dx[i] if i < len(dx) else 0.0
                else:
                    at_x += self._size * self._stretch * advance(char)
                at_y += dy[i] if i < len(dy) else 0.0


# -- values -----------------------------------------------------------------------------------------------------------
def _local(thing: ET.Element) -> str:
    return thing.tag.rpartition("}")[2]


def _all(thing: ET.Element | None, name: str) -> Iterator[ET.Element]:
    return (child for child in thing if _local(child) == name) if thing is not None else iter(())


def _first(thing: ET.Element | None, path: str) -> ET.Element | None:
    for name in path.split("/"):
        thing = next(_all(thing, name), None)
    return thing


def _text(thing: ET.Element | None, *, strip: bool = True) -> str:
    text = (thing.text or "") if thing is not None else ""
    return text.strip() if strip else text


def _resolved(place: str, location: str) -> str:
    """Return the archive member that a location refers to (GB/T 33190, 7.3.3: ST_Loc)."""
    folder = "/" if location.startswith("/") else posixpath.dirname(place)
    return posixpath.normpath(posixpath.join("/", folder, location.replace("\\", "/"))).lstrip("/")


def _color(thing: ET.Element | None) -> list[int]:
    """Return the components of a colour: `238 32 37` or `#ee #20 #25`."""
    parts = thing.get("Value", "").split() if thing is not None else []
    return [int(m[1], 16) if m[1] else int(m[2]) for part in parts if (m := _COLOR.fullmatch(part))]


def _numbers(written: str) -> list[float]:
    found = [float(n) for n in _NUMBER.findall(written[:100_000])]
    return found if all(abs(n) < 1e9 for n in found) else []


def _deltas(written: str | None, most: int) -> list[float]:
    """Return the distances between characters; `g 3 5.5` abbreviates three times 5.5.

    Example:
        >>> _deltas("5 g 2 2.5 5", 10)
        [5.0, 2.5, 2.5, 5.0]
    """
    found: list[float] = []
    parts = iter((written or "")[:1_000_000].split())
    for part in parts:
        if part == "g":
            times, value = _numbers(next(parts, "")), _numbers(next(parts, ""))
            if times and value:
                found += [value[0]] * max(min(int(times[0]), most - len(found)), 0)
        else:
            found += _numbers(part)[:1]
        if len(found) >= most:
            break
    return found


def _boundary(thing: ET.Element) -> tuple[float, float, float, float]:
    left, top, width, height, *_ = _numbers(thing.get("Boundary", "")) + [0.0] * 4
    return left, top, width, height


def _placed(thing: ET.Element, outer: Matrix) -> Matrix:
    """Return the matrix from the space of an object to that of the page."""
    left, top, _, _ = _boundary(thing)
    own = _numbers(thing.get("CTM", ""))
    a, b, c, d, e, f = own if len(own) == 6 else _SAME
    return (
        a * outer[0] + b * outer[2],
        a * outer[1] + b * outer[3],
        c * outer[0] + d * outer[2],
        c * outer[1] + d * outer[3],
        (e + left) * outer[0] + (f + top) * outer[2] + outer[4],
        (e + left) * outer[1] + (f + top) * outer[3] + outer[5],
    )


def _applied(m: Matrix, point: Point) -> Point:
    x, y = point
    return m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]


def _turned(point: Point, quarters: int, width: float, height: float) -> Point:
    """Return a point on the rotated page; angles are clockwise because y points down."""
    x, y = point
    match quarters:
        case 0:
            return x, y
        case 1:
            return y, width - x
        case 2:
            return width - x, height - y
        case _:
            return height - y, x


def _box(points: list[Point] | tuple[Point, ...]) -> Rule:
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return Rule(min(xs), min(ys), max(xs), max(ys))


def _is_thin(rule: Rule) -> bool:
    return min(rule.end - rule.x, rule.bottom - rule.top) < _THIN * _POINTS


def _breaks(before: Point, here: Point, char: str, size: float, upright: list[Rule]) -> bool:
    """Tell whether a run ends between two characters: a vertical step, a gap, a step back, or a ruling line."""
    gap = here[0] - before[0] - size * advance(char)
    if abs(here[1] - before[1]) > 0.1 * size or gap > 1.5 * size or here[0] < before[0] - 0.5 * size:
        return True
    y = here[1] - 0.3 * size
    between = upright[bisect_right(upright, (before[0],)) : bisect_left(upright, (here[0] + 0.1 * size,))]
    return any(rule.top < y < rule.bottom for rule in between)


def _shapes(written: str) -> list[list[Point]]:
    """Return the polygons of a path; a path with curves is a drawing and has none.

    Example:
        >>> _shapes("M 0 0 L 5 0 L 5 2 C")
        [[(0.0, 0.0), (5.0, 0.0), (5.0, 2.0), (0.0, 0.0)]]
    """
    shapes: list[list[Point]] = []
    parts = written[:200_000].split()
    i = 0
    while i < len(parts):
        operator, i = parts[i], i + 1
        if operator in ("S", "M", "L") and i + 1 < len(parts):
            x, y = _numbers(parts[i])[:1], _numbers(parts[i + 1])[:1]
            if not x or not y:
                return []
            if operator != "L" or not shapes:
                shapes.append([])
            shapes[-1].append((x[0], y[0]))
            i += 2
        elif operator == "C" and shapes:
            shapes[-1].append(shapes[-1][0])
        else:
            return []
    return [shape for shape in shapes if len(shape) > 1]


read = of_blocks(read_ofd)
