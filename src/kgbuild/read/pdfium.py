"""The PDFium process: reads PDF files from standard input, writes runs of characters and ruling lines to the output.

PDFium can crash, hang or exhaust memory on a damaged file, so it runs where it can be killed (by `read/pdf.py`). This
file depends on the standard library and pypdfium2 only and is started by path, so no other part of the package is
loaded. Request: 8 bytes length, 4 bytes maximum number of pages, the file. Answer: 8 bytes number of pages, 8 bytes
length, JSON.

Positions are character origins, never boxes: where a file does not embed its fonts, boxes depend on the fonts of the
machine. A call per character would dominate the run time, so the characters of a page are fetched in one string and
only the first and last of each piece between blanks are located; the characters of a piece are located one by one if
its width does not match its text or a ruling line crosses it.
"""

from __future__ import annotations

import json
import math
import re
import struct
import sys
from bisect import bisect_left
from ctypes import CFUNCTYPE, addressof, c_char, c_double, c_float, c_int, c_uint, c_ulong, c_void_p, cast, string_at
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

REQUEST = struct.Struct(">QI")
ANSWER = struct.Struct(">Q")

# Kinds of page objects and of annotations (fpdf_edit.h, fpdf_annot.h).
_TEXT, _PATH, _IMAGE, _FORM = 1, 2, 3, 5
_LINK, _POPUP = 2, 16
_INVISIBLE = (3, 7)  # render modes: neither filled nor stroked, clip only
_MOVE, _LINE = 2, 0

_MAX_DEPTH = 8
_MAX_SEGMENTS = 2_000
_MAX_RULES = 20_000
_MAX_OBJECTS = 1_000_000
_THIN = 3.0

_PIECE = re.compile(r"\S+")
_MARK = re.compile(r"(?<![\d.])[0-9]{1,2}(?![\d.%])")  # a figure that may be raised
_HYPHENS = "\x02\ufffe\u00ad"  # how PDFium writes a hyphen at the end of a line

Point = tuple[float, float]
Box = tuple[float, float, float, float]
Run = tuple[str, str, float, float, float, float, int]
"""Leading blanks in the file, text, left, right, baseline, size, flags; in points from the upper left corner."""

HIDDEN, RED, ASKEW = 1, 2, 4


class Refused(Exception):  # noqa: N818 - a word of the answer
    """A file that is refused: `password`, `damaged` or `pages`, with a number."""


class _Calls:
    """PDFium functions with plain integers for pointers, which is several times faster than typed pointers."""

    def __init__(self) -> None:
        from pypdfium2 import raw

        def plain(name: str, result: object, *arguments: object) -> Callable[..., Any]:
            address = cast(getattr(raw, name), c_void_p).value
            function: Callable[..., Any] = CFUNCTYPE(result, *arguments)(address or 0)  # type: ignore[arg-type]
            return function

        p, i = c_void_p, c_int
        self.count_chars = plain("FPDFText_CountChars", i, p)
        self.text = plain("FPDFText_GetText", i, p, i, i, p)
        self.unicode = plain("FPDFText_GetUnicode", c_uint, p, i)
        self.origin = plain("FPDFText_GetCharOrigin", i, p, i, p, p)
        self.matrix = plain("FPDFText_GetMatrix", i, p, i, p)
        self.font_size = plain("FPDFText_GetFontSize", c_double, p, i)
        self.text_object = plain("FPDFText_GetTextObject", p, p, i)
        self.is_generated = plain("FPDFText_IsGenerated", i, p, i)
        self.render_mode = plain("FPDFTextObj_GetTextRenderMode", i, p)
        self.font = plain("FPDFTextObj_GetFont", p, p)
        self.is_embedded = plain("FPDFFont_GetIsEmbedded", i, p)
        self.font_name = plain("FPDFFont_GetBaseFontName", c_ulong, p, p, c_ulong)
        self.fill_color = plain("FPDFPageObj_GetFillColor", i, p, p, p, p, p)
        self.load_text = plain("FPDFText_LoadPage", p, p)
        self.close_text = plain("FPDFText_ClosePage", None, p)
        self.load_page = plain("FPDF_LoadPage", p, p, i)
        self.close_page = plain("FPDF_ClosePage", None, p)
        self.page_box = plain("FPDF_GetPageBoundingBox", i, p, p)
        self.rotation = plain("FPDFPage_GetRotation", i, p)
        self.count_objects = plain("FPDFPage_CountObjects", i, p)
        self.object = plain("FPDFPage_GetObject", p, p, i)
        self.count_in_form = plain("FPDFFormObj_CountObjects", i, p)
        self.object_in_form = plain("FPDFFormObj_GetObject", p, p, c_ulong)
        self.type = plain("FPDFPageObj_GetType", i, p)
        self.bounds = plain("FPDFPageObj_GetBounds", i, p, p, p, p, p)
        self.object_matrix = plain("FPDFPageObj_GetMatrix", i, p, p)
        self.draw_mode = plain("FPDFPath_GetDrawMode", i, p, p, p)
        self.count_segments = plain("FPDFPath_CountSegments", i, p)
        self.segment = plain("FPDFPath_GetPathSegment", p, p, i)
        self.segment_type = plain("FPDFPathSegment_GetType", i, p)
        self.segment_point = plain("FPDFPathSegment_GetPoint", i, p, p, p)
        self.segment_closes = plain("FPDFPathSegment_GetClose", i, p)
        self.count_annotations = plain("FPDFPage_GetAnnotCount", i, p)
        self.annotation = plain("FPDFPage_GetAnnot", p, p, i)
        self.annotation_kind = plain("FPDFAnnot_GetSubtype", i, p)
        self.close_annotation = plain("FPDFPage_CloseAnnot", None, p)


