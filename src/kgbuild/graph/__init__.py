"""Entities → quads: emit, reason, serialise. Pure."""
