"""From a publisher to the answer: fetch, rebuild, ask, `/rule`; and what is said when a rule has changed."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import xml.etree.ElementTree as ET
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from starlette.requests import Request
from starlette.responses import Response
from telegram import Update
from typer.testing import CliRunner

from advisor.answer import Advisor, AnswerStatus
from advisor.cli import app
from advisor.corpus import load_corpus
from advisor.index import Encoder
from advisor.official import Archive, Library, Shelf, changed_rules, check_official, load_explained, load_wanted
from advisor.rebuild import rebuild
from advisor.settings import Settings, load_settings
from advisor.telegram.handlers import DESK, Bot, Desk
from advisor.telegram.render import render_answer

from .conftest import Publisher

QUESTION = "what exactly does the regulation say about incidental patient contact for J-1 research scholars"
LIST = """
texts = [ {{ key = "rules", publisher = "ecfr", cites = ["22 CFR {section}"] }} ]
[publishers]
ecfr = {{ name = "Electronic Code of Federal Regulations", base = "https://not.there.example", format = "ecfr", kind = "regulation", delay = 0 }}
"""  # noqa: E501
DOCUMENT = """---
id: us-example-time
title: Example programs
jurisdiction: us
topics: [visa.j1]
audience: [graduate]
reviewed: {reviewed}
sources:
  time:
    citation: 22 CFR 62.27(b)(1)(i)
    url: https://www.ecfr.gov/current/title-22/section-62.27
    publisher: Department of Examples
    kind: regulation
    as_of: 2026-01-29
    checked: seen
---

## How long may an example program last? {{#time}}

::: asks
- example program maximum duration
:::

An example program lasts {days} days at most. [@time]
"""
runner = CliRunner()


@pytest.fixture
def settings(tmp_path: Path, small_corpus: Path, publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A corpus of its own, an empty archive and index, and the loopback as the publisher, all by settings."""
    shutil.copytree(small_corpus, tmp_path / "corpus")
    for name in ("corpus", "data", "index"):
        monkeypatch.setenv(f"ADVISOR_{name.upper()}_DIR", str(tmp_path / name))
    monkeypatch.setenv("ADVISOR_OFFICIAL_BASES", json.dumps({"ecfr": publisher.base}))
    monkeypatch.chdir(tmp_path)
    return load_settings()


