"""Answers and plans as pictures and pages."""
