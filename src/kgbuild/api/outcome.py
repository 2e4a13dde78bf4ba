"""The outcome of work on one input: a value, or the error that it ended with."""

from __future__ import annotations

import os
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from kgbuild.errors import InputError, InternalError, KgbuildError, refused

if TYPE_CHECKING:
    from collections.abc import Callable

Item = TypeVar("Item")
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome(Generic[Item, Value]):
    """The outcome of one input: exactly one of value and error is set."""

    item: Item
    value: Value | None = None
    error: KgbuildError | None = None


def outcome_of(work: Callable[[Item], Value], item: Item) -> Outcome[Item, Value]:
    """Return the outcome of one item; any exception except those that end the process becomes an error."""
    try:
        return Outcome(item=item, value=work(item))
    except KgbuildError as e:
        return Outcome(item=item, error=e)
    except BrokenPipeError:  # the reader of our output is gone; not the fault of the item
        raise
    except MemoryError:
        error: KgbuildError = InputError("out of memory", where=str(item), cure="give a smaller input")
        return Outcome(item=item, error=error)
    except OSError as e:  # a full disk, a file that has gone
        return Outcome(item=item, error=refused(e, where=str(item)))
    except Exception as e:  # a bug triggered by one input must not affect the others
        if os.environ.get("KGBUILD_DEBUG"):
            traceback.print_exc()
        return Outcome(item=item, error=InternalError.of(e, where=str(item)))
