"""Indicators: figures that state a result to reach, and the day by which it is due.

Takes spans of text, and tables, and returns mentions with value, unit and direction.
"""

from kgbuild.extract.indicators.doubtful import find_untold
from kgbuild.extract.indicators.find import days_of, find_indicators, find_unread, looks_back, sets_no_targets
from kgbuild.extract.indicators.tables import read_indicator_tables

__all__ = [
    "days_of",
    "find_indicators",
    "find_unread",
    "find_untold",
    "looks_back",
    "read_indicator_tables",
    "sets_no_targets",
]
