"""What kgbuild says in Chinese: the catalogue of messages, for help, for errors, for the pages of the server.

The words stand in `locale/zh/LC_MESSAGES/kgbuild.po`; `.ci/messages.py` brings it up to date and compiles it. English
is the language of the code, so a message without a translation is shown in English.
"""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from kgbuild.errors import Message, shown

if TYPE_CHECKING:
    from collections.abc import Callable

DOMAIN = "kgbuild"
LOCALE = Path(__file__).parent / "locale"
PLACED, CURED = "{where}: {what}", "{what}; {cure}"
"""How the parts of an error are joined."""


class Problem(Protocol):
    """An error with its three parts, as `KgbuildError` has them."""

    what: str
    where: str | None
    cure: str | None


@cache
def _catalogue(lang: str) -> Callable[[str], str]:
    return gettext.translation(DOMAIN, LOCALE, [lang], fallback=True).gettext


def translated(text: str, lang: str) -> str:
    """Return a text in a language: a `Message` with its values, any other text as it stands in the catalogue.

    Args:
        text: An English text.
        lang: `zh` or `en`.

    Example:
        >>> translated(Message("cannot be read ({reason})", reason="No such file or directory"), "zh")
        '无法读取（没有这个文件或文件夹）'
    """
    if not text:
        return text
    say = _catalogue(lang)
    if not isinstance(text, Message):
        return say(text)
    values = {name: translated(v, lang) if isinstance(v, str) else v for name, v in text.values.items()}
    return say(text.template).format(**values)


def told(error: Problem, lang: str) -> str:
    """Return the message of an error in a language, safe to print.

    Example:
        >>> from kgbuild.errors import InputError
        >>> error = InputError("is closed", where="standard input", cure="give a file")
        >>> told(error, "zh")
        '标准输入：已关闭；请给出文件'
        >>> told(error, "en") == str(error)
        True
    """
    text = translated(error.what, lang)
    if error.where:
        text = _catalogue(lang)(PLACED).format(where=translated(error.where, lang), what=text)
    if error.cure:
        text = _catalogue(lang)(CURED).format(what=text, cure=translated(error.cure, lang))
    return shown(text)