@dataclass(slots=True)
class _Piece:
    """Characters between two blanks, with the positions of the first and the last in page space."""

    lead: str
    text: str
    first: int
    start: Point
    last: Point
    style: _Style


@dataclass(frozen=True, slots=True)
class _Style:
    """What the characters of a text object share: size in points, direction in degrees, flags."""

    size: float
    angle: float
    flags: int


@dataclass(slots=True)
class _Drawn:
    """What a page draws besides text, in page space: straight lines, and the area of its images."""

    rules: list[Box] = field(default_factory=list)
    image_area: float = 0.0
    n_objects: int = 0


def advance(char: str) -> float:
    """Estimate the width of a character in em: hanzi and their punctuation are square."""
    return 1.0 if char >= "\u2014" else 0.5


def _width(text: str) -> float:
    """Estimate the width of a text in em, from the length of its UTF-8 form, because every call counts."""
    return 0.25 * (len(text.encode("utf-8", "replace")) + len(text))


class Extractor:
    """Reads one document after another."""

    def __init__(self) -> None:
        self._calls = _Calls()
        self._doubles = (c_double * 2)()
        self._floats = (c_float * 6)()
        self._uints = (c_uint * 4)()
        self._fonts: dict[int, bool] = {}
        self._bare: dict[str, int] = {}
        self._styled: tuple[int | None, _Style] = (None, _Style(0, 0, 0))

    def document(self, data: bytes, max_pages: int, tell: Callable[[int], object] = bool) -> dict[str, Any]:
        """Return the pages of a file as sent over the wire; `tell` is first called with their number.

        Raises:
            Refused: it cannot be opened, or has too many pages.
        """
        import pypdfium2

        self._fonts, self._bare = {}, {}
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            raise Refused("password" if "password" in str(error).lower() else "damaged") from None
        try:
            n_pages = len(document)
            if n_pages > max_pages:
                raise Refused("pages", n_pages)
            tell(n_pages)
            handle = cast(document.raw, c_void_p).value
            pages = [self._page(handle, number) for number in range(n_pages)]
            attached = document.count_attachments()
        finally:
            document.close()
        return {"pages": pages, "bare": sorted(self._bare.items()), "attached": attached}

    def _page(self, document: int | None, number: int) -> dict[str, Any]:
        calls = self._calls
        self._styled = (None, self._styled[1])
        page = calls.load_page(document, number)
        if not page:
            return {"broken": True}
        text = calls.load_text(page)
        try:
            if not text:
                return {"broken": True}
            return self._read(page, text)
        finally:
            if text:
                calls.close_text(text)
            calls.close_page(page)

    def _read(self, page: int, text: int) -> dict[str, Any]:
        calls, floats = self._calls, self._floats
        calls.page_box(page, addressof(floats))
        left, top, right, bottom = floats[0:4]
        chars = self._chars(text)
        pieces = list(self._pieces(text, chars))
        drawn = self._drawn(page)
        turn = _Turn((left, bottom, right, top), (calls.rotation(page) + _turned(pieces)) % 4)
        rules = [turn.box(rule) for rule in drawn.rules]
        upright = [r for r in rules if r[2] - r[0] < _THIN < r[3] - r[1]]
        upright.sort()
        runs: list[Run] = []
        for piece in pieces:
            runs += self._runs(text, piece, turn, upright)
        area = max(turn.width * turn.height, 1.0)
        return {
            "size": [turn.width, turn.height],
            "runs": runs,
            "rules": [[round(v, 2) for v in rule] for rule in rules],
            "images": round(min(drawn.image_area / area, 1.0), 3),
            "annotations": self._annotations(page),
        }

    # -- text ---------------------------------------------------------------------------------------------------------
    def _chars(self, text: int) -> str:
        """Return the characters of a page, one for each that PDFium counts."""
        calls = self._calls
        n = calls.count_chars(text)
        if n <= 0:
            return ""
        units = (c_char * (2 * n + 2))()
        got = calls.text(text, 0, n, addressof(units))
        chars = string_at(units, 2 * max(got - 1, 0)).decode("utf-16-le", "replace")
        if len(chars) != n:  # characters without a Unicode mapping are missing from the string, others take two units
            codes = [calls.unicode(text, i) for i in range(n)]
            chars = "".join(map(_char, codes))
        for code in _HYPHENS:
            chars = chars.replace(code, "-")
        return chars

    def _pieces(self, text: int, chars: str) -> Iterator[_Piece]:
        end = 0
        for found in _PIECE.finditer(chars):
            first, stop = found.span()
            lead = self._lead(text, chars, end, first)
            style = self._style(text, first)
            start = self._origin(text, first)
            last = self._origin(text, stop - 1) if stop - first > 1 else start
            end = stop
            yield _Piece(lead, found[0], first, start, last, style)

    def _lead(self, text: int, chars: str, start: int, end: int) -> str:
        """Return the blanks in the file before a piece; PDFium generates some."""
        blanks = chars[start:end].rpartition("\n")[2]
        if not blanks:
            return ""
        generated = self._calls.is_generated
        return "".join([c for i, c in enumerate(blanks, end - len(blanks)) if not generated(text, i)])

    def _origin(self, text: int, index: int) -> Point:
        doubles = self._doubles
        here = addressof(doubles)
        self._calls.origin(text, index, here, here + 8)
        return doubles[0], doubles[1]

    def _style(self, text: int, index: int) -> _Style:
        calls, floats = self._calls, self._floats
        owner = calls.text_object(text, index)
        if owner and owner == self._styled[0]:  # pieces of one text object come one after the other
            return self._styled[1]
        calls.matrix(text, index, addressof(floats))
        a, b, c, d = floats[0:4]
        size = abs(calls.font_size(text, index)) * (math.hypot(c, d) or 1.0)
        angle = math.degrees(math.atan2(b, a)) % 360 if b or a < 0 else 0.0
        style = _Style(round(min(max(size, 0.5), 2000.0), 2), angle, self._flags(owner) if owner else 0)
        self._styled = (owner, style)
        return style

    def _flags(self, owner: int) -> int:
        calls, uints = self._calls, self._uints
        font = calls.font(owner)
        if font and font not in self._fonts:
            self._fonts[font] = embedded = bool(calls.is_embedded(font))
            if not embedded:
                name = self._font_name(font)
                self._bare[name] = self._bare.get(name, 0) + 1
        flags = HIDDEN if calls.render_mode(owner) in _INVISIBLE else 0
        here = addressof(uints)
        if calls.fill_color(owner, here, here + 4, here + 8, here + 12):
            red, green, blue = uints[0:3]
            flags |= RED if red > 150 > 2 * max(green, blue) else 0
        return flags

    def _font_name(self, font: int) -> str:
        name = (c_char * 200)()
        self._calls.font_name(font, addressof(name), 200)
        return bytes(name.value).decode("utf-8", "replace") or "?"

    def _runs(self, text: int, piece: _Piece, turn: _Turn, upright: list[Box]) -> Iterator[Run]:
        """Yield the runs of a piece: itself, or its parts if it is uneven or a ruling line crosses it."""
        size = piece.style.size
        start, last = turn.point(piece.start), turn.point(piece.last)
        nominal = size * (_width(piece.text) - advance(piece.text[-1]))
        askew = turn.is_askew(piece.style.angle)
        uneven = abs(last[0] - start[0] - nominal) > 1.2 * size + 0.25 * nominal or abs(last[1] - start[1]) > 0.1 * size
        uneven = uneven or any(
            abs(turn.point(self._origin(text, piece.first + mark.start()))[1] - start[1]) > 0.1 * size
            for mark in _MARK.finditer(piece.text, 1)
        )
        crossing = upright[bisect_left(upright, (start[0] + 0.3 * size,)) : bisect_left(upright, (last[0],))]
        cuts = [rule[0] for rule in crossing if rule[1] < start[1] - 0.3 * size < rule[3]]
        if askew or not (uneven or cuts):
            yield self._run(piece, piece.text, start, last, askew=askew)
            return
        points = [turn.point(self._origin(text, piece.first + i)) for i in range(len(piece.text))]
        begin = 0
        for i in range(1, len(points) + 1):
            if i == len(points) or _breaks(points[i - 1], points[i], piece.text[i - 1], size, cuts):
                part = _Piece(piece.lead if begin == 0 else "", "", 0, (0, 0), (0, 0), piece.style)
                if begin:
                    part.style = self._style(text, piece.first + begin)
                yield self._run(part, piece.text[begin:i], points[begin], points[i - 1], askew=False)
                begin = i

    def _run(self, piece: _Piece, text: str, start: Point, last: Point, *, askew: bool) -> Run:
        size = piece.style.size
        flags = piece.style.flags | (ASKEW if askew else 0)
        end = last[0] + size * advance(text[-1])
        return (piece.lead, text, round(start[0], 2), round(end, 2), round(start[1], 2), size, flags)

    # -- drawings -----------------------------------------------------------------------------------------------------
    def _drawn(self, page: int) -> _Drawn:
        drawn = _Drawn()
        calls = self._calls
        get, kind_of = calls.object, calls.type
        kinds = [kind_of(get(page, i)) for i in range(min(calls.count_objects(page), _MAX_OBJECTS))]
        for i, kind in enumerate(kinds):
            if kind != _TEXT:
                self._draw(get(page, i), kind, None, drawn, 0)
        return drawn

    def _draw(self, thing: int, kind: int, matrix: tuple[float, ...] | None, drawn: _Drawn, depth: int) -> None:
        if kind == _PATH and len(drawn.rules) < _MAX_RULES:
            self._path(thing, matrix, drawn)
        elif kind == _IMAGE:
            left, bottom, right, top = _moved(self._bounds(thing), matrix)
            drawn.image_area += max(right - left, 0) * max(top - bottom, 0)
        elif kind == _FORM and depth < _MAX_DEPTH:
            inner = _times(self._matrix(thing), matrix)
            for i in range(self._calls.count_in_form(thing)):
                drawn.n_objects += 1
                if drawn.n_objects > _MAX_OBJECTS:
                    return
                own = self._calls.object_in_form(thing, i)
                self._draw(own, self._calls.type(own), inner, drawn, depth + 1)

    def _bounds(self, thing: int) -> Box:
        floats = self._floats
        here = addressof(floats)
        self._calls.bounds(thing, here, here + 4, here + 8, here + 12)
        left, bottom, right, top = floats[0:4]
        return left, bottom, right, top

    def _matrix(self, thing: int) -> tuple[float, ...]:
        self._calls.object_matrix(thing, addressof(self._floats))
        return tuple(self._floats)

    def _path(self, path: int, matrix: tuple[float, ...] | None, drawn: _Drawn) -> None:
        """Collect the straight lines of a path: a thin filled shape is one, an outline has several."""
        calls = self._calls
        box = _moved(self._bounds(path), matrix)
        fill, stroke = c_int(), c_int()
        calls.draw_mode(path, addressof(fill), addressof(stroke))
        if not (fill.value or stroke.value):
            return
        if min(box[2] - box[0], box[3] - box[1]) < _THIN:
            drawn.rules.append(box)
        elif stroke.value or calls.count_segments(path) > 5:
            drawn.rules += self._outline(path, _times(self._matrix(path), matrix), filled=not stroke.value)

    def _outline(self, path: int, matrix: tuple[float, ...], *, filled: bool) -> list[Box]:
        calls, floats = self._calls, self._floats
        here = addressof(floats)
        shapes: list[list[Point]] = []
        for i in range(min(calls.count_segments(path), _MAX_SEGMENTS)):
            segment = calls.segment(path, i)
            kind = calls.segment_type(segment)
            calls.segment_point(segment, here, here + 4)
            point = _applied(matrix, floats[0], floats[1])
            if kind == _MOVE or not shapes:
                shapes.append([point])
            elif kind == _LINE:
                shapes[-1].append(point)
            else:
                return []  # curves: a drawing, no table
            if calls.segment_closes(segment):
                shapes[-1].append(shapes[-1][0])
        if filled:  # many thin rectangles may be one path
            boxes = [_box(shape) for shape in shapes]
            return [b for b in boxes if min(b[2] - b[0], b[3] - b[1]) < _THIN]
        return [
            box
            for shape in shapes
            for box in map(_box, pairwise(shape))
            if min(box[2] - box[0], box[3] - box[1]) < _THIN
        ]

    def _annotations(self, page: int) -> int:
        """Count the notes, stamps and fields drawn over a page."""
        calls, found = self._calls, 0
        for i in range(min(calls.count_annotations(page), 10_000)):
            annotation = calls.annotation(page, i)
            if annotation:
                found += calls.annotation_kind(annotation) not in (_LINK, _POPUP)
                calls.close_annotation(annotation)
        return found


