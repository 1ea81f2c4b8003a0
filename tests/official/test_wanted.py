"""The list of wanted texts."""

from __future__ import annotations

from pathlib import Path

import pytest

from advisor.errors import InputError
from advisor.official.citation import parse_citation
from advisor.official.readers import READERS, read_file
from advisor.official.wanted import load_wanted

LIST = Path(__file__).resolve().parents[2] / "corpus" / "official.toml"


def test_the_list_of_the_corpus_is_in_order() -> None:
    wanted = load_wanted(LIST)
    cited = {str(c) for text in wanted.texts for c in text.citations}
    assert {"22 CFR part 62", "8 CFR 214.2(j)", "8 USC 1182(e)", "8 USC 1184(l)", "45 CFR part 50"} <= cited
    assert all(p.format in READERS for p in wanted.publishers.values())
    assert all(p.base.startswith("https://") for p in wanted.publishers.values())
    for text in wanted.texts:  # the U.S. Code comes by whole titles, the CFR by section or part
        assert text.publisher == "uscode" or len({(c.title, c.section) for c in text.citations}) <= 1


def test_bases_can_be_set(tmp_path: Path) -> None:
    assert load_wanted(LIST, {"ecfr": "http://127.0.0.1:1/"}).publishers["ecfr"].base == "http://127.0.0.1:1"
    with pytest.raises(InputError, match="publisher nobody"):
        load_wanted(LIST, {"nobody": "http://127.0.0.1:1"})


def test_covers_only_what_is_wanted(data: Path) -> None:
    text = load_wanted(LIST).text("8-cfr-248").model_copy()
    paragraphs = read_file(data / "ecfr_part.xml").paragraphs
    assert all(text.covers(p) for p in paragraphs)
    other = load_wanted(LIST).text("22-cfr-41.31")
    assert not any(other.covers(p) for p in paragraphs)
    assert other.citations == (parse_citation("22 CFR 41.31"),)


BAD = {
    "texts = [": "not valid TOML",
    "texts = []": "publishers",
    'texts = [{ key = "A B", publisher = "ecfr" }]\n[publishers]': "key",
    'texts = [{ key = "a", publisher = "x", path = "y" }]\n[publishers]': "no publisher x",
    'texts = [{ key = "a", publisher = "ecfr", cites = ["nonsense"] }]\n[publishers]': "cannot read 'nonsense'",
    'texts = [{ key = "a", publisher = "ecfr" }]\n[publishers]': "need `cites`",
    'texts = [{ key = "a", publisher = "govuk" }]\n[publishers]': "need `path`",
    'texts = [{ key = "a", publisher = "govuk", path = "x", colour = "red" }]\n[publishers]': "colour",
}


@pytest.mark.parametrize(("content", "told"), BAD.items())
def test_mistakes_are_told_with_the_file(tmp_path: Path, content: str, told: str) -> None:
    path = tmp_path / "official.toml"
    path.write_text(content)
    with pytest.raises(InputError, match=r"official\.toml: ") as raised:
        load_wanted(path)
    assert told in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_missing_list_and_a_key_used_twice(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        load_wanted(tmp_path / "none.toml")
    path = tmp_path / "official.toml"
    one = '{ key = "a", publisher = "govuk", path = "x" }'
    publisher = '[publishers]\ngovuk = { name = "n", base = "https://x.org", format = "govuk-json", kind = "guidance" }'
    path.write_text(f"texts = [{one}, {one}]\n{publisher}")
    with pytest.raises(InputError, match="used twice"):
        load_wanted(path)
