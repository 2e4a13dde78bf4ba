"""An HTML page as visible text, with the place of every line, its tables and its main content.

Takes decoded HTML. Guarantees:
1. All visible text is included, in source order; white space is collapsed as a browser does, except that U+00A0 and
   U+3000 stay. Invisible characters are included too unless they stand between all letters (`read/unseen.py`).
2. A block element and a table cell start a line; `<br>` is a newline. Lines without a visible character are dropped,
   except for one blank line where the page has `<br><br>`.
3. The place of an anchor is the XPath of the element whose visible text is the span, or of the text node in which the
   span starts if the element contains more. XPaths refer to the DOM that browsers build (WHATWG).
4. Time is linear in the size of the page.

Only attributes are inspected: text hidden by style sheets or scripts counts as visible. So does text that the page
hides as a whole until a script reveals it: an ancestor that would hide everything hides nothing. Numbers that a browser
generates (`<ol>`) are not text; they are returned separately, with the position of the item.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from kgbuild.model import Anchor, FilePlace, ListItem, Span, Table
from kgbuild.read.nesting import flatten
from kgbuild.read.numerals import format_number
from kgbuild.read.rows import stacked_tables
from kgbuild.read.symbols import raised
from kgbuild.read.tables import TableDraft
from kgbuild.read.tags import BLOCKS, CELLS, FOREIGN, ROW_GROUPS, UNSEEN, VERBATIM
from kgbuild.read.unseen import between_letters, left_out

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

    from kgbuild.model import Finding
    from kgbuild.read.unseen import Unseen

_HIDING = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse))\b", re.IGNORECASE)
_BLOCKING = re.compile(r"(?:^|;)\s*display\s*:\s*(?:block|flex|grid|table|list-item)\b", re.IGNORECASE)
_LIST_STYLE = re.compile(r"(?:^|;)\s*list-style(?:-type)?\s*:([^;]*)", re.IGNORECASE)
_COUNTER = re.compile(r"[a-z]+(?:-[a-z]+)*")
# Types of lists (HTML, 4.4.5) and counter styles (CSS Counter Styles 3) → formats of `format_number`
_FORMS = {
    "1": "decimal",
    "a": "lowerLetter",
    "A": "upperLetter",
    "i": "lowerRoman",
    "I": "upperRoman",
    "decimal": "decimal",
    "decimal-leading-zero": "decimalZero",
    "cjk-decimal": "ideographDigital",
    **dict.fromkeys(("lower-alpha", "lower-latin"), "lowerLetter"),
    **dict.fromkeys(("upper-alpha", "upper-latin"), "upperLetter"),
    "lower-roman": "lowerRoman",
    "upper-roman": "upperRoman",
    **dict.fromkeys(
        ("cjk-ideographic", "simp-chinese-informal", "trad-chinese-informal", "japanese-informal"),
        "chineseCountingThousand",
    ),
    "simp-chinese-formal": "chineseLegalSimplified",
    "trad-chinese-formal": "ideographLegalTraditional",
    "cjk-heavenly-stem": "ideographTraditional",
    "cjk-earthly-branch": "ideographZodiac",
}
_BLANKS = " \t\n\r\f"  # what HTML collapses: no U+00A0, no U+3000
_SPACE = re.compile(f"[{_BLANKS}]+")
_STEP = re.compile(r"[a-z][a-z0-9-]*")
_PROSE = re.compile("[，。；：、]")
_MAIN_SHARE = 0.85


class PageText(NamedTuple):
    """The visible content of a page.

    Attributes:
        text: Its text.
        main: Extent of the main content.
        anchors: Lines with their places.
        tables: Tables with their cells.
        items: Items of numbered lists.
        n_hidden: Number of elements that hide text.
        n_flattened: Number of tags removed because they were nested too deeply.
        findings: Which invisible characters were left out.
    """

    text: str
    main: Span
    anchors: tuple[Anchor, ...]
    tables: tuple[Table, ...]
    items: tuple[ListItem, ...]
    n_hidden: int
    n_flattened: int
    findings: tuple[Finding, ...] = ()


@lru_cache(maxsize=1024)
def _of_style(style: str) -> tuple[bool, bool]:
    """Tell whether a style hides an element, and whether it makes a block of it; a page has few, hundreds of times."""
    return _HIDING.search(style) is not None, _BLOCKING.search(style) is not None


class _Element:
    """An element on the path from the root to the current node.

    Attributes:
        block: The innermost block element, possibly itself.
        hider: The outermost element that hides it, possibly itself; None if it is visible.
        span: Extent of its text, None while it has none. Maintained for blocks.
        n_runs: Number of runs in it and below. Maintained for blocks.
        weight: Characters of running text in it and below. Maintained for blocks.
    """

    def __init__(self, node: LexborNode, tag: str, parent: _Element | None, step: str, spared: str = "") -> None:
        self.tag = tag
        self.parent = parent
        self.step = step
        self.known_path = ""
        self.attributes = attributes = node.attributes
        style = attributes.get("style") or ""
        hides, is_block = _of_style(style) if style else (False, False)
        self.is_block = tag in BLOCKS or parent is None or is_block
        self.hider: _Element | None = parent.hider if parent else None
        if self.hider is None and ("hidden" in attributes or (tag == "dialog" and "open" not in attributes) or hides):
            self.hider = None if self.path == spared else self
        self.is_verbatim: bool = tag in VERBATIM or (parent is not None and parent.is_verbatim)
        self.in_link: bool = tag == "a" or (parent is not None and parent.in_link)
        self.is_raised: bool = tag == "sup" or (parent is not None and parent.is_raised)
        self.is_foreign: bool = tag in FOREIGN or (parent is not None and parent.is_foreign)
        self.block: _Element = self if parent is None or self.is_block else parent.block
        self.table: TableDraft | None = parent.table if parent else None
        self.cell: int | None = None
        self.list_depth: int = (parent.list_depth if parent else 0) + (tag == "ol")
        self.number = self.within = 0
        self.span: Span | None = None
        self.n_runs = 0
        self.weight = 0
        self.heaviest: _Element | None = None
        self.after_text = False
        self._child = node.child
        self._counts: dict[str, int] = {}
        self._n_texts = 0
        self._n_elements = 0

    def take_child(self) -> LexborNode | None:
        """Return the next child not yet visited."""
        child = self._child
        if child is not None:
            self._child = child.next
        return child

    def count_text(self) -> int:
        """Count a text node; adjacent ones count once in XPath."""
        self._n_texts += not self.after_text
        self.after_text = True
        return self._n_texts

    def count_element(self, tag: str) -> str:
        """Count a child element and return its XPath step."""
        self.after_text = False
        self._n_elements += 1
        number = self._counts[tag] = self._counts.get(tag, 0) + 1
        if self.is_foreign or tag in FOREIGN or not _STEP.fullmatch(tag):
            return f"*[{self._n_elements}]"  # a name with a prefix or of another namespace fits no name test
        return tag if self.tag == "html" else f"{tag}[{number}]"

    def widen(self, span: Span) -> None:
        """Extend the span by a span that follows it."""
        self.span = span if self.span is None else Span(self.span.start, span.end)

    def take_in(self, block: _Element) -> None:
        """Add the figures of a block below."""
        self.n_runs += block.n_runs
        self.weight += block.weight
        if block.span is not None:
            self.widen(block.span)
        if self.heaviest is None or block.weight > self.heaviest.weight:
            self.heaviest = block

    @property
    def is_hidden(self) -> bool:
        return self.hider is not None

    @property
    def path(self) -> str:
        """The XPath of the element, kept with it and with those around it: their other children ask for it too."""
        unknown = []
        element: _Element | None = self
        while element is not None and not element.known_path:
            unknown.append(element)
            element = element.parent
        path = element.known_path if element else ""
        for each in reversed(unknown):
            path = each.known_path = f"{path}/{each.step}"
        return path


@dataclass(slots=True)
class _Run:
    """Text of one block between two breaks, with the text node in which it starts."""

    block: _Element
    parent: _Element
    text_number: int
    start: int
    end: int

    @property
    def place(self) -> str:
        """The XPath of the block if the run is all its text, otherwise that of the text node."""
        if self.block.n_runs == 1:
            return self.block.path
        return f"{self.parent.path}/text()[{self.text_number}]"


class _Writer:
    """Lines of text with white space collapsed."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.length = 0
        self._line: list[str] = []
        self._line_length = 0
        self._has_visible = False
        self._pending = False
        self._after_blank = True

    @property
    def position(self) -> int:
        return self.length + self._line_length

    def write(self, text: str) -> Span | None:
        """Write text with white space collapsed; return the span of its visible part, None if there is none."""
        body = text.strip(_BLANKS)  # most text of a page is the blanks between its tags
        if self._line and text and text[0] in _BLANKS:
            self._pending = True
        if not body:
            return None
        body = _SPACE.sub(" ", body)
        span = self._put(" " + body if self._pending else body)
        self._pending = text[-1] in _BLANKS
        return span

    def write_verbatim(self, text: str) -> Span | None:
        """Write text as it is, including newlines."""
        self._pending = False
        return self._put(text)

    def _put(self, text: str) -> Span | None:
        start = self.position
        self._line.append(text)
        self._line_length += len(text)
        visible = text.strip()
        if not visible:
            return None
        self._has_visible = True
        start += len(text) - len(text.lstrip())
        return Span(start, start + len(visible))

    def end_line(self) -> bool:
        """End the line, dropping it if it has no visible character; tell whether there was a line to end."""
        had_visible = self._has_visible
        if had_visible:
            self.parts += self._line
            self.parts.append("\n")
            self.length += self._line_length + 1
            self._after_blank = False
        self._line.clear()
        self._line_length = 0
        self._has_visible = self._pending = False
        return had_visible

    def break_line(self) -> None:
        """Break the line as `<br>` does: the second in a row leaves a blank line, a third adds nothing."""
        if not self.end_line() and not self._after_blank:
            self.parts.append("\n")
            self.length += 1
            self._after_blank = True


