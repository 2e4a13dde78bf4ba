"""Writers of small PDF and OFD files for tests: characters, straight lines and pictures at places that a test names.

Places are points from the upper left corner of a page of 595 × 842, whatever the format counts from. PDFs name a font
and its character map and embed none, as offices do.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass, field

WIDTH, HEIGHT = 595.0, 842.0


def _wide(char: str) -> float:
    return 0.5 if char < "\u2000" else 1.0


@dataclass
class Sheet:
    """A page in the making.

    Attributes:
        rotate: The angle that a viewer turns the page by; PDF only.
    """

    rotate: int = 0
    texts: list[tuple[float, float, str, float, str]] = field(default_factory=list)
    lines: list[tuple[float, float, float, float]] = field(default_factory=list)
    images: list[tuple[float, float, float, float]] = field(default_factory=list)

    def text(self, x: float, y: float, text: str, size: float = 16, how: str = "") -> Sheet:
        """Print a text; `how` is hidden, red, askew (45 degrees) or up (from bottom to top)."""
        self.texts.append((x, y, text, size, how))
        return self

    def centred(self, y: float, text: str, size: float = 22, how: str = "") -> Sheet:
        width = sum(map(_wide, text)) * size
        return self.text((WIDTH - width) / 2, y, text, size, how)

    def para(
        self, y: float, text: str, *, indent: float = 2, left: float = 89, em: int = 26, size: float = 16
    ) -> float:
        """Print a paragraph, set as officials documents are; return where the next line stands."""
        line, room, x = "", em - indent, left + indent * size
        for char in text:
            if room < _wide(char):
                self.text(x, y, line, size)
                line, room, x, y = "", float(em), left, y + 1.8 * size
            line, room = line + char, room - _wide(char)
        self.text(x, y, line, size)
        return y + 1.8 * size

    def rule(self, x: float, y: float, end_x: float, end_y: float) -> Sheet:
        self.lines.append((x, y, end_x, end_y))
        return self

    def grid(self, xs: list[float], ys: list[float]) -> Sheet:
        for x in xs:
            self.rule(x, ys[0], x, ys[-1])
        for y in ys:
            self.rule(xs[0], y, xs[-1], y)
        return self

    def image(self, x: float = 0, y: float = 0, width: float = WIDTH, height: float = HEIGHT) -> Sheet:
        self.images.append((x, y, width, height))
        return self


_MATRICES = {"askew": "0.7071 0.7071 -0.7071 0.7071", "up": "0 1 -1 0"}


def _stream(sheet: Sheet) -> bytes:
    out = []
    for x, y, width, height in sheet.images:
        out.append(f"q {width} 0 0 {height} {x} {HEIGHT - y - height} cm /Im Do Q")
    for x, y, end_x, end_y in sheet.lines:
        out.append(f"0.5 w {x} {HEIGHT - y} m {end_x} {HEIGHT - end_y} l S")
    for x, y, text, size, how in sheet.texts:
        matrix = _MATRICES.get(how, "1 0 0 1")
        code = text.encode("utf-16-be").hex()
        colour = "1 0 0 rg" if how == "red" else "0 g"
        mode = 3 if how == "hidden" else 0
        out.append(f"BT /F1 {size} Tf {mode} Tr {colour} {matrix} {x} {HEIGHT - y} Tm <{code}> Tj ET")
    return "\n".join(out).encode()


class Pdf:
    """A PDF in the making: objects by number."""

    def __init__(self) -> None:
        self.objects: dict[int, bytes] = {}
        self.trailer = b""

    def put(self, number: int, body: bytes | str, stream: bytes | None = None) -> None:
        raw = body.encode() if isinstance(body, str) else body
        if stream is not None:
            raw = raw[:-2] + f"/Length {len(stream)}>>\nstream\n".encode() + stream + b"\nendstream"
        self.objects[number] = raw

    def bytes(self) -> bytes:
        out = io.BytesIO()
        out.write(b"%PDF-1.7\n")
        places = {}
        for number, body in sorted(self.objects.items()):
            places[number] = out.tell()
            out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
        start = out.tell()
        size = max(self.objects) + 1
        out.write(b"xref\n0 %d\n0000000000 65535 f \n" % size)
        for number in range(1, size):
            out.write(b"%010d 00000 n \n" % places[number] if number in places else b"0000000000 65535 f \n")
        out.write(b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (size, self.trailer, start))
        return out.getvalue()


def draft_pdf(*sheets: Sheet) -> Pdf:
    """Return a PDF of pages that a test may still spoil."""
    made = Pdf()
    numbers = [10 + 2 * i for i in range(len(sheets))]
    made.put(1, "<</Type/Catalog/Pages 2 0 R>>")
    made.put(2, f"<</Type/Pages/Count {len(sheets)}/Kids[{' '.join(f'{n} 0 R' for n in numbers)}]>>")
    made.put(3, "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UTF16-H/DescendantFonts[4 0 R]>>")
    made.put(
        4,
        "<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)"
        "/Supplement 4>>/DW 1000/W[1 95 500]/FontDescriptor 5 0 R>>",
    )
    made.put(
        5,
        "<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle 0/Ascent 880"
        "/Descent -120/CapHeight 880/StemV 93>>",
    )
    made.put(6, "<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8>>", b"\x80")
    for number, sheet in zip(numbers, sheets, strict=True):
        made.put(
            number,
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {WIDTH:g} {HEIGHT:g}]/Rotate {sheet.rotate}"
            f"/Resources<</Font<</F1 3 0 R>>/XObject<</Im 6 0 R>>>>/Contents {number + 1} 0 R>>",
        )
        made.put(number + 1, "<</Filter/FlateDecode>>", zlib.compress(_stream(sheet)))
    return made


def pdf(*sheets: Sheet) -> bytes:
    """Return a PDF of pages."""
    return draft_pdf(*sheets).bytes()


# -- OFD --------------------------------------------------------------------------------------------------------------
_MM = 25.4 / 72
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NS = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def ofd_text(x: float, y: float, text: str, size: float = 16, *, more: str = "", boundary: str = "") -> str:
    """Return a text object; places in points."""
    deltas = " ".join(f"{_wide(c) * size * _MM:.3f}" for c in text[:-1])
    box = boundary or f"{x * _MM:.3f} {(y - size) * _MM:.3f} {len(text) * size * _MM:.3f} {1.2 * size * _MM:.3f}"
    return (
        f'<ofd:TextObject ID="{abs(hash((x, y))) % 9999}" Boundary="{box}" Font="3" Size="{size * _MM:.3f}"{more}>'
        f'<ofd:TextCode X="0" Y="{size * _MM:.3f}" DeltaX="{deltas}">{text}</ofd:TextCode></ofd:TextObject>'
    )


def _objects(sheet: Sheet) -> str:
    texts = "".join(ofd_text(x, y, text, size) for x, y, text, size, _ in sheet.texts)
    lines = "".join(
        f'<ofd:PathObject ID="9" Boundary="{x * _MM:.3f} {y * _MM:.3f} {(ex - x) * _MM:.3f} {(ey - y) * _MM:.3f}">'
        f"<ofd:AbbreviatedData>M 0 0 L {(ex - x) * _MM:.3f} {(ey - y) * _MM:.3f}</ofd:AbbreviatedData></ofd:PathObject>"
        for x, y, ex, ey in sheet.lines
    )
    images = "".join(
        f'<ofd:ImageObject ID="8" ResourceID="7" Boundary="{x * _MM} {y * _MM} {w * _MM} {h * _MM}"/>'
        for x, y, w, h in sheet.images
    )
    return lines + texts + images


def ofd_page(content: str, more: str = "") -> str:
    """Return a page of objects in XML."""
    return f'{_HEAD}<ofd:Page {_NS}>{more}<ofd:Content><ofd:Layer ID="2">{content}</ofd:Layer></ofd:Content></ofd:Page>'


def ofd_document(pages: str, common: str = "", more: str = "") -> str:
    """Return a document in XML."""
    box = f"<ofd:PageArea><ofd:PhysicalBox>0 0 {WIDTH * _MM:.3f} {HEIGHT * _MM:.3f}</ofd:PhysicalBox></ofd:PageArea>"
    return (
        f"{_HEAD}<ofd:Document {_NS}><ofd:CommonData>{box}{common}</ofd:CommonData>"
        f"<ofd:Pages>{pages}</ofd:Pages>{more}</ofd:Document>"
    )


def ofd_root(*places: str, more: str = "") -> str:
    """Return the entry of documents in XML."""
    bodies = "".join(f"<ofd:DocBody><ofd:DocRoot>{place}</ofd:DocRoot>{more}</ofd:DocBody>" for place in places)
    return f'{_HEAD}<ofd:OFD {_NS} Version="1.0" DocType="OFD">{bodies}</ofd:OFD>'


def packed(members: dict[str, str | bytes]) -> bytes:
    """Return a zip archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return out.getvalue()


def ofd(*sheets: Sheet, **more: str | bytes) -> bytes:
    """Return an OFD file of pages, listed in this order and named in the opposite one."""
    names = [f"Pages/Page_{len(sheets) - i}/Content.xml" for i in range(len(sheets))]
    pages = "".join(f'<ofd:Page ID="{i}" BaseLoc="{name}"/>' for i, name in enumerate(names, 100))
    members: dict[str, str | bytes] = {
        "OFD.xml": ofd_root("Doc_0/Document.xml"),
        "Doc_0/Document.xml": ofd_document(pages),
        **{f"Doc_0/{name}": ofd_page(_objects(s)) for name, s in zip(names, sheets, strict=True)},
    }
    return packed(members | more)
