"""Fetching from a publisher on the loopback, with everything that goes wrong on the way."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import json
import re
import zipfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from advisor.errors import InputError, OfficialError
from advisor.official.archive import Archive
from advisor.official.fetch import Fetcher, Outcome
from advisor.official.lookup import Library
from advisor.official.sources import unzip
from advisor.official.transport import FetchError, Transport, user_agent
from advisor.official.wanted import Wanted, load_wanted

from .conftest import Publisher

LIST = """
texts = [
  {{ key = "rule", publisher = "ecfr", cites = ["22 CFR 62.27"] }},
  {{ key = "code", publisher = "uscode", cites = ["8 USC 1182(e)"] }},
  {{ key = "coming", publisher = "federal-register", path = "conditions[cfr][title]=22" }},
  {{ key = "page", publisher = "govuk", path = "guidance/x" }},
  {{ key = "act", publisher = "legislation", path = "ukpga/1901/7" }},
  {{ key = "state", publisher = "comar", path = "99/01/02" }},
]
[publishers]
ecfr = {{ name = "eCFR", base = "{base}", format = "ecfr", kind = "regulation", delay = 0.25 }}
uscode = {{ name = "OLRC", base = "{base}", format = "uslm", kind = "statute", delay = 0 }}
federal-register = {{ name = "FR", base = "{base}", format = "federal-register", kind = "regulation", delay = 0 }}
govuk = {{ name = "GOV.UK", base = "{base}", format = "govuk-json", kind = "regulation", delay = 0 }}
legislation = {{ name = "Acts", base = "{base}", format = "clml", kind = "statute", delay = 0 }}
comar = {{ name = "Maryland", base = "{base}", format = "comar", kind = "regulation", delay = 0 }}
"""
START = dt.datetime(2026, 2, 1, tzinfo=dt.UTC)
TITLES = "/api/versioner/v1/titles.json"
RULE = "/api/versioner/v1/full/2026-01-29/title-22.xml"
RELEASE = "releasepoints/us/pl/119/83/xml_usc08@119-83.zip"
PAGE = "/api/content/guidance/x"


class Clock:
    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> dt.datetime:
        return self.time

    def days(self, days: int) -> None:
        self.time += dt.timedelta(days=days)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def wanted(tmp_path: Path, publisher: Publisher) -> Wanted:
    path = tmp_path / "official.toml"
    path.write_text(LIST.format(base=publisher.base))
    return load_wanted(path)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive")


@pytest.fixture
def fetcher(wanted: Wanted, archive: Archive, transport: Transport, clock: Clock) -> Fetcher:
    return Fetcher(wanted, archive, transport, now=clock)


def _zip(member: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(member, content)
    return out.getvalue()


@pytest.fixture
def all_there(publisher: Publisher, data: Path) -> Publisher:
    """A publisher that has everything of the list, under the publishers' own addresses."""
    page = f'<a href="{RELEASE}">[XML]</a> Public Law 119-83 (04/13/2026)'
    publisher.serve(TITLES, (data / "titles.json").read_bytes())
    publisher.serve(RULE, (data / "ecfr_title.xml").read_bytes(), content_type="application/xml")
    publisher.serve("/download/download.shtml", page.encode(), content_type="text/html")
    publisher.serve(f"/download/{RELEASE}", _zip("usc08.xml", (data / "uslm.xml").read_bytes()))
    publisher.serve("/api/v1/documents.json", (data / "federal_register.json").read_bytes())
    publisher.serve(PAGE, (data / "govuk.json").read_bytes(), etag='"1"')
    publisher.serve("/ukpga/1901/7/data.xml", (data / "clml.xml").read_bytes())
    publisher.serve("/maryland-dsd/law-xml/main/us/md/exec/comar/99/01/02.xml", (data / "99.01.02.xml").read_bytes())
    return publisher


def _run(fetcher: Fetcher, *keys: str) -> dict[str, Outcome]:
    return {outcome.key: outcome for outcome in fetcher.run(fetcher.plan(keys))}