def _char(code: int) -> str:
    return "\ufffd" if code == 0 or 0xD800 <= code < 0xE000 or code > 0x10FFFF else chr(code)


def _breaks(before: Point, here: Point, char: str, size: float, cuts: list[float]) -> bool:
    """Tell whether a piece ends between two characters: a vertical step, a gap, a step back, or a ruling line."""
    gap = here[0] - before[0] - size * advance(char)
    if abs(here[1] - before[1]) > 0.1 * size or gap > 1.5 * size or here[0] < before[0] - 0.5 * size:
        return True
    return any(before[0] < cut <= here[0] + 0.1 * size for cut in cuts)


def _turned(pieces: list[_Piece]) -> int:
    """Return the rotation of most characters of a page, in quarter turns."""
    counts = [0, 0, 0, 0]
    for piece in pieces:
        counts[round(piece.style.angle / 90) % 4] += len(piece.text)
    return counts.index(max(counts))


class _Turn:
    """Maps page space to points from the upper left corner of the page as it is read."""

    def __init__(self, box: Box, quarters: int) -> None:
        self._box = box
        self._quarters = quarters
        width, height = box[2] - box[0], box[3] - box[1]
        self.width, self.height = (width, height) if quarters % 2 == 0 else (height, width)

    def point(self, point: Point) -> Point:
        (x, y), (left, bottom, right, top) = point, self._box
        match self._quarters:
            case 0:
                return x - left, top - y
            case 1:
                return y - bottom, x - left
            case 2:
                return right - x, y - bottom
            case _:
                return top - y, right - x

    def box(self, box: Box) -> Box:
        return _box([self.point(box[:2]), self.point(box[2:])])

    def is_askew(self, angle: float) -> bool:
        off = (angle - 90 * self._quarters) % 360
        return min(off, 360 - off) > 5


