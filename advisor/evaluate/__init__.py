"""Measuring search and answers, and fitting what is learned.

Its modules are imported one by one: a rebuild needs the gate alone, and the others take a while.
"""

__all__: list[str] = []