def test_everything_is_fetched_checked_and_found(
    all_there: Publisher, fetcher: Fetcher, archive: Archive, wanted: Wanted
) -> None:
    outcomes = _run(fetcher)
    assert {o.key: o.state for o in outcomes.values()} == dict.fromkeys([t.key for t in wanted.texts], "new")
    held = archive.latest("rule")
    assert held is not None
    assert held.as_of == dt.date(2026, 1, 29)
    assert held.url.endswith("title-22.xml?part=62&section=62.27")
    code = archive.latest("code")
    assert code is not None
    assert code.as_of == dt.date(2026, 4, 13)
    library = Library.open(archive, wanted)
    assert library.problems == ()
    rule = library.show("22 CFR 62.27(b)(1)(i)")[0]
    assert rule.exact
    assert rule.as_of == dt.date(2026, 1, 29)
    assert library.show("INA 212(e)")[0].text().startswith("(e) Residence An example stays away")
    assert library.show("COMAR 99.01.02.02A(1)")[0].title == "COMAR 99.01.02 Licensing of Examples"


def test_we_say_who_we_are_and_ask_for_gzip(all_there: Publisher, fetcher: Fetcher) -> None:
    _run(fetcher, "rule")
    sent = {(r.headers["user-agent"], r.headers["accept-encoding"]) for r in all_there.asked}
    assert sent == {("advisor-tests (tests)", "gzip")}
    assert user_agent("me@example.org").endswith("(me@example.org)")


def test_one_host_is_asked_slowly(all_there: Publisher, fetcher: Fetcher, pauses: list[float]) -> None:
    _run(fetcher, "rule")
    assert pauses
    assert all(0 < pause <= 0.25 for pause in pauses)


def test_a_second_run_asks_only_for_what_may_have_changed(
    all_there: Publisher, fetcher: Fetcher, archive: Archive, clock: Clock
) -> None:
    _run(fetcher)
    before = len(all_there.paths())
    assert {o.state for o in _run(fetcher).values()} == {"recent"}
    assert len(all_there.paths()) == before
    clock.days(1)
    all_there.handlers[PAGE] = lambda request: Response(
        b"", 304 if request.headers.get("if-none-match") == '"1"' else 500
    )
    outcomes = _run(fetcher)
    assert {o.state for o in outcomes.values()} == {"unchanged"}
    asked = all_there.paths()[before:]
    assert RULE not in asked
    assert f"/download/{RELEASE}" not in asked
    page = archive.latest("page")
    assert page is not None
    assert page.confirmed == clock()
    assert page.fetched == START


def test_a_changed_text_is_stored_beside_the_old_one(
    all_there: Publisher, fetcher: Fetcher, archive: Archive, clock: Clock, data: Path
) -> None:
    _run(fetcher, "page")
    clock.days(1)
    body = (data / "govuk.json").read_bytes().replace(b"No fee is due", b"A fee of 5 is due")
    all_there.serve(PAGE, body)
    assert _run(fetcher, "page")["page"].state == "changed"
    assert len(archive.record("page").versions) == 2


def _slow(_: Request) -> Response:
    async def body() -> AsyncIterator[bytes]:
        import asyncio

        yield b"{"
        await asyncio.sleep(1.5)
        yield b"}"

    return StreamingResponse(body())


def _truncated(_: Request) -> Response:
    def body() -> Iterator[bytes]:
        yield b'{"base_path":'

    return StreamingResponse(body(), headers={"content-length": "5000"})


def _bomb(_: Request) -> Response:
    return Response(gzip.compress(b"0" * 20_000_000), headers={"content-encoding": "gzip"})


def _half_gzip(_: Request) -> Response:
    return Response(gzip.compress(b'{"a": 1}' * 50)[:-20], headers={"content-encoding": "gzip"})