def _fetch(*arguments: str) -> str:
    result = runner.invoke(app, ["official", "fetch", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def _serve_section(publisher: Publisher, title: Path, day: str, section: str) -> None:
    """Serve a section of a whole title as the publisher does: its element alone, with its own citation."""
    found = next(e for e in ET.parse(title).iter("DIV8") if e.get("N") == section)
    path = f"/on/_SUBSTITUTE_DATE_/title-22/section-{section}"
    found.set("hierarchy_metadata", json.dumps({"path": path, "citation": f"22 CFR {section}"}))
    body = ET.tostring(found)

    def answer(request: Request) -> Response:
        good = request.query_params.get("section") == section
        return Response(body, media_type="application/xml") if good else Response(status_code=404)

    publisher.handlers[f"/api/versioner/v1/full/{day}/title-22.xml"] = answer


def _titles(publisher: Publisher, day: str) -> None:
    dates = dict.fromkeys(("latest_amended_on", "latest_issue_date", "up_to_date_as_of"), day)
    body = json.dumps({"titles": [{"number": 22, "name": "T", "reserved": False, **dates}]})
    publisher.serve("/api/versioner/v1/titles.json", body.encode())


async def _rule(settings: Settings, asked: str) -> str:
    """What the bot says to `/rule`, without a platform."""
    shelf = Shelf(settings.official_dir, settings.corpus_dir / "official.toml")
    nothing = cast(Any, None)
    bot = Bot(nothing, nothing, nothing, 30, shelf)
    raw = {
        "update_id": 1,
        "message": {
            "message_id": 1,
            "date": 0,
            "chat": {"id": 7, "type": "private"},
            "from": {"id": 7, "is_bot": False, "first_name": "A"},
            "text": f"/rule {asked}",
        },
    }
    update = Update.de_json(raw)
    desk = Desk()
    token = DESK.set(desk)
    try:
        await bot.rule(update, cast(Any, SimpleNamespace(args=asked.split())))
    finally:
        DESK.reset(token)
    return "\n".join(str(message.payload["text"]) for message in desk.outgoing)


@pytest.fixture
def title_22(samples: Path) -> Path:
    """The real title 22."""
    return next(samples.glob("ecfr-xml/title-22_*.xml"))


async def test_the_regulation_itself_is_quoted(
    settings: Settings, title_22: Path, publisher: Publisher, encoder: Encoder
) -> None:
    (settings.corpus_dir / "official.toml").write_text(LIST.format(section="62.27"))
    _titles(publisher, "2026-01-29")
    _serve_section(publisher, title_22, "2026-01-29", "62.27")
    assert "advisor index build" in _fetch()
    rebuild(settings)
    advisor = Advisor.open(settings, encoder)
    answer = advisor.ask(QUESTION)
    assert answer.status is AnswerStatus.ANSWERED
    assert "Official text of 22 CFR 62.27(c)(1)(ii), as of 2026-01-29:" in answer.answer
    assert (
        "> (B) Any incidental patient contact involving the alien physician will be under the direct" in answer.answer
    )
    source = answer.sources[0]
    assert source.citation == "22 CFR 62.27(c)(1)(ii)"
    assert (source.as_of, source.checked, source.kind) == ("2026-01-29", "seen", "regulation")
    assert source.url == "https://www.ecfr.gov/current/title-22/section-62.27#p-62.27(c)(1)(ii)"
    page = render_answer(answer)[0]
    assert "<blockquote expandable>" in page
    assert source.url in page

    named = advisor.ask("text of 22 CFR 62.27(f)")
    assert named.blocks[0].lines[0].text.startswith("(f) Change of program.")
    assert named.sources[0].citation == "22 CFR 62.27(f)"

    shown = await _rule(settings, "22cfr62.27 (c)(1)(ii)(B)")
    assert "<b>22 CFR 62.27(c)(1)(ii)(B)</b>" in shown
    assert "as of 2026-01-29" in shown
    assert 'href="https://www.ecfr.gov/current/title-22/section-62.27#p-62.27(c)(1)(ii)(B)"' in shown
    assert "(a) Purpose." in await _rule(settings, "22 CFR 62.27(a)-(b)")


@pytest.fixture
def fetched(settings: Settings, data: Path, publisher: Publisher) -> Settings:
    """The same with an invented regulation, fetched, and a document that rests on it."""
    (settings.corpus_dir / "official.toml").write_text(LIST.format(section="62.27"))
    (settings.corpus_dir / "us").mkdir(exist_ok=True)
    document = DOCUMENT.format(reviewed="2026-02-01", days=30)
    (settings.corpus_dir / "us" / "us-example-time.md").write_text(document)
    _titles(publisher, "2026-01-29")
    _serve_section(publisher, data / "ecfr_title.xml", "2026-01-29", "62.27")
    _fetch()
    return settings


def _amend(settings: Settings, data: Path, tmp_path: Path, publisher: Publisher) -> None:
    """The publisher brings another text of a later day, and it is fetched."""
    amended = tmp_path / "amended.xml"
    amended.write_text((data / "ecfr_title.xml").read_text().replace("thirty (30) days", "twenty (20) days"))
    _titles(publisher, "2026-03-15")
    _serve_section(publisher, amended, "2026-03-15", "62.27")
    assert "rules: changed" in _fetch("--again")


def test_a_statement_shows_its_rule_and_says_when_that_changed(
    fetched: Settings, data: Path, tmp_path: Path, publisher: Publisher, encoder: Encoder
) -> None:
    rebuild(fetched)
    first = Advisor.open(fetched, encoder)
    answer = first.show("us-example-time#time")
    assert answer is not None
    (quote,) = answer.quotes
    assert quote.citation == "22 CFR 62.27(b)(1)(i)"
    assert quote.text == "(i) Time. A program lasts no more than thirty (30) days."
    assert quote.as_of == "2026-01-29"
    assert answer.blocks[0].lines[0].notes == ()
    page = render_answer(answer)[0]
    assert page.count("<blockquote expandable>") == 2
    assert "A program lasts no more than thirty (30) days.</blockquote>" in page
    assert "quotes" not in json.loads(answer.model_dump_json())

    _amend(fetched, data, tmp_path, publisher)
    rebuild(fetched)
    second = first.refreshed(fetched)
    assert second is not first
    changed = second.show("us-example-time#time")
    assert changed is not None
    assert changed.blocks[0].lines[0].notes == ("the rule changed on 2026-03-15, this text is from 2026-02-01",)
    assert "twenty (20) days" in changed.quotes[0].text
    assert second.refreshed(fetched) is second


def test_statements_whose_rule_changed_come_first(
    fetched: Settings, data: Path, tmp_path: Path, publisher: Publisher
) -> None:
    wanted = load_wanted(fetched.corpus_dir / "official.toml", fetched.official_bases)
    archive = Archive(fetched.official_dir)
    assert changed_rules(load_corpus(fetched.corpus_dir).documents, archive, wanted) == []
    _amend(fetched, data, tmp_path, publisher)
    (rule,) = changed_rules(load_corpus(fetched.corpus_dir).documents, archive, wanted)
    assert rule.tie.passage == "us-example-time#time"
    assert rule.day == dt.date(2026, 3, 15)
    assert (rule.change.old, rule.change.new) != (rule.change.new, rule.change.old)
    listed = runner.invoke(app, ["corpus", "stale"]).output
    assert "22 CFR 62.27(b)(1)(i) changed on 2026-03-15; this text is from 2026-02-01" in listed.splitlines()[2]
    path = fetched.corpus_dir / "us" / "us-example-time.md"
    path.write_text(DOCUMENT.format(reviewed="2026-03-20", days=20))  # somebody has read it again
    assert changed_rules(load_corpus(fetched.corpus_dir).documents, archive, wanted) == []


def test_the_corpus_is_held_against_the_law(fetched: Settings) -> None:
    well = runner.invoke(app, ["corpus", "check", "--official"])
    assert well.exit_code == 0, well.output
    path = fetched.corpus_dir / "us" / "us-example-time.md"
    path.write_text(DOCUMENT.format(reviewed="2026-02-01", days=45))
    wrong = runner.invoke(app, ["corpus", "check", "--official", str(path)])
    assert wrong.exit_code == 1
    assert f"{path}:24: 22 CFR 62.27(b)(1)(i): number not in the rule: the statement says '45 days'" in wrong.output
    explained = fetched.corpus_dir / "official-explained.toml"
    entry = '[[explained]]\nfile = "us/us-example-time.md"\nanchor = "time"\nsays = "45 days"\nreason = "An example."\n'
    explained.write_text(entry)
    assert runner.invoke(app, ["corpus", "check", "--official"]).exit_code == 0
    path.write_text(DOCUMENT.format(reviewed="2026-02-01", days=30))
    unused = runner.invoke(app, ["corpus", "check", "--official"])
    assert unused.exit_code == 1
    assert "explains nothing" in unused.output


def test_a_text_that_is_not_held_is_no_mismatch(fetched: Settings) -> None:
    documents = load_corpus(fetched.corpus_dir).documents
    found = check_official(documents, Library([]), load_explained(fetched.corpus_dir), fetched.corpus_dir)
    assert found.well
    assert "22 CFR 62.27(b)(1)(i)" in [mismatch.citation for mismatch in found.not_held]


def test_without_official_texts_the_corpus_stands_alone(settings: Settings, encoder: Encoder) -> None:
    rebuild(settings)
    assert not (settings.index_dir / "official").exists()
    answer = Advisor.open(settings, encoder).ask(QUESTION)
    assert "Official text" not in answer.answer
    assert answer.quotes == ()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("", "Write the citation after the command"),
        ("what is love", "cannot read"),
        ("9 CFR 1.1", "9 CFR 1.1 is not among the texts that were fetched"),
        ("<b>62</b>", "&lt;b&gt;"),
        ("x" * 5000, "Write the citation after the command"),
        ("22 CFR 62.27(b)(9)", "There is no 22 CFR 62.27(b)(9); this is the nearest place."),
    ],
)
async def test_rule_answers_nonsense_in_one_line(fetched: Settings, asked: str, said: str) -> None:
    assert said in await _rule(fetched, asked)
