"""Bytes → `SourceText`: detect the format, decode, and read it with the reader for that format (one module each)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbuild.lazy import lazy_names

if TYPE_CHECKING:
    from kgbuild.read.source import read_bytes

__all__ = ["read_bytes"]

# Inputs are told apart by `read.sniff` alone; the readers are loaded once something is read.
__getattr__, __dir__ = lazy_names(__name__, {"source": "read_bytes"})
