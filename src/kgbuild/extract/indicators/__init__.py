"""Indicators: clauses with a figure for a result to be reached, and the day by which it is due.

Takes stretches of text and gives mentions with the figure as a number, its unit and its direction.
"""

from kgbuild.extract.indicators.find import days_of, find_indicators, find_unread, sets_no_targets

__all__ = ["days_of", "find_indicators", "find_unread", "sets_no_targets"]
