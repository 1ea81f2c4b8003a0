"""Federal Register documents as the API gives them: one document, a page of results, or a plain list."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from advisor.errors import OfficialError
from advisor.official.models import OfficialText, Paragraph, ParagraphKind
from advisor.official.section import Place, paragraph
from advisor.official.wording import Wording, fold

__all__ = ["documents_of", "read_federal_register"]


def documents_of(data: bytes) -> list[dict[str, Any]]:
    """Return the documents of an answer.

    Raises:
        OfficialError: if it holds none.
    """
    try:
        answer = json.loads(data)
    except ValueError as error:
        raise OfficialError(f"not JSON: {error}") from None
    found = answer.get("results", [answer]) if isinstance(answer, dict) else answer
    if not isinstance(found, list):
        raise OfficialError("this JSON holds no Federal Register documents")
    documents = [d for d in found if isinstance(d, dict) and "document_number" in d]
    if not documents and not (isinstance(answer, dict) and answer.get("count") == 0):
        raise OfficialError("this JSON holds no Federal Register documents")
    return documents


def read_federal_register(data: bytes) -> OfficialText:
    """Read documents: title, abstract, action and dates of each.

    Raises:
        OfficialError: if there is no document in it.
    """
    made: list[Paragraph] = []
    documents = documents_of(data)
    for document in documents:
        made += _document(document)
    dates = [day for d in documents if (day := _date(d.get("publication_date")))]
    single = documents[0] if len(documents) == 1 else None
    return OfficialText(
        source="federal-register",
        title=fold(str(single["title"])) if single else f"Federal Register: {len(documents)} documents",
        kind="regulation",
        publisher="Federal Register",
        as_of=max(dates, default=None),
        url=str(single.get("html_url") or "") if single else "https://www.federalregister.gov/documents/search",
        paragraphs=tuple(made),
    )


def _document(document: dict[str, Any]) -> list[Paragraph]:
    number = str(document["document_number"])
    name = str(document.get("citation") or f"FR Doc. {number}")
    title = fold(str(document.get("title") or ""))
    url = str(document.get("html_url") or f"https://www.federalregister.gov/d/{number}")
    place = Place(
        ("Federal Register", name),
        (title,),
        lambda _: name,
        lambda _: url,
        None,
        _date(document.get("publication_date")),
    )
    parts: list[tuple[str, ParagraphKind]] = [
        (title, "heading"),
        (fold(str(document.get("action") or "")), "note"),
        (fold(str(document.get("dates") or "")), "effective"),
        (fold(str(document.get("abstract") or "")), "paragraph"),
    ]
    return [paragraph(Wording(text), place, kind=kind) for text, kind in parts if text]


def _date(value: object) -> dt.date | None:
    try:
        return dt.date.fromisoformat(str(value)[:10])
    except ValueError:
        return None
