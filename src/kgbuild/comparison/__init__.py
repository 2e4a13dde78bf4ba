"""Two plans side by side: which action became which, and what was gained and lost.

Takes the nodes of two graphs (`plan.py`), gives pairs of actions with a grade (`alignment.py`), the changes that they
show (`changes.py`), and these as rows, Markdown, JSON, RDF and a page. Pure: no file, clock or network. The facade's
function `diff` reads the inputs.
"""
