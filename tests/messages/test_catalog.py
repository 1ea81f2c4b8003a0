"""The catalogues hold every message that the bot says, whole, and within the limits of the platform."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from advisor.messages import LOCALES, translate
from advisor.telegram import texts
from tests.tools.messages import FOLDER, UnknownMessageError, messages, read

LANGUAGES = LOCALES[1:]
MESSAGES = messages()

COMMAND_LIMIT, DESCRIPTION_LIMIT, SHORT_DESCRIPTION_LIMIT, MESSAGE_LIMIT = 256, 512, 120, 4096
"""UTF-16 units that the platform takes (core.telegram.org/bots/api)."""

_KEPT = re.compile(r"/[a-z]+|[a-z]+\.com|\d+(?:\.\d+)*(?:\([a-z0-9]+\))*|ECFMG|USMLE|CFR|INA|USC|B-1")
"""What stays as it is: commands, sites, numbers and citations, names."""

_CONTROLS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def units(text: str) -> int:
    """UTF-16 units of a text."""
    return len(text.encode("utf-16-le")) // 2


def fields(text: str) -> list[str]:
    """The names of the placeholders, sorted."""
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def catalog(language: str) -> Catalog:
    return read(language)


def translations(catalog: Catalog) -> dict[str, str]:
    return {str(entry.id): str(entry.string) for entry in catalog if entry.id}


def test_each_language_has_a_file_and_no_other():
    assert {path.stem for path in FOLDER.iterdir()} == set(LANGUAGES)


def test_messages_of_every_kind_are_found():
    assert {texts.START, texts.COMMANDS[0][1], "as of {date}", "not verified", "closed", "More"} <= set(MESSAGES)


def test_holds_every_message_in_use_and_no_other(catalog: Catalog):
    assert sorted(translations(catalog)) == MESSAGES
    assert not catalog.obsolete


def test_every_message_is_translated(catalog: Catalog):
    for message, text in translations(catalog).items():
        assert text, message
        assert text == text.strip()
        assert text != message
        assert "  " not in text


def test_is_well_formed(language: str, catalog: Catalog, capfd: pytest.CaptureFixture[str]):
    assert str(catalog.locale) == language
    assert not catalog.fuzzy
    assert not any(entry.fuzzy or list(entry.check(catalog)) for entry in catalog if entry.id)
    output = capfd.readouterr()
    assert output.out + output.err == ""


def test_placeholders_commands_numbers_and_lines_are_kept(catalog: Catalog):
    for message, text in translations(catalog).items():
        assert fields(text) == fields(message), text
        assert sorted(_KEPT.findall(text)) == sorted(_KEPT.findall(message)), text
        assert text.count("\n") == message.count("\n"), text


def test_lists_of_commands_keep_their_order(catalog: Catalog):
    text = translations(catalog)[texts.HELP]
    assert re.findall(r"^/[a-z]+", text, re.M) == re.findall(r"^/[a-z]+", texts.HELP, re.M)


def test_needs_no_control_marks(catalog: Catalog):
    assert not any(_CONTROLS.search(text) for text in translations(catalog).values())


def test_is_in_the_script_of_its_language(language: str, catalog: Catalog):
    scripts = {"ar": "\u0600-\u06ff", "hi": "\u0900-\u097f", "ru": "\u0400-\u04ff", "zh": "\u4e00-\u9fff"}
    script = scripts.get({"fa": "ar", "ur": "ar"}.get(language, language), "A-Za-z")
    assert all(re.search(f"[{script}]", text) for text in translations(catalog).values())


@pytest.mark.parametrize("language", LOCALES)
def test_limits_of_the_platform_hold(language: str):
    for _, what in texts.COMMANDS:
        assert 1 <= units(translate(language, what)) <= COMMAND_LIMIT
    assert units(translate(language, texts.DESCRIPTION)) <= DESCRIPTION_LIMIT
    assert units(translate(language, texts.SHORT_DESCRIPTION)) <= SHORT_DESCRIPTION_LIMIT
    assert all(units(translate(language, message)) <= MESSAGE_LIMIT for message in MESSAGES)


def test_translate_fills_in_values(language: str, catalog: Catalog):
    for message, text in translations(catalog).items():
        values = {name: f"<{name}>" for name in fields(message)}
        filled = translate(language, message, **values)
        assert filled == (text.format(**values) if values else text)
        assert all(value in filled for value in values.values())


@pytest.mark.parametrize("unknown", ["", "en", "ja", "xx", "../de", "de\n"])
def test_translate_falls_back_to_english_for_other_languages(unknown: str):
    assert translate(unknown, texts.SORRY) == texts.SORRY
    assert translate(unknown, "as of {date}", date="2025-01-31") == "as of 2025-01-31"


def test_translate_falls_back_to_english_for_other_messages(language: str):
    assert translate(language, "Nobody says {this}.", this="that") == "Nobody says that."


def test_a_message_that_cannot_be_told_is_an_error(tmp_path: Path):
    module = tmp_path / "room.py"
    module.write_text("def say(language, text):\n    return translate(language, text.upper())\n", encoding="utf-8")
    with pytest.raises(UnknownMessageError, match=r"room\.py:2: cannot tell the message from `text\.upper\(\)`"):
        messages(tmp_path)


def test_messages_are_found_through_names_tables_and_choices(tmp_path: Path):
    (tmp_path / "words.py").write_text('LIST = (("a", "first"), ("b", "second"))\nONE = "third"\n', encoding="utf-8")
    (tmp_path / "room.py").write_text(
        f"from {tmp_path.name} import words\n"
        f"from {tmp_path.name}.words import ONE\n"
        "def say(language, flag):\n"
        '    text = "fourth" if flag else "fifth"\n'
        "    said = [translate(language, what) for _, what in words.LIST]\n"
        '    return [*said, translate(language, ONE), translate(language, text), translate(language, {1: "sixth"}[flag])]\n',
        encoding="utf-8",
    )
    assert {"first", "second", "third", "fourth", "fifth", "sixth"} <= set(messages(tmp_path))
