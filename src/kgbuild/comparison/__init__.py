"""Comparison of two plans: which action corresponds to which, and what was gained and lost.

Takes the nodes of two graphs (`plan.py`), aligns their actions with a grade (`alignment.py`), derives the changes
(`changes.py`) and renders them as rows, Markdown, JSON, RDF and a page. Pure: no file, clock or network. The inputs are
read by the function `diff` of the facade.
"""
