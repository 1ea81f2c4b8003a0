"""A document for the index whose one section is far longer than a message may be."""

from __future__ import annotations

__all__ = ["BICYCLE", "long_document"]

BICYCLE = "where may an observer park a bicycle"
"""What the document answers."""

_HEAD = """---
id: parking
title: Parking
jurisdiction: us
topics: [observership.conduct]
audience: [graduate]
reviewed: 2026-11-01
sources:
  rules:
    citation: Parking rules
    url: https://www.example.org/parking
    publisher: A teaching hospital
    kind: program
    checked: seen
---

## Where may an observer park a bicycle? {#park}

::: asks
- where may an observer park a bicycle
- bicycle parking for observers
- can i bring my bike to the hospital as an observer
:::

"""


def long_document(statements: int) -> str:
    """The document with so many statements, of about a hundred characters each."""
    lines = [
        f"- Stand {number} for a bicycle is behind gate {number}, where the guard of that gate looks after it. [@rules]"
        for number in range(1, statements + 1)
    ]
    return _HEAD + "\n".join(lines) + "\n"