def _box(points: Sequence[Point]) -> Box:
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return min(xs), min(ys), max(xs), max(ys)


def _applied(m: tuple[float, ...], x: float, y: float) -> Point:
    return m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]


def _times(m: tuple[float, ...], n: tuple[float, ...] | None) -> tuple[float, ...]:
    """Return the matrix that applies m first, then n."""
    if n is None:
        return m
    return (
        m[0] * n[0] + m[1] * n[2],
        m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2],
        m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4],
        m[4] * n[1] + m[5] * n[3] + n[5],
    )


def _moved(box: Box, matrix: tuple[float, ...] | None) -> Box:
    if matrix is None:
        return box
    return _box([_applied(matrix, x, y) for x in box[::2] for y in box[1::2]])


def _serve(source: BinaryIO, target: BinaryIO) -> None:
    extractor = Extractor()

    def tell(number: int) -> None:
        target.write(ANSWER.pack(number))
        target.flush()

    while head := source.read(REQUEST.size):
        size, max_pages = REQUEST.unpack(head)
        data = source.read(size)
        answer: dict[str, Any] = {}
        try:
            answer = extractor.document(data, max_pages, tell)
        except Refused as refusal:
            tell(0)
            answer = {"refused": list(refusal.args)}
        body = json.dumps(answer, separators=(",", ":")).encode()
        tell(len(body))
        target.write(body)
        target.flush()


def _bound(memory: int) -> None:
    """Ask the operating system to limit the memory of the process, where it can."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, ValueError, OSError):
        return


if __name__ == "__main__":
    _bound(int(sys.argv[1]))
    _serve(sys.stdin.buffer, sys.stdout.buffer)
