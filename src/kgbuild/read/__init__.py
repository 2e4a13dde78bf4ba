"""Bytes to SourceText: sniff, decode, one module per format."""

from kgbuild.read.source import read_bytes

__all__ = ["read_bytes"]
