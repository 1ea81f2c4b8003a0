"""Asks the publishers' small change signals and sums up for maintainers what moved and what is coming.

Signals: the eCFR's `titles.json` and version lists, the release point of the U.S. Code, `public_updated_at` of
GOV.UK, searches of the Federal Register, `dct:valid` of legislation.gov.uk. No text is stored here.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

from advisor.errors import OfficialError
from advisor.official.archive import Archive
from advisor.official.citation import read_citation
from advisor.official.models import OfficialText
from advisor.official.readers.detect import read_bytes
from advisor.official.readers.federal_register import documents_of
from advisor.official.sources import Sources
from advisor.official.transport import Transport
from advisor.official.wanted import Wanted, WantedText

__all__ = ["Signal", "Watcher", "effect_of", "pending_notes", "summary"]

_DELAY: Final = re.compile(
    r"delay(?:s|ed|ing)?\b.{0,40}effective date|effective date.{0,40}(?:delay|postpon)|postpon"
    r"|\bstay(?:s|ed)?\b of|indefinitely",
    re.IGNORECASE,
)
_WITHDRAWAL: Final = re.compile(r"withdraw", re.IGNORECASE)


@dataclass(frozen=True)
class Signal:
    """What a publisher's signal says of one text.

    Attributes:
        key: The text.
        state: Quiet, moved (fetch it), pending (published but not in force, or in force for a time), or
            failed.
        message: One line.
        url: Page for people, if any.
    """

    key: str
    state: Literal["quiet", "moved", "pending", "failed"]
    message: str
    url: str = ""


class Watcher:
    """Polls the signals of all wanted texts.

    Args:
        wanted: The list.
        archive: What is held.
        transport: Makes the requests.
        now: The time; given by tests.
    """

    def __init__(
        self,
        wanted: Wanted,
        archive: Archive,
        transport: Transport,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        self.wanted, self.archive, self.transport, self.now = wanted, archive, transport, now
        self._sources = Sources(wanted, transport, archive, now().date())

    def poll(self) -> list[Signal]:
        """Ask every publisher; one that fails becomes a line and the others are asked all the same."""
        found: list[Signal] = []
        for text in self.wanted.texts:
            try:
                found += self._poll(text)
            except OfficialError as error:
                found.append(Signal(text.key, "failed", str(error)))
        return found

    def _poll(self, text: WantedText) -> list[Signal]:
        record = self.archive.record(text.key)
        if not record.versions:
            return [Signal(text.key, "moved", "never fetched")]
        held = record.versions[0]
        pending: list[Signal] = []
        if text.publisher == "federal-register":
            return self._federal_register(text)
        if text.publisher == "ecfr":
            pending = pending_notes(text.key, self.archive.text(text.key, held), text)
            target = self._sources.locate(text)
            if target.unchanged:
                return [Signal(text.key, "quiet", f"stands as of {target.as_of}"), *pending]
            return [*self._versions(text, held.as_of or held.fetched.date()), *pending]
        target = self._sources.locate(text)
        if text.publisher == "uscode":
            moved = not target.unchanged
            release = self._sources.release(text.citations[0].title)
            words = f"release point Pub. L. {release.law}" + (f" of {release.date}" if release.date else "")
            return [Signal(text.key, "moved" if moved else "quiet", words)]
        publisher = self.wanted.publisher_of(text)
        headers = {"Accept": target.accept}
        if held.etag:
            headers["If-None-Match"] = held.etag
        if held.last_modified:
            headers["If-Modified-Since"] = held.last_modified
        answer = self.transport.get(target.url, headers=headers, delay=publisher.delay, allow=publisher.allow)
        if answer.status == 304:
            return [Signal(text.key, "quiet", "not modified")]
        today = read_bytes(answer.body, target.name)
        if today.as_of is not None and today.as_of == held.as_of:
            return [Signal(text.key, "quiet", f"stands as of {today.as_of}")]
        return [Signal(text.key, "moved", f"updated {today.as_of}; held: {held.as_of}", today.url)]

    def _versions(self, text: WantedText, since: dt.date) -> list[Signal]:
        """Say which sections of a text changed, and whether the change is one of substance."""
        first = text.citations[0]
        publisher = self.wanted.publisher_of(text)
        url = (
            f"{publisher.base}/api/versioner/v1/versions/title-{first.title}.json"
            f"?issue_date[gte]={since}&part={first.part}"
        )
        body = self.transport.get(url, headers={"Accept": "application/json"}, delay=publisher.delay).body
        try:
            versions: list[dict[str, Any]] = json.loads(body)["content_versions"]
        except (ValueError, KeyError, TypeError):
            raise OfficialError(f"{url}: not the answer that was expected") from None
        mine = [v for v in versions if str(v.get("date", "")) > str(since) and _concerns(text, v)]
        if not mine:
            return [Signal(text.key, "quiet", "the title moved, but not this text")]
        words = [
            f"{v.get('identifier')} ({v.get('amendment_date') or v.get('date')}"
            f"{', removed' if v.get('removed') else ''}"
            f"{'' if v.get('substantive') else ', not of substance'})"
            for v in mine
        ]
        return [Signal(text.key, "moved", f"changed since {since}: {', '.join(words)}")]

    def _federal_register(self, text: WantedText) -> list[Signal]:
        known = {d["document_number"] for d in documents_of(self.archive.read(text.key))}
        target = self._sources.locate(text)
        publisher = self.wanted.publisher_of(text)
        body = self.transport.get(target.url, headers={"Accept": target.accept}, delay=publisher.delay).body
        found: list[Signal] = []
        for document in documents_of(body):
            effect = effect_of(document, self.now().date())
            new = document["document_number"] not in known
            if effect is None and not new:
                continue
            words = f"{document.get('publication_date')}: {document.get('title')}"
            state: Literal["moved", "pending"] = "pending" if effect else "moved"
            found.append(
                Signal(
                    text.key,
                    state,
                    f"{words}{f' ({effect})' if effect else ''}",
                    str(document.get("html_url") or ""),
                )
            )
        return found or [Signal(text.key, "quiet", "nothing new")]


def effect_of(document: dict[str, Any], today: dt.date) -> str | None:
    """Say of a Federal Register document why it is not, or not yet, the law; None where it is or says
    nothing.

    Args:
        document: A document of the API.
        today: Today.
    """
    words = " ".join(str(document.get(k) or "") for k in ("title", "action", "dates"))
    kind = str(document.get("type") or "").lower()
    if _DELAY.search(words):
        return "effective date postponed"
    if _WITHDRAWAL.search(str(document.get("action") or document.get("title") or "")):
        return "withdrawal"
    if kind in ("proposed rule", "prorule"):
        return "proposed, not in force"
    effective = str(document.get("effective_on") or "")
    if re.fullmatch(r"\d{4}-\d\d-\d\d", effective) and dt.date.fromisoformat(effective) > today:
        return f"published, effective on {effective}, not yet in force"
    return None


def pending_notes(key: str, text: OfficialText, wanted: WantedText) -> list[Signal]:
    """Return the notes in a text about amendments that are not yet, or only for a time, in force."""
    sections = {(c.title, c.section) for c in wanted.citations}
    found: list[Signal] = []
    for paragraph in text.paragraphs:
        place = read_citation(paragraph.citation) if paragraph.kind == "effective" else None
        if place is not None and {(place.title, place.section), (place.title, place.part)} & sections:
            found.append(Signal(key, "pending", f"{paragraph.citation}: {paragraph.text}", paragraph.url))
    return found


def _concerns(text: WantedText, version: dict[str, Any]) -> bool:
    """Say whether an entry of a version list is about a wanted section, or an appendix of a wanted part."""
    identifier, part = str(version.get("identifier")), str(version.get("part"))
    return any(c.section in (identifier, part) for c in text.citations)


def summary(signals: list[Signal]) -> str:
    """Return the summary for maintainers: what moved, what is pending, what failed, and how many are
    quiet."""
    lines: list[str] = []
    for state, heading in (
        ("moved", "Moved"),
        ("pending", "Pending or limited in time"),
        ("failed", "Failed"),
    ):
        chosen = [s for s in signals if s.state == state]
        if chosen:
            lines.append(f"{heading}:")
            lines += [f"- {s.key}: {s.message}{f' {s.url}' if s.url else ''}" for s in chosen]
    quiet = sum(1 for s in signals if s.state == "quiet")
    lines.append(f"{quiet} quiet.")
    return "\n".join(lines)
