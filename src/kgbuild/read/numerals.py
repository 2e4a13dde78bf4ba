"""Numbers as word processors print them in automatic lists (ECMA-376-1, 17.18.59: ST_NumberFormat)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# Digits and tens in ordinary, formal simplified and formal traditional script.
TO_TEN = "一二三四五六七八九十"
_PLAIN = f"零{TO_TEN}百千"
LEGAL, _TRADITIONAL = "零壹贰叁肆伍陆柒捌玖拾佰仟", "零壹貳參肆伍陸柒捌玖拾佰仟"
_ZERO = "〇"
STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl")),
    *((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)


def _counted(value: int, script: str, *, bare_ten: bool) -> str:
    """Write a number below 10,000 with 十, 百, 千: 一百零三; 十二 or 一十二."""
    out, gap = "", False
    for power, unit in ((3, script[12]), (2, script[11]), (1, script[10]), (0, "")):
        digit = value // 10**power % 10
        if digit:
            out += (script[0] if gap and out else "") + script[digit] + unit
        gap = not digit
    if bare_ten and 10 <= value < 20:
        out = out.removeprefix(script[1])
    return out or script[0]


def _digits(value: int, zero: str = _ZERO) -> str:
    return "".join(zero if c == "0" else _PLAIN[int(c)] for c in str(value))


def _counting(value: int) -> str:
    return _counted(value, _PLAIN, bare_ten=True) if value < 100 else _digits(value)


def _from(first: int, last: int) -> Callable[[int], str]:
    """Return a formatter for characters that are consecutive in Unicode; numbers beyond them in plain digits."""
    return lambda value: chr(first + value - 1) if 1 <= value <= last - first + 1 else str(value)


def _circled(value: int) -> str:
    for base, low, high in ((0x2460, 1, 20), (0x3251, 21, 35), (0x32B1, 36, 50)):
        if low <= value <= high:
            return chr(base + value - low)
    return str(value)


def _letters(value: int) -> str:
    return chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1) if 0 < value <= 780 else str(value)


def _roman(value: int) -> str:
    if not 0 < value < 4000:
        return str(value)
    out = ""
    for worth, sign in _ROMAN:
        out += sign * (value // worth)
        value %= worth
    return out


def _cycle(signs: str) -> Callable[[int], str]:
    return lambda value: signs[(value - 1) % len(signs)] if value > 0 else str(value)


_WIDE = str.maketrans("0123456789", "".join(chr(0xFF10 + i) for i in range(10)))
_FORMATS: dict[str, Callable[[int], str]] = {
    "decimalZero": lambda n: f"{n:02}",
    "upperRoman": lambda n: _roman(n).upper(),
    "lowerRoman": _roman,
    "upperLetter": lambda n: _letters(n).upper(),
    "lowerLetter": _letters,
    "chineseCounting": _counting,
    "taiwaneseCounting": _counting,
    "chineseCountingThousand": lambda n: _counted(n, _PLAIN, bare_ten=True),
    "taiwaneseCountingThousand": lambda n: _counted(n, _PLAIN, bare_ten=True),
    "japaneseCounting": lambda n: _counted(n, _PLAIN, bare_ten=True),
    "koreanCounting": lambda n: _counted(n, _PLAIN, bare_ten=True),
    "ideographDigital": _digits,
    "japaneseDigitalTenThousand": _digits,
    "taiwaneseDigital": _digits,
    "chineseLegalSimplified": lambda n: _counted(n, LEGAL, bare_ten=False),
    "ideographLegalTraditional": lambda n: _counted(n, _TRADITIONAL, bare_ten=False),
    "japaneseLegal": lambda n: _counted(n, _TRADITIONAL, bare_ten=False),
    "ideographTraditional": _cycle(STEMS),
    "ideographZodiac": _cycle(_BRANCHES),
    "ideographEnclosedCircle": _from(0x3280, 0x3289),
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalEnclosedParen": _from(0x2474, 0x2487),
    "decimalEnclosedFullstop": _from(0x2488, 0x249B),
    "decimalFullWidth": lambda n: str(n).translate(_WIDE),
    "decimalFullWidth2": lambda n: str(n).translate(_WIDE),
    "numberInDash": lambda n: f"- {n} -",
    "none": lambda _: "",
    "bullet": lambda _: "",
}


def format_number(value: int, form: str) -> str:
    """Return a number in a number format of ECMA-376; unknown formats count as decimal.

    Args:
        value: The number, from 0.
        form: Name of the format (ST_NumberFormat).

    Example:
        >>> [format_number(12, form) for form in ("chineseCounting", "chineseLegalSimplified", "decimal")]
        ['十二', '壹拾贰', '12']
    """
    if not 0 <= value < 10_000:
        return str(value)
    return _FORMATS.get(form, str)(value)
