"""Where each wanted text is to be had today: addresses, dates and change signals of the publishers'
interfaces.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

from advisor.errors import OfficialError
from advisor.official.archive import Archive, Version
from advisor.official.transport import FetchError, Transport
from advisor.official.wanted import Publisher, Wanted, WantedText

__all__ = ["Release", "Sources", "Target", "TitleDates", "unzip"]

_FIELDS: Final = (
    "document_number",
    "citation",
    "title",
    "type",
    "abstract",
    "action",
    "dates",
    "effective_on",
    "publication_date",
    "html_url",
    "cfr_references",
    "correction_of",
)
_RELEASE: Final = re.compile(
    r"releasepoints/us/pl/(\d+)/([0-9a-z]+(?:not[0-9a-z]+)*)/xml_usc(\d{2})@\d+-[0-9a-z]+\.zip", re.IGNORECASE
)
_RELEASE_DATE: Final = re.compile(r"Public Law\s+(\d+-\d+)[^()]{0,80}\((\d{2})/(\d{2})/(\d{4})\)")
_MAX_UNZIPPED: Final = 64 * 1024 * 1024


@dataclass(frozen=True)
class Target:
    """One request to make.

    Attributes:
        url: Address.
        name: File name for the readers.
        as_of: Date the publisher gives to the text.
        unchanged: Whether the publisher's signal says that what we hold still stands.
        unpack: What turns the body into the text's bytes.
        accept: Media type to ask for.
    """

    url: str
    name: str
    as_of: dt.date | None = None
    unchanged: bool = False
    unpack: Callable[[bytes], bytes] | None = None
    accept: str = "*/*"


@dataclass(frozen=True)
class TitleDates:
    """What the eCFR says of a title: when it was last amended and issued, and up to when it is complete."""

    amended: dt.date
    issued: dt.date
    up_to: dt.date
    busy: bool


@dataclass(frozen=True)
class Release:
    """A release point of the U.S. Code: its public law, its date if given, and the archive of a title."""

    law: str
    date: dt.date | None
    url: str


@dataclass
class Sources:
    """Finds texts; what several texts share is asked once.

    Args:
        wanted: The list.
        transport: Makes the requests.
        archive: Tells what is held already.
        today: Today, for searches by date.
    """

    wanted: Wanted
    transport: Transport
    archive: Archive
    today: dt.date
    _titles: dict[str, TitleDates] = field(default_factory=dict)
    _releases: dict[str, Release] = field(default_factory=dict)

    def locate(self, text: WantedText) -> Target:
        """Say which request gives a text.

        Raises:
            OfficialError: if the publisher does not say.
        """
        publisher = self.wanted.publisher_of(text)
        held = self.archive.latest(text.key)
        match text.publisher:
            case "ecfr":
                return self._ecfr(text, publisher, held)
            case "uscode":
                return self._uscode(text, publisher, held)
            case "federal-register":
                return self._federal_register(text, publisher)
            case "govuk":
                return Target(
                    f"{publisher.base}/api/content/{text.path}", f"{text.key}.json", accept="application/json"
                )
            case "legislation":
                return Target(f"{publisher.base}/{text.path}/data.xml", f"{text.key}.xml", accept="application/xml")
            case _:
                name = text.path.replace("/", ".") + ".xml"
                repository = "maryland-dsd/law-xml/main/us/md/exec/comar"
                return Target(f"{publisher.base}/{repository}/{text.path}.xml", name)

    def titles(self) -> dict[str, TitleDates]:
        """Return the dates of the eCFR's titles by number.

        Raises:
            OfficialError: if they cannot be had.
        """
        if not self._titles:
            publisher = self.wanted.publishers["ecfr"]
            url = f"{publisher.base}/api/versioner/v1/titles.json"
            answer = _json(url, self._get(url, publisher, "application/json"))
            for title in answer.get("titles", []):
                if isinstance(title, dict) and not title.get("reserved"):
                    self._titles[str(title.get("number"))] = _title_dates(url, title)
            if not self._titles:
                raise OfficialError(f"{url}: the list of titles is empty")
        return self._titles

    def release(self, title: str) -> Release:
        """Return the current release point of a title of the Code.

        Raises:
            OfficialError: if the download page does not name one.
        """
        if not self._releases:
            publisher = self.wanted.publishers["uscode"]
            url = f"{publisher.base}/download/download.shtml"
            page = self._get(url, publisher, "text/html").decode("utf-8", errors="replace")
            dated = _RELEASE_DATE.search(re.sub(r"<[^>]+>", " ", page))
            day = dt.date(int(dated[4]), int(dated[2]), int(dated[3])) if dated else None
            for match in _RELEASE.finditer(page):
                release = Release(f"{match[1]}-{match[2]}", day, f"{publisher.base}/download/{match[0]}")
                self._releases.setdefault(str(int(match[3])), release)
        if title not in self._releases:
            raise OfficialError(f"the download page of the U.S. Code names no XML of title {title}")
        return self._releases[title]

    def _get(self, url: str, publisher: Publisher, accept: str) -> bytes:
        return self.transport.get(url, headers={"Accept": accept}, delay=publisher.delay, allow=publisher.allow).body

    def _ecfr(self, text: WantedText, publisher: Publisher, held: Version | None) -> Target:
        first = text.citations[0]
        dates = self.titles().get(first.title)
        if dates is None:
            raise OfficialError(f"the eCFR has no title {first.title}")
        if dates.busy:
            raise FetchError(f"the eCFR is just updating title {first.title}; try again later")
        query = f"part={first.part}"
        if "." in first.section:
            query += f"&section={first.section}"
        url = f"{publisher.base}/api/versioner/v1/full/{dates.up_to}/title-{first.title}.xml?{query}"
        same = held is not None and held.url.endswith(f"title-{first.title}.xml?{query}")
        moved = max(dates.amended, dates.issued)
        unchanged = same and held is not None and held.as_of is not None and moved <= held.as_of
        return Target(url, f"{text.key}.xml", dates.up_to, unchanged, accept="application/xml")

    def _uscode(self, text: WantedText, publisher: Publisher, held: Version | None) -> Target:
        title = text.citations[0].title
        release = self.release(title)
        member = f"usc{int(title):02d}.xml"
        return Target(
            release.url,
            member,
            release.date,
            unchanged=held is not None and held.url == release.url,
            unpack=lambda data: unzip(data, member),
            accept="application/zip",
        )

    def _federal_register(self, text: WantedText, publisher: Publisher) -> Target:
        since = f"{self.today.year - 2}-01-01"
        fields = "&".join(f"fields[]={name}" for name in _FIELDS)
        query = f"{text.path}&conditions[publication_date][gte]={since}&per_page=100&order=newest&{fields}"
        url = f"{publisher.base}/api/v1/documents.json?{quote(query, safe='=&%')}"
        return Target(url, f"{text.key}.json", accept="application/json")


def unzip(data: bytes, member: str) -> bytes:
    """Take one file out of a zip, within the limits.

    Raises:
        OfficialError: if it is no zip (this publisher answers 200 with a page when a file is missing), or
            too large.
    """
    if data[:4] != b"PK\x03\x04":
        raise OfficialError("not a zip file; the publisher sends a page instead when there is none")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            info = next((i for i in archive.infolist() if i.filename.rpartition("/")[2] == member), None)
            if info is None:
                raise OfficialError(f"the zip has no {member}")
            with archive.open(info) as file:
                content = file.read(_MAX_UNZIPPED + 1)
    except (zipfile.BadZipFile, EOFError, OSError) as error:
        raise OfficialError(f"the zip is damaged: {error}") from None
    if len(content) > _MAX_UNZIPPED:
        raise OfficialError(f"{member} has more than {_MAX_UNZIPPED:,} bytes; refused")
    return content


def _json(url: str, body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except ValueError:
        raise OfficialError(f"{url}: not JSON") from None
    if not isinstance(answer, dict):
        raise OfficialError(f"{url}: not the answer that was expected")
    return answer


def _title_dates(url: str, title: dict[str, Any]) -> TitleDates:
    try:
        return TitleDates(
            amended=dt.date.fromisoformat(str(title["latest_amended_on"])),
            issued=dt.date.fromisoformat(str(title["latest_issue_date"])),
            up_to=dt.date.fromisoformat(str(title["up_to_date_as_of"])),
            busy=bool(title.get("processing_in_progress")),
        )
    except (KeyError, ValueError) as error:
        raise OfficialError(f"{url}: title {title.get('number')} has no usable dates ({error})") from None
