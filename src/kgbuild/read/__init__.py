"""Bytes → `SourceText`: detect the format, decode, and read it with the reader for that format (one module each)."""

from kgbuild.read.source import read_bytes

__all__ = ["read_bytes"]
