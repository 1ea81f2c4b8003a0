"""Settings: known ones are read, unknown ones refused, values never repeated."""

from __future__ import annotations

from pathlib import Path

import pytest

from advisor.errors import SettingsError
from advisor.settings import load_settings


def test_an_unknown_setting_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADVISOR_TELEGRAM_TOKN", "x")
    with pytest.raises(SettingsError, match="ADVISOR_TELEGRAM_TOKN"):
        load_settings()


def test_an_unknown_setting_in_the_env_file_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("ADVISOR_MODLE=e5\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingsError, match="ADVISOR_MODLE"):
        load_settings()


def test_the_env_file_is_read_and_the_environment_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("ADVISOR_WORKERS=7\nADVISOR_KEEP_BUILDS=5\nOTHER=1\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ADVISOR_WORKERS", "9")
    settings = load_settings()
    assert (settings.workers, settings.keep_builds) == (9, 5)


def test_a_bad_value_is_told_without_repeating_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADVISOR_WORKERS", "secret-nonsense")
    with pytest.raises(SettingsError, match="ADVISOR_WORKERS") as caught:
        load_settings()
    assert "secret-nonsense" not in str(caught.value)


def test_the_token_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADVISOR_TELEGRAM_TOKEN", "12345678:abcdefghijklmnopqrstuvwxyz0123456789")
    assert "abcdefgh" not in repr(load_settings())


def test_the_database_follows_the_data_folder(tmp_path: Path) -> None:
    assert load_settings(data_dir=tmp_path).database.endswith(f"{tmp_path}/advisor.db")
