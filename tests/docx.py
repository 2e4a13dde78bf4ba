"""Word files made for tests: a package of the parts that matter, from a body in short XML."""

from __future__ import annotations

import io
import zipfile
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SPACES = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_TYPE}.document.main+xml"/>'
    f'<Override PartName="/word/numbering.xml" ContentType="{_TYPE}.numbering+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>'
)
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def p(text: str = "", *, style: str = "", num: tuple[int, int] | None = None, mark: str = "") -> str:
    """Return a paragraph; `text` that begins with < is XML of its own."""
    number = f'<w:numPr><w:ilvl w:val="{num[1]}"/><w:numId w:val="{num[0]}"/></w:numPr>' if num else ""
    styled = f'<w:pStyle w:val="{style}"/>' if style else ""
    marked = f"<w:rPr>{mark}</w:rPr>" if mark else ""
    inside = text if text.startswith("<") else r(text) if text else ""
    return f"<w:p><w:pPr>{styled}{number}{marked}</w:pPr>{inside}</w:p>"


def r(text: str, properties: str = "") -> str:
    """Return a run."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def tc(*paragraphs: str, span: int = 1, merge: str = "") -> str:
    """Return a cell; `merge` is `restart` or `continue`."""
    merged = f'<w:vMerge w:val="{merge}"/>' if merge else ""
    inside = "".join(text if text.startswith("<") else p(text) for text in paragraphs or ("",))
    return f'<w:tc><w:tcPr><w:gridSpan w:val="{span}"/>{merged}</w:tcPr>{inside}</w:tc>'


def tr(*cells: str, head: bool = False) -> str:
    """Return a row; what is no XML becomes a cell."""
    properties = "<w:trPr><w:tblHeader/></w:trPr>" if head else ""
    return f"<w:tr>{properties}{''.join(c if c.startswith('<') else tc(c) for c in cells)}</w:tr>"


def tbl(*rows: str) -> str:
    """Return a table."""
    return f"<w:tbl><w:tblPr/>{''.join(rows)}</w:tbl>"


def lvl(depth: int, form: str, text: str, *, start: int = 1, more: str = "") -> str:
    """Return a level of a list."""
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def lists(*abstract: str, nums: str = "") -> str:
    """Return the part with the lists: abstract lists 0, 1 …, each with a list 1, 2 …, and more lists."""
    made = "".join(
        f'<w:abstractNum w:abstractNumId="{i}">{levels}</w:abstractNum>' for i, levels in enumerate(abstract)
    )
    own = "".join(f'<w:num w:numId="{i + 1}"><w:abstractNumId w:val="{i}"/></w:num>' for i in range(len(abstract)))
    return f'<w:numbering xmlns:w="{W}" {_SPACES}>{made}{own}{nums}</w:numbering>'


def package(members: Mapping[str, str | bytes]) -> bytes:
    """Return a zip archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2031, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def docx(
    body: str, *, space: str = W, parts: Mapping[str, str] | None = None, more: Mapping[str, str | bytes] | None = None
) -> bytes:
    """Return a file.

    Args:
        body: Paragraphs and tables.
        space: Namespace.
        parts: numbering, styles, footnotes, header, footer, settings: their XML.
        more: Further members.
    """
    parts = parts or {}
    related = "".join(
        f'<Relationship Id="r{i}" Type="{_RELS}/{name}" Target="{name}.xml"/>' for i, name in enumerate(parts)
    )
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="r" Type="{_RELS}/officeDocument" '
        'Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{space}" {_SPACES}><w:body>{body}</w:body></w:document>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_PACKAGE}">{related}</Relationships>',
    }
    members |= {f"word/{name}.xml": xml for name, xml in parts.items()}
    return package({**members, **(more or {})})


def root(name: str, inside: str) -> str:
    """Return a part."""
    return f'<w:{name} xmlns:w="{W}" {_SPACES}>{inside}</w:{name}>'
