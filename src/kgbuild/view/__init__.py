"""Renders answers, documents and collections as charts, Markdown and HTML pages."""