class _Walk:
    """One pass over the tree.

    Args:
        spared: XPath of an element that is treated as visible although it is marked hidden.
        unseen: Characters to leave out.

    Attributes:
        hiders: The outermost elements that hide text, by XPath, each with one block of that text; two suffice to prove
            that neither hides everything.
        hides_many: Whether more than one block of text is hidden.
    """

    def __init__(self, spared: str = "", unseen: Unseen | None = None) -> None:
        self.hiders: dict[str, _Element] = {}
        self.hides_many = False
        self._spared = spared
        self._unseen = unseen
        self.writer = _Writer()
        self.runs: list[_Run] = []
        self.tables: list[tuple[TableDraft, Span]] = []
        self.items: list[ListItem] = []
        self._n_lists = 0
        self.n_hidden = 0
        self._run: _Run | None = None

    def walk(self, root: LexborNode) -> _Element:
        """Write everything below the root; return the element of the root."""
        top = _Element(root, root.tag or "html", None, "html", self._spared)
        element: _Element | None = top
        while element is not None:
            node = element.take_child()
            if node is None:
                self._leave(element)
                element = element.parent
            elif node.is_text_node:
                self._text(element, element.count_text(), node.text_content or "")
            elif node.is_element_node:
                element = self._enter(element, node) or element
            else:
                element.after_text = False
        return top

    def hides_all(self) -> str:
        """Return the XPath of the element that hides the whole page; "" if none does or the page is one paragraph."""
        if self.writer.parts or len(self.hiders) != 1:
            return ""
        (path,) = self.hiders
        return path if self.hides_many or path in {"/html", "/html/body"} else ""

    def _enter(self, parent: _Element, node: LexborNode) -> _Element | None:
        """Open an element; None if it contains no text."""
        tag = node.tag or ""
        step = parent.count_element(tag)
        if tag == "br" and not parent.is_hidden:
            self._end_run()
            self.writer.break_line()
        if tag == "br" or tag in UNSEEN:
            return None
        element = _Element(node, tag, parent, step, self._spared)
        if element.is_block and not element.is_hidden:
            self._end_run()
            self.writer.end_line()
            self._enter_table(element)
            self._enter_list(element, parent)
        return element

    def _enter_table(self, element: _Element) -> None:
        if element.tag == "table":
            element.table = TableDraft()
        elif element.table is None:
            return
        elif element.tag in ROW_GROUPS:
            element.table.open_group(is_head=element.tag == "thead")
        elif element.tag == "tr":
            element.table.open_row()
        elif element.tag in CELLS:
            get = element.attributes.get
            element.cell = element.table.open_cell(
                is_head=element.tag == "th", rowspan=get("rowspan"), colspan=get("colspan")
            )

    def _enter_list(self, element: _Element, parent: _Element) -> None:
        """Number an item of `<ol>` as a browser does (HTML, 4.4.8): from `start`, or from the item's `value`."""
        get = element.attributes.get
        if element.tag == "ol":
            element.number = _integer(get("start"), 1) - 1
            self._n_lists += 1
            element.within = self._n_lists
        elif element.tag == "li" and parent.tag == "ol":
            element.number = parent.number = _integer(get("value"), parent.number + 1)
            element.within = parent.within

    def _leave(self, element: _Element) -> None:
        if not element.is_block or element.is_hidden:
            return
        self._end_run()
        self.writer.end_line()
        if element.table is not None:
            self._leave_table(element, element.table)
        if element.tag == "li" and element.span and element.number > 0 and (form := _number_form(element)):
            number, depth, within = element.number, element.list_depth, element.within
            label = format_number(number, form)
            start = element.span.start
            self.items.append(ListItem(start=start, number=number, depth=depth, within=within, label=label))
        if element.parent is not None:
            element.parent.block.take_in(element)

    def _leave_table(self, element: _Element, table: TableDraft) -> None:
        here = self.writer.position
        if element.cell is not None:
            table.close_cell(element.cell, element.span or Span(here, here))
        elif element.tag in ROW_GROUPS:
            table.close_group()
        elif element.tag == "table" and element.span:
            self.tables.append((table, element.span))
            outer = element.parent.table if element.parent else None
            if outer is not None:
                outer.is_layout = True

    def _text(self, parent: _Element, number: int, text: str) -> None:
        if parent.hider is not None:
            n_hidden = len("".join(text.split()))
            self.n_hidden += n_hidden
            if n_hidden and len(self.hiders) < 2:
                block = self.hiders.setdefault(parent.hider.path, parent.block)
                self.hides_many |= block is not parent.block
            return
        text = text.translate(self._unseen) if self._unseen else text
        text = raised(text) if parent.is_raised else text
        write = self.writer.write_verbatim if parent.is_verbatim else self.writer.write
        span = write(text)
        if span is None:
            return
        if not parent.in_link and _PROSE.search(text):
            parent.block.weight += len(span)
        if self._run is None:
            self._run = _Run(parent.block, parent, number, span.start, span.end)
        self._run.end = span.end

    def _end_run(self) -> None:
        if self._run is not None:
            self.runs.append(self._run)
            self._run.block.n_runs += 1
            self._run.block.widen(Span(self._run.start, self._run.end))
            self._run = None


