"""Bytes to characters, decided by the bytes themselves rather than by what the file declares.

Tried in this order: byte order mark; UTF-16 without a mark; strict UTF-8; then the remaining candidates compete, scored
by how common their characters are in Chinese prose. Statistical detectors err more often on short or truncated texts.

Guarantees:
1. The text contains no lone surrogate, no leading byte order mark, and no character outside XML 1.0 (and therefore
   outside `xsd:string`); each of the latter is replaced by one character, so offsets are unaffected.
2. Nothing is dropped: an undecodable byte becomes one U+FFFD, as does a character truncated at the end of the file,
   and their positions are reported.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections import Counter
from functools import cache
from typing import NamedTuple

from kgbuild.errors import InputError, Message
from kgbuild.model import Span

MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),  # before UTF-16, whose mark it begins with
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)

_FAMILIES = {
    "utf-8": "utf-8 utf8 unicode-1-1-utf-8 ascii us-ascii",
    # GB 18030 decodes its subsets too; Python's "gb2312" would stop at the first character outside the small set.
    "gb18030": "gb2312 gb_2312 gb_2312-80 gbk x-gbk cp936 ms936 windows-936 gb18030 chinese csgb2312 iso-ir-58 euc-cn",
    "big5": "big5 big5-hkscs big5hkscs cp950 ms950 x-x-big5 cn-big5 csbig5",
    "utf-16-le": "utf-16 utf-16le utf-16-le unicode",
    "utf-16-be": "utf-16be utf-16-be",
}
FAMILIES = {label: family for family, labels in _FAMILIES.items() for label in labels.split()}
"""Labels found in files → the encoding name used here."""

_CODECS = {"big5": "big5hkscs"}
"""Codecs with a different name in Python: what the web calls Big5 includes the Hong Kong characters."""

# The most frequent characters of administrative prose, in both scripts: they settle texts of a few characters.
_FREQUENT = frozenset(
    "的一是了在有和人大为中国上会工作发展建设管理部门政府省市县区年月日关于通知实施方案要点推进加强组织单位责任办公室"
    "科技学教育农民生产业企社经济服务提高全民素质开能力以及等各级对行动重点化新时代制度机构动员众领导小组牵头配合"
    "為國會發設門縣區年關於實點進強組織單責辦學農產業企經濟務質開對動點時機構員眾領導組頭這來說個們與後過還"
    "，。、；：？！（）《》〈〉“”‘’「」『』【】〔〕—…·　％０１２３４５６７８９"
)

# Where browsers read GB 18030 otherwise than Python (WHATWG Encoding, 10.2; GB 18030-2022): A3 A0 is a wide blank, a
# byte 80 the euro sign, and characters that had no code point of their own have one now.
_GB18030 = {
    0xE5E5: 0x3000,
    0xDC80: 0x20AC,
    0xE7C7: 0x1E3F,
    **dict(zip(range(0xE78D, 0xE797), (0xFE10, 0xFE12, 0xFE11, *range(0xFE13, 0xFE1A)), strict=True)),
    **dict(zip((0xE81E, 0xE826, 0xE82B, 0xE82C, 0xE832, 0xE843, 0xE854, 0xE864), range(0x9FB4, 0x9FBC), strict=True)),
}

# Code points outside Char of XML 1.0 (5th edition, 2.2). RDF/XML cannot carry them, and they lie outside the value
# space of xsd:string. Form feed and vertical tab are page and line breaks of converted files.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_BREAKS = "\x0b\x0c"
_ESCAPED = re.compile("[\ud800-\udfff][\ud800-\udfff]*")  # one before the repetition: it is looked for much faster
_MAX_BROKEN = 0.01
_MAX_CONTROLS = 0.1
_UTF16_SHARE = 0.9
_HIGH_BYTES = bytes([0x00, 0x20, 0x30, *range(0x4E, 0xA0), *range(0xD8, 0xE0), 0xFF])


class Decoded(NamedTuple):
    """Decoded characters, and the positions that the bytes did not determine.

    Attributes:
        text: The characters, without a leading byte order mark.
        encoding: utf-8, utf-16-le, utf-16-be, utf-32-le, utf-32-be, gb18030 or big5.
        broken: Runs of U+FFFD that replace undecodable bytes.
        controls: Positions of characters that were replaced because no graph can hold them.
        cut: Whether the last of `broken` is a character truncated by the end of the file.
    """

    text: str
    encoding: str
    broken: tuple[Span, ...] = ()
    controls: tuple[int, ...] = ()
    cut: bool = False


def decode(data: bytes, *, name: str, declared: str | None = None) -> Decoded:
    """Decode the bytes of a text file.

    Args:
        data: The bytes.
        name: File name, for messages.
        declared: Encoding label declared in the file; breaks ties between readings that fit equally well.

    Raises:
        InputError: no encoding fits, or the bytes are not text.
    """
    raw = _marked(data) or _unmarked(data, FAMILIES.get(declared or ""))
    text, controls = clean(raw.text)
    _check(raw, data, name, len(controls))
    broken = [Span(*m.span()) for m in _ESCAPED.finditer(text)] if raw.n_broken else []
    text = _ESCAPED.sub(_replacement, text) if broken else text
    if raw.tail:
        broken.append(Span(len(text), len(text) + 1))
        text += "\ufffd"
    return Decoded(text=text, encoding=raw.encoding, broken=tuple(broken), controls=controls, cut=bool(raw.tail))


def clean(text: str) -> tuple[str, tuple[int, ...]]:
    r"""Replace, one for one, the characters that no graph can hold; return the text and their positions.

    Form feed and vertical tab become newlines and are not reported; all others become U+FFFD.

    Example:
        >>> clean("甲\x00乙\x0c")
        ('甲\ufffd乙\n', (1,))
    """
    if _UNFIT.search(text) is None:
        return text, ()
    places = tuple(m.start() for m in _UNFIT.finditer(text) if m[0] not in _BREAKS)
    return _UNFIT.sub(_fit, text), places


def _fit(match: re.Match[str]) -> str:
    return "\n" if match[0] in _BREAKS else "\ufffd"


def _replacement(match: re.Match[str]) -> str:
    return "\ufffd" * len(match[0])


class _Raw(NamedTuple):
    """One attempt: undecodable bytes appear as lone surrogates; `tail` is a truncated character at the end."""

    text: str
    encoding: str
    tail: bytes

    @property
    def n_broken(self) -> int:
        try:
            self.text.encode()
        except UnicodeEncodeError:
            return sum(len(m[0]) for m in _ESCAPED.finditer(self.text))
        return 0  # none is found faster so


def _try(data: bytes, encoding: str) -> _Raw:
    # A lone surrogate cannot come out of valid bytes, so it marks the invalid ones beyond doubt.
    errors = "surrogatepass" if encoding.startswith(("utf-16", "utf-32")) else "surrogateescape"
    decoder = codecs.getincrementaldecoder(_CODECS.get(encoding, encoding))(errors)
    text = decoder.decode(data, final=False)
    if encoding == "gb18030":
        text = text.translate(_GB18030)
    return _Raw(text, encoding, bytes(decoder.getstate()[0]))


def _marked(data: bytes) -> _Raw | None:
    for mark, encoding in MARKS:
        if data.startswith(mark):
            try:
                return _try(data[len(mark) :], encoding)
            except UnicodeDecodeError:  # UTF-32 beyond U+10FFFF: the mark was none
                continue
    return None


def _unmarked(data: bytes, declared: str | None) -> _Raw:
    wide = _wide(data)
    if wide and b"\0" in data:
        return _try(data, max(wide, key=wide.__getitem__))
    utf8 = _try(data, "utf-8")
    if not utf8.n_broken and not (wide and _UNFIT.search(utf8.text)):  # 省 in UTF-16 is \x01w, which is ASCII too
        return utf8
    trials = [utf8, *(_try(data, encoding) for encoding in ("gb18030", "big5", *wide))]
    return max(trials, key=lambda t: _score(t) + (0.1 if t.encoding == declared else 0.0))


def _wide(data: bytes) -> dict[str, float]:
    """Return the UTF-16 byte orders under which nearly all high bytes are those of hanzi, ASCII or punctuation."""
    found = {}
    for encoding, high in (("utf-16-le", data[1::2]), ("utf-16-be", data[: len(data) & ~1 : 2])):
        share = 1 - len(high.translate(None, _HIGH_BYTES)) / len(high) if high else 0.0
        if share >= _UTF16_SHARE:
            found[encoding] = share
    return found


def _score(trial: _Raw) -> float:
    """Return how much the characters outside printable ASCII resemble Chinese prose, from -1 to 1."""
    counts = Counter(trial.text)
    weights = [(_weight(char), n) for char, n in counts.items() if char > "\x7f" or _UNFIT.match(char)]
    total = sum(n for _, n in weights)
    return sum(weight * n for weight, n in weights) / total if total else 0.0


@cache
def _weight(char: str) -> float:
    if char in _FREQUENT:
        return 1.0
    if char in _common():
        return 0.6
    strange = char < "\xa0" or unicodedata.category(char) in {"Co", "Cs", "Cn"}
    return -1.0 if strange else 0.0


@cache
def _common() -> frozenset[str]:
    """Return the hanzi of level 1 of GB 2312 (ordered by sound) and of Big5 (by strokes): those in common use."""
    trails = range(0x40, 0xFF)
    gb = b"".join(bytes((lead, trail)) for lead in range(0xB0, 0xD8) for trail in trails if trail >= 0xA1)
    big5 = b"".join(bytes((lead, trail)) for lead in range(0xA4, 0xC7) for trail in trails)
    return frozenset(gb.decode("gb2312", "ignore") + big5.decode("big5", "ignore"))


def _check(raw: _Raw, data: bytes, name: str, controls: int) -> None:
    size = max(len(raw.text), 1)
    broken = raw.n_broken
    if controls > _MAX_CONTROLS * size or (broken > _MAX_BROKEN * size and b"\0" in data):
        raise InputError("is not a text (binary data)", where=name, cure="give a text or HTML file")
    if broken > _MAX_BROKEN * size:
        raise InputError(
            Message(
                "encoding not recognised ({broken} bytes do not decode even as {encoding}, the nearest)",
                broken=broken,
                encoding=raw.encoding,
            ),
            where=name,
            cure="save the file as UTF-8",
        )