HTML = b"<!DOCTYPE html><html><head><title>Request Access</title></head><body>Sorry</body></html>"
ENTITY = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><Legislation>&e;</Legislation>'
FAULTS = [
    pytest.param("page", lambda _: Response(b"", 404), "404, not there", id="404"),
    pytest.param("page", lambda _: Response(b"", 403), "403, refused", id="403"),
    pytest.param("page", lambda _: Response(b"", 500), "500, the publisher's server", id="500"),
    pytest.param("page", lambda _: Response(b"", 429, {"retry-after": "86400"}), "come back in 86400", id="429-late"),
    pytest.param("page", _slow, "no answer within", id="slow"),
    pytest.param("page", _truncated, "broke off", id="truncated"),
    pytest.param("page", _half_gzip, "broke off", id="half-gzip"),
    pytest.param("page", lambda _: Response(b"xx", headers={"content-encoding": "gzip"}), "damaged", id="no-gzip"),
    pytest.param("page", lambda _: Response(b"xx", headers={"content-encoding": "br"}), "not asked for", id="brotli"),
    pytest.param("page", _bomb, "more than 200,000 bytes when unpacked", id="gzip-bomb"),
    pytest.param("page", lambda _: Response(HTML, media_type="text/html"), "a web page came", id="html-200"),
    pytest.param("page", lambda _: Response(b"", media_type="application/json"), "nothing in it", id="empty-200"),
    pytest.param("page", lambda _: Response(b"%PDF-1.7 ....", media_type="application/pdf"), "was expected", id="pdf"),
    pytest.param("page", lambda _: Response(b'{"a": 1}', media_type="application/json"), "no kind", id="other-json"),
    pytest.param(
        "page", lambda _: Response(b"", 302, {"location": "https://elsewhere.example/x"}), "another host", id="redirect"
    ),
    pytest.param("page", lambda r: Response(b"", 302, {"location": r.url.path}), "more than 5 redirects", id="loop"),
    pytest.param("act", lambda _: Response(ENTITY), "declarations of its own", id="entities"),
    pytest.param("act", lambda _: Response(b"<Legislation><Body>"), "not well-formed", id="broken-xml"),
    pytest.param("rule", lambda _: Response(b"<ECFR><DIV1 N='22' TYPE='TITLE'/></ECFR>"), "too short", id="too-short"),
]
WHERE = {"page": PAGE, "act": "/ukpga/1901/7/data.xml", "rule": RULE}


@pytest.mark.parametrize(("key", "handler", "told"), FAULTS)
def test_a_fault_is_told_in_one_line_and_loses_nothing(
    all_there: Publisher,
    fetcher: Fetcher,
    archive: Archive,
    clock: Clock,
    key: str,
    handler: object,
    told: str,
) -> None:
    _run(fetcher, key)
    held = archive.read(key)
    titles = json.loads(all_there.handlers[TITLES](None).body)  # type: ignore[arg-type]
    for title in titles["titles"]:
        title["latest_amended_on"] = "2026-01-30"
    all_there.serve(TITLES, json.dumps(titles).encode())
    clock.days(3)
    all_there.handlers[WHERE[key]] = handler  # type: ignore[assignment]
    outcomes = _run(fetcher, key, "state")
    assert outcomes[key].state == "failed"
    assert told in outcomes[key].message
    assert "the copy confirmed 3 days ago is kept" in outcomes[key].message
    assert "\n" not in outcomes[key].message
    assert outcomes["state"].state == "new"
    assert archive.read(key) == held
    record = archive.record(key)
    assert record.failure is not None
    assert told in record.failure.message


def test_a_first_fetch_that_fails_says_that_there_is_no_copy(publisher: Publisher, fetcher: Fetcher) -> None:
    assert "there is no copy yet" in _run(fetcher, "page")["page"].message


def test_retry_after_is_waited_for_and_then_it_works(all_there: Publisher, fetcher: Fetcher, data: Path) -> None:
    body = (data / "govuk.json").read_bytes()
    answers = [Response(b"", 429, {"retry-after": "0"}), Response(b"", 503), Response(body)]
    all_there.handlers[PAGE] = lambda _: answers.pop(0)
    assert _run(fetcher, "page")["page"].state == "new"
    assert answers == []


def test_a_redirect_on_the_same_host_is_followed(all_there: Publisher, fetcher: Fetcher, data: Path) -> None:
    all_there.serve("/api/content/moved", (data / "govuk.json").read_bytes())
    all_there.handlers[PAGE] = lambda _: Response(b"", 303, {"location": "/api/content/moved"})
    assert _run(fetcher, "page")["page"].state == "new"


def test_after_a_web_page_the_publisher_is_left_alone(
    all_there: Publisher, fetcher: Fetcher, wanted: Wanted, archive: Archive, transport: Transport, clock: Clock
) -> None:
    texts = [text.model_copy(update={"key": key}) for key in ("page", "again") for text in [wanted.text("page")]]
    several = wanted.model_copy(update={"texts": tuple(texts)})
    all_there.handlers[PAGE] = lambda _: Response(HTML, media_type="text/html")
    outcomes = _run(Fetcher(several, archive, transport, now=clock))
    assert "sent a web page" in outcomes["again"].message
    assert all_there.paths() == [PAGE]


def test_robots_are_obeyed(all_there: Publisher, fetcher: Fetcher) -> None:
    all_there.serve("/robots.txt", b"User-agent: *\nDisallow: /api/content/\n", content_type="text/plain")
    outcomes = _run(fetcher, "page", "act")
    assert "robots.txt" in outcomes["page"].message
    assert outcomes["act"].state == "new"
    assert PAGE not in all_there.paths()