def _integer(written: str | None, default: int) -> int:
    """Parse an integer as HTML does (2.3.4.1); values that no list needs count as absent."""
    m = re.match(r"[ \t\n\f\r]*([+-]?[0-9]{1,6})(?![0-9])", written or "")
    return int(m[1]) if m else default


def _number_form(item: _Element) -> str | None:
    """Return the format of the number of an item; None if it cannot be derived: it counts backwards or shows none."""
    lists = item.parent
    if lists is None or "reversed" in lists.attributes:
        return None
    style = (lists.attributes.get("style") or "") + ";" + (item.attributes.get("style") or "")
    declared = [m[1].lower() for m in _LIST_STYLE.finditer(style)]
    if declared:
        return next((_FORMS[word] for word in _COUNTER.findall(declared[-1]) if word in _FORMS), None)
    return _FORMS.get(item.attributes.get("type") or lists.attributes.get("type") or "1")


def read_page(html: str) -> PageText:
    r"""Read a decoded HTML page.

    Example:
        >>> page = read_page("<div><p>一、总体要求</p><p hidden>x</p>责任单位：<b>省教育厅</b></div>")
        >>> page.text
        '一、总体要求\n责任单位：省教育厅\n'
        >>> [anchor.place.xpath for anchor in page.anchors]
        ['/html/body/div[1]/p[1]', '/html/body/div[1]/text()[1]']
    """
    from selectolax.lexbor import LexborHTMLParser

    flat, n_flattened = flatten(html)
    root = LexborHTMLParser(flat).root
    walk = _Walk()
    top = walk.walk(root) if root is not None else None
    whole = walk.hides_all()
    if root is not None and whole:
        walk = _Walk(spared=whole)
        top = walk.walk(root)
    shown = text = "".join(walk.writer.parts)
    unseen = between_letters(shown)
    if root is not None and unseen:
        walk = _Walk(whole, unseen)
        top = walk.walk(root)
        text = "".join(walk.writer.parts)
    found = [made for table, span in walk.tables if (made := table.finish(text, span))]
    found += [table for table in stacked_tables(text) if not any(table.span.overlaps(t.span) for t in found)]
    return PageText(
        text=text,
        main=_main(top) if top is not None else Span(0, 0),
        anchors=tuple(Anchor(span=Span(run.start, run.end), place=FilePlace(xpath=run.place)) for run in walk.runs),
        tables=tuple(sorted(found, key=lambda table: table.span)),
        items=tuple(sorted(walk.items, key=lambda item: (item.start, item.depth))),
        n_hidden=walk.n_hidden,
        n_flattened=n_flattened,
        findings=tuple(left_out(shown, unseen)),
    )


def _main(top: _Element) -> Span:
    """Return the extent of the main content: descend to the block that contains nearly all running text.

    Running text is text outside links that contains punctuation. A single paragraph is never the main content, because
    its title and signature stand beside it.
    """
    element = top
    while (
        (heaviest := element.heaviest) is not None
        and heaviest.n_runs > 1
        and heaviest.weight
        and heaviest.weight >= _MAIN_SHARE * element.weight
    ):
        element = heaviest
    return element.span or Span(0, 0)
