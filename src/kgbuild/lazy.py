"""Package names and patterns that are made on first use, so that each command loads only what it needs."""

from __future__ import annotations

import re
import sys
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def lazy_pattern(source: str, flags: int = 0) -> re.Pattern[str]:
    r"""Return a pattern of `re` that is compiled when it is first asked for a match.

    For the patterns of a module that most documents do not need: compiling one takes as long as reading a sentence.

    Example:
        >>> digits = lazy_pattern(r"\d+")
        >>> digits.pattern, digits.findall("1 和 22")
        ('\\d+', ['1', '22'])
    """
    return cast("re.Pattern[str]", _Pattern(source, flags))


class _Pattern:
    def __init__(self, source: str, flags: int) -> None:
        self.pattern, self._flags = source, flags

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self.pattern, self._flags)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a pattern has
        value = getattr(self._compiled, name)
        setattr(self, name, value)  # found without this function next time
        return value


def lazy_names(package: str, homes: Mapping[str, str]) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Return the `__getattr__` and `__dir__` of a package.

    Args:
        package: Its `__name__`.
        homes: Module → names that it defines, separated by blanks; a module of the package, or a full name
            (`kgbuild.model`).

    Example:
        >>> load, _ = lazy_names("kgbuild.store", {"index": "Index"})
        >>> load("Index").__name__
        'Index'
    """
    home_of = {name: home for home, names in homes.items() for name in names.split()}

    def load(name: str) -> object:
        if name not in home_of:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        home = home_of[name]
        module = import_module(home if home.startswith("kgbuild.") else f"{package}.{home}")
        value = getattr(module, name)
        setattr(sys.modules[package], name, value)
        return value

    def names() -> list[str]:
        return sorted({*vars(sys.modules[package]), *home_of})

    return load, names
