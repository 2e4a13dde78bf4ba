"""Proof of a graph by its sources: verify, explain, find again what moved, say where a fact stands.

Takes quads, read texts and documents built again; gives reports and places, and never changes a
graph but to fit it to a source that moved (`relocate`). Builds nothing itself: who calls does.
"""
