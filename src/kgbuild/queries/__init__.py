"""Saved questions: templates with typed parameters, asked of a store; free queries where they can be killed.

Takes a name or a query and values in words; gives typed rows, tables and exports. Answers nothing itself: `store` does.
"""
