"""Word documents (ECMA-376 transitional and strict, files of WPS): the text as a reader of the printed page sees it.

Guarantees:
1. Paragraphs, cells and text boxes keep the order of the file; a text box follows the paragraph that anchors it,
   running heads and notes follow the body.
2. Tracked changes count as accepted: inserted and moved-in text is read, deleted and moved-away text is not; where the
   mark of a paragraph is deleted, the next paragraph continues it.
3. Automatic numbers precede their paragraph and are marked as generated. Bullets are not text.
4. The first of several alternatives is read, so that a text box is read once; the base of ruby; the result of fields.
5. Nothing outside the file is resolved, nothing in it is executed; macros, templates, embedded files are reported.

Time is linear in the size of the file; the depth of the markup needs no call stack.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kgbuild.errors import InputError, Message
from kgbuild.model import LEFT_OUT, FilePlace
from kgbuild.read.archive import Archive, Relationship, relationships
from kgbuild.read.blocks import Block, Notice, of_blocks
from kgbuild.read.numerals import format_number
from kgbuild.read.ooxml import Numbering, attribute, child, is_on, list_number, local, read_styles, val_of
from kgbuild.read.symbols import raised, symbol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from xml.etree.ElementTree import Element

    from kgbuild.model import BlockKind
    from kgbuild.read.reader import File

MAIN = "word/document.xml"
_GONE = frozenset({"del", "moveFrom"})
"""Elements whose content was deleted."""
_PROPERTIES = (
    *("pPr", "tblPr", "tblGrid", "tblPrEx", "trPr", "tcPr", "sectPr", "sdtPr", "sdtEndPr", "smartTagPr", "customXmlPr"),
    *("rubyPr", "rt", "instrText", "delInstrText", "delText", "binData", "Fallback"),
)
_UNREAD = _GONE | frozenset(_PROPERTIES)
"""Elements that contain no text."""
_SIGNS = {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "\u2011", "softHyphen": ""}
_MACROS = ("vbaproject.bin", "vbadata.xml")
_OUTSIDE = frozenset({"attachedTemplate", "subDocument", "frame", "aFChunk"})


@dataclass(slots=True)
class _Paragraph:
    """A paragraph being read."""

    properties: Element | None
    style: str | None
    parts: list[str] = field(default_factory=list)
    behind: list[Block] = field(default_factory=list)


@dataclass(slots=True)
class _Cell:
    """A cell: its position in the grid, and whether it continues the cell above."""

    row: int
    column: int
    columns: int
    rows: int = 1
    is_head: bool = False
    goes_on: bool = False


@dataclass(slots=True)
class _Story:
    """A part of the document with its own paragraph count: body, head, foot, note, text box."""

    kind: BlockKind | None
    n_paragraphs: int = 0
    carried: str = ""


class _Walk:
    """One pass over a part of the package.

    Args:
        numbering: The lists of the document.
        default: Id of the default style.
        deepest: Permitted depth of nested elements.
    """

    def __init__(self, numbering: Numbering, default: str | None, *, where: str, deepest: int) -> None:
        self.numbering = numbering
        self.counts: Counter[str] = Counter()
        self.notes: list[tuple[str, str]] = []
        self._default = default
        self._where = where
        self._deepest = deepest
        self._n_tables = 0
        self._is_raised = False
        self._blocks: list[Block] = []
        self._outer: list[list[Block]] = []
        self._stories: list[_Story] = []
        self._paragraphs: list[_Paragraph] = []
        self._tables: list[tuple[int, dict[int, _Cell]]] = []
        self._cells: list[tuple[int, _Cell] | None] = []
        self._opening: dict[str, Callable[[Element], bool | None]] = {
            "p": self._open_paragraph,
            "r": self._open_run,
            "t": self._text,
            "sym": self._symbol,
            "br": self._break,
            "tbl": self._open_table,
            "tr": self._open_row,
            "tc": self._open_cell,
            "txbxContent": self._open_box,
            "AlternateContent": self._choose,
            "footnoteReference": self._note,
            "endnoteReference": self._note,
            "ins": self._inserted,
        }
        self._closing: dict[str, Callable[[], None]] = {
            "p": self._close_paragraph,
            "tbl": self._close_table,
            "tc": self._close_cell,
            "txbxContent": self._close_box,
        }

    def read(self, root: Element, kind: BlockKind | None = None, lead: str = "") -> list[Block]:
        """Return the blocks of a part.

        Args:
            root: Its root element.
            kind: Kind of its paragraphs; None for the body.
            lead: What an application prints before its first paragraph.

        Raises:
            InputError: it is nested too deeply.
        """
        self._blocks, self._stories = [], [_Story(kind, carried=lead)]
        open_elements: list[tuple[str, Iterator[Element]]] = [("", iter((root,)))]
        while open_elements:
            element = next(open_elements[-1][1], None)
            if element is None:
                name, _ = open_elements.pop()
                if name in self._closing:
                    self._closing[name]()
                continue
            name = local(element)
            if name in _UNREAD:
                self._gone(name)
                continue
            opening = self._opening.get(name)
            if opening is not None and opening(element) is False:
                continue
            if name in _SIGNS and self._paragraphs:
                self._paragraphs[-1].parts.append(_SIGNS[name])
            if len(open_elements) > self._deepest:
                what = Message("is nested too deeply, limit {limit:,}", limit=self._deepest)
                raise InputError(what, where=self._where, cure="save it anew, or raise limits.depth in kgbuild.toml")
            open_elements.append((name, self._alternative(element) if name == "AlternateContent" else iter(element)))
        return self._blocks

    # -- runs --
    def _open_run(self, element: Element) -> bool:
        properties = child(element, "rPr")
        self._is_raised = val_of(properties, "vertAlign") == "superscript"
        if properties is None or not is_on(child(properties, "vanish")):
            return True
        self.counts["hidden"] += sum(len(e.text or "") for e in element if local(e) == "t")
        return False

    def _text(self, element: Element) -> None:
        if self._paragraphs and element.text:
            self._paragraphs[-1].parts.append(raised(element.text) if self._is_raised else element.text)

    def _symbol(self, element: Element) -> None:
        if self._paragraphs:
            sign = symbol(attribute(element, "font") or "", attribute(element, "char") or "")
            self._paragraphs[-1].parts.append(sign)

    def _break(self, element: Element) -> None:
        if self._paragraphs and attribute(element, "type") in (None, "textWrapping"):
            self._paragraphs[-1].parts.append("\n")

    def _note(self, element: Element) -> None:
        self.notes.append((local(element).removesuffix("Reference"), attribute(element, "id") or ""))

    def _inserted(self, _: Element) -> None:
        self.counts["inserted"] += 1

    def _gone(self, name: str) -> None:
        if name in _GONE:
            self.counts["deleted"] += 1

    def _choose(self, element: Element) -> bool:
        return len(element) > 0

    def _alternative(self, element: Element) -> Iterator[Element]:
        """Yield the content of the first choice, or of the fallback if there is no choice."""
        chosen = child(element, "Choice")
        if chosen is None:
            chosen = child(element, "Fallback")
        return iter(()) if chosen is None else iter(chosen)

    # -- paragraphs --
    def _open_paragraph(self, element: Element) -> None:
        properties = child(element, "pPr")
        style = val_of(properties, "pStyle") or self._default
        self._paragraphs.append(_Paragraph(properties, style))

    def _close_paragraph(self) -> None:
        paragraph = self._paragraphs.pop()
        story = self._stories[-1]
        text = "".join(paragraph.parts)
        mark = child(paragraph.properties, "rPr")
        if any(child(mark, name) is not None for name in _GONE):
            story.carried += text
            self._blocks += paragraph.behind
            return
        story.n_paragraphs += 1
        lead, story.carried = story.carried, ""
        if not self._cells or (cell := self._cells[-1]) is None or not cell[1].goes_on:
            number = self.numbering.printed(paragraph.properties, paragraph.style)
            if not text.strip() and is_on(child(mark, "vanish")):  # counted, so that the list goes on, but not printed
                number = ""
            generated = ((0, len(number)),) if number else ()
            place, kind = self._place(story), self._kind(paragraph, number)
            self._blocks.append(Block(kind, number + lead + text, place, generated=generated))
        self._blocks += paragraph.behind

    def _place(self, story: _Story) -> FilePlace:
        if not self._cells or (cell := self._cells[-1]) is None:
            return FilePlace(part=story.kind or "", paragraph=story.n_paragraphs)
        table, at = cell
        return FilePlace(
            part=story.kind or "",
            paragraph=story.n_paragraphs,
            table=table,
            row=at.row + 1,
            column=at.column + 1,
            rows=at.rows,
            columns=at.columns,
        )

    def _kind(self, paragraph: _Paragraph, number: str) -> BlockKind:
        kind = self._stories[-1].kind
        if self._cells and (cell := self._cells[-1]) is not None and kind not in LEFT_OUT:
            return "head-cell" if cell[1].is_head else "cell"
        if kind is not None:
            return kind
        for _, style in self.numbering.chain(paragraph.style):
            name = style.name.lower()
            if name.startswith(("toc", "contents ")):
                return "contents"
            if name.startswith(("heading", "title")) or (style.outline is not None and style.outline < 9):
                return "heading"
        outline = child(paragraph.properties, "outlineLvl")
        if outline is not None and list_number(attribute(outline, "val"), 9) < 9:
            return "heading"
        return "list-item" if number else "paragraph"

    # -- tables --
    def _open_table(self, element: Element) -> None:
        self._n_tables += 1
        self._tables.append((self._n_tables, _grid(element)))

    def _close_table(self) -> None:
        self._tables.pop()

    def _open_row(self, element: Element) -> bool:
        return not _is_gone(child(element, "trPr"))

    def _open_cell(self, element: Element) -> bool:
        if not self._tables:
            return True
        table, grid = self._tables[-1]
        cell = grid.get(id(element))
        if cell is None:
            return False
        self._cells.append((table, cell))
        return True

    def _close_cell(self) -> None:
        if self._cells:
            self._cells.pop()

    # -- text boxes --
    def _open_box(self, _: Element) -> None:
        self._stories.append(_Story("text-box", self._stories[-1].n_paragraphs))
        self._cells.append(None)
        self._outer.append(self._blocks)
        self._blocks = []

    def _close_box(self) -> None:
        inside, self._blocks = self._blocks, self._outer.pop()
        self._stories.pop()
        self._cells.pop()
        if self._paragraphs:
            self._paragraphs[-1].behind += inside
        else:
            self._blocks += inside


def _is_gone(properties: Element | None) -> bool:
    return child(properties, "del") is not None or child(properties, "cellDel") is not None


def _rows_of(element: Element, wanted: str) -> Iterator[Element]:
    """Yield the rows of a table or the cells of a row, looking through content controls and change marks."""
    queue = [iter(element)]
    while queue:
        one = next(queue[-1], None)
        if one is None:
            queue.pop()
            continue
        name = local(one)
        if name == wanted:
            yield one
        elif name in {"sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"}:
            queue.append(iter(one))


def _grid(table: Element) -> dict[int, _Cell]:
    """Return the cells of a table with their grid positions, keyed by the identity of their elements."""
    cells: dict[int, _Cell] = {}
    open_cells: dict[int, _Cell] = {}
    row = -1
    for line in _rows_of(table, "tr"):
        properties = child(line, "trPr")
        if _is_gone(properties):
            continue
        row += 1
        column = max(list_number(val_of(properties, "gridBefore"), 0), 0)
        is_head = is_on(child(properties, "tblHeader"))
        still_open: dict[int, _Cell] = {}
        merged: _Cell | None = None
        for element in _rows_of(line, "tc"):
            own = child(element, "tcPr")
            if _is_gone(own):
                continue
            width = min(max(list_number(val_of(own, "gridSpan"), 1), 1), 1000)
            across = child(own, "hMerge")
            if merged is not None and across is not None and attribute(across, "val") != "restart":
                merged.columns += width
                cells[id(element)] = _Cell(row, column, width, goes_on=True)
                column += width
                continue
            down = child(own, "vMerge")
            above = open_cells.get(column)
            cell = cells[id(element)] = _Cell(row, column, width, is_head=is_head)
            if down is not None and attribute(down, "val") != "restart" and above is not None:
                above.rows += 1
                cell.goes_on = True
                still_open[column] = above
            elif down is not None:
                still_open[column] = cell
            merged = cell
            column += width
        open_cells = still_open
    return cells


# -- the package ------------------------------------------------------------------------------------------------
def _main_part(archive: Archive) -> str:
    found = [r.target for r in relationships(archive, "").values() if r.kind == "officeDocument" and not r.is_external]
    return next((target for target in found if archive.has(target)), MAIN)


def _read(file: File) -> tuple[Sequence[Block], Sequence[Notice]]:
    archive = Archive(file)
    main = _main_part(archive)
    root = archive.xml(main)
    if root is None:
        cure = "open it in its program and save it again"
        raise InputError(Message("is a damaged Word document (no {main})", main=main), where=file.name, cure=cure)
    of_main = relationships(archive, main)

    def part(kind: str) -> Element | None:
        found = next((r.target for r in of_main.values() if r.kind == kind and not r.is_external), None)
        return archive.xml(found) if found else None

    styles, default = read_styles(part("styles"))
    walk = _Walk(Numbering(part("numbering"), styles), default, where=file.name, deepest=file.limits.depth)
    blocks = walk.read(root)
    notes = list(dict.fromkeys(walk.notes))
    blocks += _heads(walk, archive, of_main.values())
    blocks += _notes(walk, part, notes, root)
    if archive.has_any("word/media/") and not any(block.text.strip() for block in blocks):
        cure = "recognise them: soffice --convert-to pdf FILE, then ocrmypdf -l chi_sim in.pdf out.pdf; give that"
        raise InputError("holds pictures and no text", where=file.name, cure=cure)
    return blocks, _notices(walk, archive, [*of_main.values(), *_settings(archive, of_main)])


def _heads(walk: _Walk, archive: Archive, related: Iterable[Relationship]) -> list[Block]:
    """Return the running heads and feet; identical ones once."""
    found: list[Block] = []
    seen: set[tuple[str, ...]] = set()
    kinds: dict[str, BlockKind] = {"header": "header", "footer": "footer"}
    for relation in related:
        if relation.kind not in kinds or relation.is_external:
            continue
        root = archive.xml(relation.target)
        own = walk.read(root, kinds[relation.kind]) if root is not None else []
        texts = tuple(block.text.strip() for block in own)
        if any(texts) and texts not in seen:
            seen.add(texts)
            found += own
    return found


def _notes(
    walk: _Walk, part: Callable[[str], Element | None], wanted: Sequence[tuple[str, str]], root: Element
) -> list[Block]:
    """Return footnotes and endnotes in the order of reference, each after its number."""
    found: list[Block] = []
    for kind in ("footnote", "endnote"):
        notes = part(f"{kind}s")
        by_id = {attribute(note, "id"): note for note in (notes if notes is not None else ())}
        form = next((f for e in root.iter() if local(e) == f"{kind}Pr" and (f := val_of(e, "numFmt"))), None)
        form = form or ("decimal" if kind == "footnote" else "lowerRoman")
        for count, key in enumerate((key for name, key in wanted if name == kind), 1):
            if (note := by_id.get(key)) is not None:
                lead = format_number(count, form) + " "
                own = walk.read(note, "note", lead)
                found += [_numbered(own[0], len(lead)), *own[1:]] if own else []
    return found


def _numbered(block: Block, length: int) -> Block:
    return Block(block.kind, block.text, block.place, generated=((0, length),))


def _settings(archive: Archive, of_main: dict[str, Relationship]) -> list[Relationship]:
    place = next((r.target for r in of_main.values() if r.kind == "settings" and not r.is_external), "")
    return list(relationships(archive, place).values()) if place else []


def _notices(walk: _Walk, archive: Archive, related: Sequence[Relationship]) -> list[Notice]:
    names = [name for name in archive.names if name.startswith("word/")]
    macros = [n for n in names if n.rpartition("/")[2].lower() in _MACROS or n.startswith("word/activeX/")]
    outside = [r.target for r in related if r.kind in _OUTSIDE]
    folders = ("word/embeddings/", "word/diagrams/data", "word/charts/chart", "word/media/")
    unread = [n for n in names if n.startswith(folders) or n == "word/comments.xml"]
    found = []
    if macros:
        found.append(Notice("active-content", (("text", _some(macros)),), "warning"))
    if outside:
        found.append(Notice("external-reference", (("text", _some(outside)),), "warning"))
    if unread:
        found.append(Notice("part-not-read", (("text", _some(unread)),)))
    if walk.counts["inserted"] or walk.counts["deleted"]:
        counted = tuple((name, str(walk.counts[name])) for name in ("inserted", "deleted"))
        found.append(Notice("tracked-changes", counted))
    if walk.counts["hidden"]:
        found.append(Notice("hidden-content", (("count", str(walk.counts["hidden"])),)))
    return found


def _some(names: Sequence[str]) -> str:
    """Return the first few names and the total number."""
    shown = ", ".join(name.rpartition("word/")[2][:120] for name in names[:5])
    return shown if len(names) <= 5 else f"{shown} … ({len(names)})"


read = of_blocks(_read)
