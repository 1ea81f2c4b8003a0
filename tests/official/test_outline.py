"""Nesting rebuilt from designators alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.official.designators import cut
from advisor.official.labels import ROMANS, readings
from advisor.official.outline import CFR, STATE, USC, Scheme, Token, solve
from advisor.official.wording import Wording, fold

_ROMAN = {value: name for name, value in ROMANS.items()}


def _solve(labels: str, scheme: Scheme = CFR) -> list[str]:
    """Solve labels such as "a 1 i A *1"; a star marks italics, "before>" text that stood before."""
    tokens = [Token(label.lstrip("*"), italic=label.startswith("*")) for label in labels.split()]
    return [".".join(path) for path in solve(tokens, scheme)]


@pytest.mark.parametrize(
    ("labels", "paths"),
    [
        ("a 1 i ii 2 b", "a a.1 a.1.i a.1.ii a.2 b"),
        ("g h i j", "g h i j"),
        ("h 1 2 i j", "h h.1 h.2 i j"),
        ("h 1 i ii 2 i ii i j", "h h.1 h.1.i h.1.ii h.2 h.2.i h.2.ii i j"),
        ("u v 1 i ii iii iv v vi w", "u v v.1 v.1.i v.1.ii v.1.iii v.1.iv v.1.v v.1.vi w"),
        (
            "a 1 i A *1 *2 *i *ii B ii",
            "a a.1 a.1.i a.1.i.A a.1.i.A.1 a.1.i.A.2 a.1.i.A.2.i a.1.i.A.2.ii a.1.i.B a.1.ii",
        ),
        ("b c 1 2 d", "b c c.1 c.2 d"),
        ("y z aa bb cc", "y z aa bb cc"),
    ],
)
def test_cfr(labels: str, paths: str) -> None:
    wanted = paths.split()
    assert _solve(labels) == wanted


def test_code_goes_letter_number_capital_roman() -> None:
    wanted = "a a.1 a.1.A a.1.A.i a.1.A.i.I a.1.A.i.II a.1.A.ii a.1.B a.2 b"
    assert " ".join(_solve("a 1 A i I II ii B 2 b", USC)) == wanted


def test_letters_may_open_a_level_below_again() -> None:
    found = _solve("a 3 B iii V a b VI iv b", USC)
    assert found[5:8] == ["a.3.B.iii.V.a", "a.3.B.iii.V.b", "a.3.B.iii.VI"]
    assert found[-1] == "b"


def test_states_mix_numbers_with_full_stops() -> None:
    tokens = [Token("1", stop=True), Token("1"), Token("2"), Token("a"), Token("b"), Token("2", stop=True)]
    assert solve(tokens, STATE) == [("1",), ("1", "1"), ("1", "2"), ("1", "2", "a"), ("1", "2", "b"), ("2",)]


def test_a_range_of_reserved_paragraphs_is_passed_over() -> None:
    tokens = [Token("a"), Token("b", through="d"), Token("e")]
    assert solve(tokens, CFR) == [("a",), ("b",), ("e",)]


def test_a_defined_term_is_a_level() -> None:
    tokens = [Token('"One"', term=True), Token("1"), Token("2"), Token('"Two"', term=True), Token("1")]
    assert solve(tokens, CFR) == [('"One"',), ('"One"', "1"), ('"One"', "2"), ('"Two"',), ('"Two"', "1")]


def _name(kind: str, place: int) -> str:
    if kind in ("a", "A"):
        letters = chr(ord(kind) + (place - 1) % 26)
        return letters * (1 + (place - 1) // 26)
    return _ROMAN[place] if kind.startswith("i") else str(place)


@st.composite
def _outlines(draw: st.DrawFn) -> list[tuple[str, ...]]:
    """A well-formed outline of the CFR: every list has at least two items, levels come in their order."""
    kinds = CFR.levels[: draw(st.integers(1, 5))]
    paths: list[tuple[str, ...]] = []

    def grow(depth: int, above: tuple[str, ...]) -> None:
        for place in range(1, draw(st.integers(2, 4)) + 1):
            own = (*above, _name(kinds[depth].rstrip("*"), place))
            paths.append(own)
            if depth + 1 < len(kinds) and draw(st.booleans()):
                grow(depth + 1, own)

    grow(0, ())
    return paths


@given(_outlines())
def test_any_well_formed_outline_is_rebuilt(paths: list[tuple[str, ...]]) -> None:
    tokens = [Token(path[-1], italic=len(path) > 4) for path in paths]
    assert solve(tokens, CFR) == paths


@given(st.lists(st.sampled_from(["a", "b", "c", "i", "ii", "v", "x", "1", "2", "3", "A", "B", "I", "aa"]), max_size=12))
def test_any_sequence_has_a_reading(labels: list[str]) -> None:
    paths = solve([Token(label) for label in labels], USC)
    assert [path[-1] for path in paths] == labels


def test_labels_are_read_in_every_way() -> None:
    assert dict(readings("i")) == {"a": 9, "i": 1}
    assert dict(readings("aa")) == {"a": 27, "aa": 1}
    assert dict(readings("12")) == {"1": 12}
    assert readings("SEVIS") == ()
    assert readings("Ab") == ()
    first, second = dict(readings("b1")), dict(readings("b"))
    assert second["a"] < first["a"] < second["a"] + 1


def test_one_paragraph_opens_several_levels() -> None:
    wording = Wording.of(
        [("(j) ", False), ("Guests", True), ("—(1) ", False), ("General.", True), (" (i) They come.", False)]
    )
    pieces = cut(wording)
    assert [p.wording.text for p in pieces] == ["(j) Guests—", "(1) General.", "(i) They come."]
    assert [p.heading for p in pieces] == ["Guests", "General", ""]
    assert [p.joined for p in pieces] == [False, True, False]
    joined = "".join(("" if p.joined else " ") + p.wording.text for p in pieces).strip()
    assert joined == wording.text


def test_a_list_in_the_sentence_is_cut_only_when_it_is_one() -> None:
    listed = cut(Wording("(a) Pay in the form of: (1) a check; (2) a money order; or (3) coins."))
    assert [p.token.label for p in listed if p.token] == ["a", "1", "2", "3"]
    assert len(cut(Wording("(a) See paragraph (b)(1) of this section and form (i) for thirty (30) days."))) == 1


def test_abbreviations_and_years_are_no_designators() -> None:
    assert cut(Wording("(SEVIS) is a system."))[0].token is None
    assert cut(Wording("(2021) was a year."))[0].token is None


@given(st.lists(st.tuples(st.text(alphabet="ab \n\t.", max_size=8), st.booleans()), max_size=8))
def test_folding_keeps_every_character(runs: list[tuple[str, bool]]) -> None:
    wording = Wording.of(runs)
    assert wording.text == fold("".join(text for text, _ in runs))
    assert all(0 <= a < b <= len(wording.text) for a, b in wording.emphasis)