def test_a_text_that_shrinks_is_not_taken_unasked(
    all_there: Publisher,
    fetcher: Fetcher,
    wanted: Wanted,
    archive: Archive,
    transport: Transport,
    clock: Clock,
    data: Path,
) -> None:
    _run(fetcher, "page")
    clock.days(1)
    page = json.loads((data / "govuk.json").read_text())
    page["details"]["body"] = "<p>X 1.1. An example.</p>"
    all_there.serve(PAGE, json.dumps(page).encode())
    assert "far shorter" in _run(fetcher, "page")["page"].message
    assert _run(Fetcher(wanted, archive, transport, now=clock, accept=True), "page")["page"].state == "changed"


def test_an_answer_without_the_wanted_section_is_refused(all_there: Publisher, fetcher: Fetcher, data: Path) -> None:
    body = re.sub(rb"62\.27", b"62.28", (data / "ecfr_title.xml").read_bytes())
    all_there.serve(RULE, body)
    assert "no paragraph of 22 CFR 62.27" in _run(fetcher, "rule")["rule"].message


def test_a_title_that_is_being_updated_is_left_for_later(all_there: Publisher, fetcher: Fetcher, data: Path) -> None:
    titles = (data / "titles.json").read_bytes().replace(b'"reserved": false', b'"processing_in_progress": true')
    all_there.serve(TITLES, titles)
    assert "just updating" in _run(fetcher, "rule")["rule"].message


def test_a_withdrawn_page_is_no_longer_shown(
    all_there: Publisher, fetcher: Fetcher, archive: Archive, wanted: Wanted, clock: Clock, data: Path
) -> None:
    _run(fetcher, "page")
    clock.days(1)
    page = json.loads((data / "govuk.json").read_text())
    page["withdrawn_notice"] = {"explanation": "Old.", "withdrawn_at": "2026-02-02T00:00:00Z"}
    all_there.serve(PAGE, json.dumps(page).encode())
    assert _run(fetcher, "page")["page"].state == "withdrawn"
    library = Library.open(archive, wanted)
    assert library.texts == []
    assert "withdrawn" in library.problems[0]


def test_a_page_instead_of_the_zip_is_noticed(all_there: Publisher, fetcher: Fetcher) -> None:
    all_there.serve(f"/download/{RELEASE}", HTML, content_type="application/zip")
    assert "not a zip file" in _run(fetcher, "code")["code"].message
    with pytest.raises(OfficialError, match=r"has no usc22\.xml"):
        unzip(_zip("usc08.xml", b"<x/>"), "usc22.xml")
    with pytest.raises(OfficialError, match="damaged"):
        unzip(_zip("usc08.xml", b"<x/>" * 500)[:60], "usc08.xml")


def test_an_unknown_key_is_refused(fetcher: Fetcher) -> None:
    with pytest.raises(InputError, match="no official text 'nothing'"):
        fetcher.plan(["nothing"])


def test_nothing_listens(transport: Transport) -> None:
    with pytest.raises(FetchError, match="no connection"):
        transport.get("http://127.0.0.1:9/x")


def test_real_files_under_the_publishers_addresses(
    samples: Path, publisher: Publisher, tmp_path: Path, transport: Transport
) -> None:
    rules = next(iter(samples.glob("ecfr-xml/title-22_*.xml")), None)
    titles = next(iter(samples.glob("ecfr-api/titles_*.json")), None)
    if rules is None or titles is None:
        pytest.skip("no eCFR files among the real ones")
    path = tmp_path / "official.toml"
    path.write_text(LIST.format(base=publisher.base).replace('["22 CFR 62.27"]', '["22 CFR part 62"]'))
    wanted, archive = load_wanted(path), Archive(tmp_path / "real")
    publisher.serve(TITLES, titles.read_bytes())
    publisher.serve("/api/versioner/v1/full/2025-04-29/title-22.xml", rules.read_bytes())
    limits = transport.limits
    big = Transport(transport.client, transport.agent, limits.__class__(attempts=2), sleep=lambda _: None)
    assert _run(Fetcher(wanted, archive, big), "rule")["rule"].state == "new"
    rule = Library.open(archive, wanted).show("22 CFR 62.27(c)(1)(ii)(B)")[0]
    assert "incidental patient contact" in rule.text()
    assert rule.as_of == dt.date(2025, 4, 29)
    assert rule.url.endswith("section-62.27#p-62.27(c)(1)(ii)(B)")
