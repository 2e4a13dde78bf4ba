"""Proof of a graph by its sources: verify, explain, relocate, and locate facts in their source.

Takes quads, read texts and rebuilt documents; returns reports and places. A graph is modified only by `relocate`. The
room builds nothing itself; rebuilding is the task of the caller.
"""
