"""Annotations → triples → closure → text formats. Pure: no file, no clock, no network."""
