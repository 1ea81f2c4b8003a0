"""Rebuilds the nesting of legal paragraphs from their designators alone.

Publishers print "(a)", "(1)", "(i)" one after another without saying what is inside what, and a label alone is
ambiguous: "(i)" after "(h)" is a letter or opens a list of roman numerals. The solver reads a whole section at
once and keeps the reading with the fewest irregularities (a gap in an order, a skipped level, a list of one, a
list that was announced by a colon and does not follow). It is a shortest path over stacks of open levels, kept
narrow by dropping all but the best few stacks at each step.

The order of levels is the Government Publishing Office's: for the CFR (a)(1)(i)(A), then italic digits and
italic romans (Document Drafting Handbook); for the Code (a)(1)(A)(i)(I)(aa)(AA) (Drafting Manual of the House).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from advisor.official.labels import readings

__all__ = ["CFR", "STATE", "USC", "Scheme", "Token", "solve"]


@dataclass(frozen=True)
class Scheme:
    """The usual order of levels in a body of law.

    Attributes:
        levels: Kinds of labels from the outermost in; "1*" and "i*" are italic.
        strict: Whether levels normally come in this order; otherwise any new kind may open a level.
    """

    levels: tuple[str, ...]
    strict: bool = True


CFR: Final = Scheme(("a", "1", "i", "A", "1*", "i*"))
USC: Final = Scheme(("a", "1", "A", "i", "I", "aa", "AA"))
STATE: Final = Scheme(("1.", "a", "1", "a.", "A", "i", "I", "A.", "i.", "aa"), strict=False)


@dataclass(frozen=True)
class Token:
    """One designator in reading order.

    Attributes:
        label: The label without brackets.
        italic: Whether it is set in italics; None where the source does not keep italics.
        opens: Whether it stands inside the paragraph that the previous designator began, so that it must
            open a
            level inside it.
        through: Last label of a range such as "(b)-(d) [Reserved]".
        stop: Whether the label is followed by a full stop instead of standing in brackets.
        before: The last characters of the text before it.
        term: A defined term that is itself a level, for paragraphs that have no designator.
        reset: Whether everything open is closed before it.
    """

    label: str
    italic: bool | None = None
    opens: bool = False
    through: str | None = None
    stop: bool = False
    before: str = ""
    term: bool = False
    reset: bool = False


_Level = tuple[str, float, str]  # kind, place in its order, label
_Stack = tuple[_Level, ...]
_BEAM = 48
_ANNOUNCES = re.compile(r"[:—-]\s*$")
_CONTINUES = re.compile(r"([;,]|[;,] (and|or)|\b(and|or))\s*$")


def solve(tokens: Sequence[Token], scheme: Scheme) -> list[tuple[str, ...]]:
    """Return the path of labels of every token.

    Args:
        tokens: The designators of one section, in reading order.
        scheme: The order of levels to expect.

    Returns:
        One path for each token; the last element of a path is the token's own label.
    """
    beam: dict[_Stack, tuple[float, int]] = {(): (0.0, -1)}
    nodes: list[tuple[int, tuple[str, ...]]] = []  # (index of the node before, path)
    for token in tokens:
        following: dict[_Stack, tuple[float, int, tuple[str, ...]]] = {}
        for stack, (cost, node) in beam.items():
            for extra, new in _moves(stack, token, scheme):
                path = (*(level[2] for level in new[:-1]), token.label)
                known = following.get(new)
                if known is None or cost + extra < known[0]:
                    following[new] = (cost + extra, node, path)
        best = sorted(following.items(), key=lambda item: item[1][0])[:_BEAM]
        beam = {}
        for stack, (cost, node, path) in best:
            nodes.append((node, path))
            beam[stack] = (cost, len(nodes) - 1)
    _, (_, node) = min(beam.items(), key=lambda item: item[1][0] + _lonely(item[0], 0))
    paths: list[tuple[str, ...]] = []
    while node >= 0:
        node, path = nodes[node]
        paths.append(path)
    return paths[::-1]


def _moves(stack: _Stack, token: Token, scheme: Scheme) -> list[tuple[float, _Stack]]:
    """List the stacks that a token can lead to, each with its cost."""
    if token.reset:
        stack = ()
    if token.term:
        return [(0.0, _with_term(stack, token.label))]
    moves: list[tuple[float, _Stack]] = []
    announced = bool(_ANNOUNCES.search(token.before))
    continued = bool(_CONTINUES.search(token.before))
    for kind, place in _kinds(token):
        last = _last_place(token, kind, place)
        italics = _italics_cost(kind, token)
        for depth, (level, previous, _) in enumerate(stack):
            if level != kind:
                continue
            cost = italics + _lonely(stack, depth + 1) + _step_cost(place - previous)
            cost += 0.7 if announced else 0.0
            cost += 20.0 if token.opens else 0.0
            moves.append((cost, (*stack[:depth], (kind, last, token.through or token.label))))
        again = any(level == kind for level, _, _ in stack)
        if not again or (place == 1 and stack[-1][0] != kind):
            cost = italics + _child_cost(stack, kind, scheme) + (0.0 if place == 1 else 3.0)
            cost = max(cost, 2.5) if again else cost
            cost += 0.7 if continued and not token.opens else 0.0
            moves.append((cost, (*stack, (kind, last, token.through or token.label))))
    return moves or [(30.0, (*stack, ("?", 0.0, token.label)))]


def _kinds(token: Token) -> list[tuple[str, float]]:
    """Return the readings of a token as levels, italic and full-stop variants told apart."""
    found: list[tuple[str, float]] = []
    for kind, place in readings(token.label):
        if token.stop:
            found.append((f"{kind}.", place))
            continue
        found.append((kind, place))
        if kind in ("1", "i") and token.italic is not False:
            found.append((f"{kind}*", place))
    if token.italic is False:
        found += [(f"{kind}*", place) for kind, place in readings(token.label) if kind in ("1", "i")]
    return found


def _italics_cost(kind: str, token: Token) -> float:
    if token.italic is None:
        return 0.2 if kind.endswith("*") else 0.0
    if token.italic:
        return 0.0 if kind.endswith("*") else 4.0
    return 2.0 if kind.endswith("*") else 0.0


def _last_place(token: Token, kind: str, place: float) -> float:
    if token.through is None:
        return place
    ends = [end for k, end in readings(token.through) if k == kind.rstrip("*.")]
    return max([place, *ends])


def _step_cost(step: float) -> float:
    """Cost of going on in an order: nothing for the next, more for a gap, most for going back."""
    if 0 < step <= 1:
        return 0.0
    return 6.0 if step <= 0 else min(2.0 + 0.3 * step, 6.0)


def _child_cost(stack: _Stack, kind: str, scheme: Scheme) -> float:
    """Cost of opening a level of this kind inside the innermost open one."""
    if stack and stack[-1][0] == "term":
        return 0.3 if kind in (*scheme.levels[:2], "i") else 1.0
    if kind not in scheme.levels:
        return 3.0
    if not scheme.strict:
        return 0.3
    index = scheme.levels.index(kind)
    parent = next((scheme.levels.index(k) for k, _, _ in reversed(stack) if k in scheme.levels), -1)
    if any(k == "term" for k, _, _ in stack) and index > parent:
        return 0.3
    return 1.5 * (index - parent - 1) if index > parent else 4.0


def _lonely(stack: _Stack, depth: int) -> float:
    """Penalty for closing levels that hold only one paragraph: a list of one is rare."""
    return 0.5 * sum(1 for kind, place, _ in stack[depth:] if place == 1 and kind != "term")


def _with_term(stack: _Stack, label: str) -> _Stack:
    """Put a defined term beside the last one, or inside what is open."""
    for depth, (kind, _, _) in enumerate(stack):
        if kind == "term":
            return (*stack[:depth], ("term", 0.0, label))
    return (*stack, ("term", 0.0, label))
