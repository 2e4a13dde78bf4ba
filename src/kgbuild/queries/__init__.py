"""Saved queries: templates with typed parameters, run on a store; user-written queries run where they can be killed.

Takes a name or a query and values in words; returns typed rows, tables and exports. `store` computes the answers.
"""
