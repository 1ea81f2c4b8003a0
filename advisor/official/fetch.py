"""Fetches the wanted texts into the archive, one after another; one that fails does not stop the others.

A run can be broken off and started again: texts that were confirmed a short while ago are passed over, and
every text is stored as soon as it is checked.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from advisor.errors import OfficialError
from advisor.official.archive import Archive, Version
from advisor.official.checks import check
from advisor.official.readers.govuk import WithdrawnError
from advisor.official.sources import Sources, Target
from advisor.official.transport import Answer, Transport
from advisor.official.wanted import Wanted, WantedText

__all__ = ["Fetcher", "Outcome", "State"]

State = Literal["new", "changed", "unchanged", "recent", "withdrawn", "failed"]


@dataclass(frozen=True)
class Outcome:
    """What came of one text.

    Attributes:
        key: The text.
        state: New, changed, unchanged, recent (not asked again so soon), withdrawn, or failed.
        message: One line for people.
        as_of: Date of the text we hold now.
    """

    key: str
    state: State
    message: str
    as_of: dt.date | None = None

    @property
    def failed(self) -> bool:
        """Whether somebody should look."""
        return self.state in ("failed", "withdrawn")


class Fetcher:
    """Fetches texts.

    Args:
        wanted: The list.
        archive: Where they go.
        transport: Makes the requests.
        now: The time; given by tests.
        recent: Texts confirmed within this time are passed over.
        accept: Whether a text that has shrunk a lot is taken all the same.
    """

    def __init__(
        self,
        wanted: Wanted,
        archive: Archive,
        transport: Transport,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
        recent: dt.timedelta = dt.timedelta(hours=1),
        accept: bool = False,
    ) -> None:
        self.wanted, self.archive, self.transport = wanted, archive, transport
        self.now, self.recent, self.accept = now, recent, accept
        self._refused: dict[str, str] = {}

    def plan(self, keys: Sequence[str] = ()) -> list[WantedText]:
        """Return the texts to fetch, grouped by publisher so that one host is done before the next.

        Raises:
            InputError: if a key is not in the list.
        """
        texts = [self.wanted.text(key) for key in keys] if keys else list(self.wanted.texts)
        order = list(dict.fromkeys(text.publisher for text in texts))
        return sorted(texts, key=lambda text: order.index(text.publisher))

    def run(self, texts: Sequence[WantedText]) -> Iterator[Outcome]:
        """Fetch texts and yield what came of each, in order."""
        sources = Sources(self.wanted, self.transport, self.archive, self.now().date())
        for text in texts:
            try:
                yield self._one(text, sources)
            except WithdrawnError as error:
                self.archive.fail(text.key, self.now(), str(error), withdrawn=True)
                yield Outcome(text.key, "withdrawn", str(error))
            except OfficialError as error:
                yield self._failed(text, str(error))

    def _one(self, text: WantedText, sources: Sources) -> Outcome:
        record = self.archive.record(text.key)
        held = record.versions[0] if record.versions else None
        if held is not None and record.failure is None and self.now() - held.confirmed < self.recent:
            return Outcome(text.key, "recent", "confirmed a short while ago", held.as_of)
        if text.publisher in self._refused:
            raise OfficialError(self._refused[text.publisher])
        target = sources.locate(text)
        if target.unchanged and held is not None:
            return self._confirmed(text, held, target, None)
        publisher = self.wanted.publisher_of(text)
        answer = self.transport.get(
            target.url, headers=_conditions(held, target), delay=publisher.delay, allow=publisher.allow
        )
        if answer.status == 304:
            if held is None:
                raise OfficialError(f"{target.url}: 304, though nothing is held")
            return self._confirmed(text, held, target, answer)
        return self._store(text, target, answer, held, publisher.format)

    def _store(self, text: WantedText, target: Target, answer: Answer, held: Version | None, expected: str) -> Outcome:
        try:
            data = target.unpack(answer.body) if target.unpack else answer.body
            document = check(data, text, expected, target.name, held, self.accept)
        except WithdrawnError:
            raise
        except OfficialError as error:
            if "web page came instead" in str(error):
                self._refused[text.publisher] = f"not asked for: {text.publisher} sent a web page for {text.key}"
            raise OfficialError(f"{target.url}: {error}") from None
        now = self.now()
        words = document.text()
        version = Version(
            digest=hashlib.sha256(data).hexdigest(),
            text_digest=hashlib.sha256(words.encode()).hexdigest(),
            url=target.url,
            name=target.name,
            fetched=now,
            confirmed=now,
            as_of=target.as_of or document.as_of,
            etag=answer.etag,
            last_modified=answer.last_modified,
            characters=sum(len(p.text) for p in document.paragraphs if p.kind != "furniture"),
        )
        self.archive.put(text.key, data, version)
        if held is None:
            state: State = "new"
        else:
            state = "unchanged" if held.text_digest == version.text_digest else "changed"
        dated = f"as of {version.as_of}" if version.as_of else "undated"
        return Outcome(text.key, state, f"{version.characters:,} characters, {dated}", version.as_of)

    def _confirmed(self, text: WantedText, held: Version, target: Target, answer: Answer | None) -> Outcome:
        self.archive.confirm(
            text.key,
            self.now(),
            target.as_of,
            answer.etag if answer else None,
            answer.last_modified if answer else None,
        )
        as_of = target.as_of or held.as_of
        return Outcome(text.key, "unchanged", f"still the text of {held.fetched.date()}", as_of)

    def _failed(self, text: WantedText, message: str) -> Outcome:
        """Note a failure and say how old the copy is that we go on with."""
        now = self.now()
        self.archive.fail(text.key, now, message)
        held = self.archive.latest(text.key)
        if held is None:
            return Outcome(text.key, "failed", f"{message}; there is no copy yet")
        age = (now - held.confirmed).days
        return Outcome(text.key, "failed", f"{message}; the copy confirmed {age} days ago is kept", held.as_of)


def _conditions(held: Version | None, target: Target) -> dict[str, str]:
    """Return the headers: what we accept, and on which condition a body is sent at all."""
    headers = {"Accept": target.accept}
    if held is None or held.url != target.url:
        return headers
    if held.etag:
        headers["If-None-Match"] = held.etag
    if held.last_modified:
        headers["If-Modified-Since"] = held.last_modified
    return headers
