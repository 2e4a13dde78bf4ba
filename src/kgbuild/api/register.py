"""Queries on the register of bodies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbuild.api.files import settings_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def bodies_named(
    names: Iterable[str], *, place: str | None = None, date: str | None = None, config: Path | None = None
) -> list[dict[str, object]]:
    """Return what the register says about each name: its body and how it was found, or the candidates.

    Args:
        names: Names as written in texts.
        place: Name or code of the division in whose context they are read; None if the names contain it.
        date: Year, month or day as of which they are read; None for any time.
        config: Configuration; None = the nearest kgbuild.toml above the working directory.

    Raises:
        UsageError: the place is unknown or ambiguous, or the date is invalid.
    """
    from kgbuild.lexicon import load_lexicon
    from kgbuild.link import resolve
    from kgbuild.link.lookup import context_at, record

    lexicon = load_lexicon(settings_of("-", config, None))
    context = context_at(place, date, lexicon)
    return [record(name, resolve(name, context, lexicon), lexicon) for name in names]


def body_over_time(
    name: str, *, place: str | None = None, date: str | None = None, config: Path | None = None
) -> list[dict[str, object]]:
    """Return the body that a name denotes with its predecessors and successors; arguments as for `bodies_named`.

    An ambiguous name yields one entry with its candidates.

    Raises:
        UsageError: the place is unknown or ambiguous, or the date is invalid.
    """
    from kgbuild.lexicon import load_lexicon
    from kgbuild.link import resolve
    from kgbuild.link.lookup import context_at, history

    lexicon = load_lexicon(settings_of("-", config, None))
    return history(name, resolve(name, context_at(place, date, lexicon), lexicon), lexicon)
