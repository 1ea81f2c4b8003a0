"""Which facts of a fact book have no likely counterpart in the corpus?

    python -m tests.tools.compare_facts BOOK.md ... [--omitted docs/corpus-omitted.md] [--all]

A fact book is a Markdown file: headings, bullets that end in `[citation | address | date | mark]`, bullets without such
an end (misconceptions, disagreements, glossary), and tables (boards, programmes, awards, terms). Each bullet and each
row of a table is a fact.

A fact is compared with every section, record and glossary term of the corpus on three counts: its citation or address
(brought to one form), its numbers and dates, and its words weighed by how rare they are. The best place wins; below
`LIKELY` the fact is printed, with the place that came nearest, for a person to judge. The comparison can only point: a
fact that says another number than the corpus may well score high. Facts that `--omitted` lists are left out.
"""

from __future__ import annotations

import argparse
import math
import re
from calendar import month_abbr
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path

from Stemmer import Stemmer

from advisor.corpus import Corpus, fold, load_corpus
from advisor.corpus.passages import corpus_passages

LIKELY = 0.6
"""Half of what a fact says, by weight, stands in one place."""

_CITED = re.compile(r"\s*\[([^\[\]]*\|[^\[\]]*(?:\[[^\]]*\][^\[\]]*)*)\]\.?\s*$")
_ID = re.compile(r"^\**((?:[A-Z]{1,3}-?)\d+)\**\.?\s+")
_MONTHS = {name.lower(): number for number, name in enumerate(month_abbr) if name}
_DAY = re.compile(r"\b(\d{1,2}) ([A-Za-z]{3})[a-z]* (\d{4})\b")
_MONTH = re.compile(r"\b([A-Za-z]{3})[a-z]* (\d{4})\b")
_WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_STEM = Stemmer("english")
_NO_FACTS = ("how to read", "not verified")
"""Headings of what is no fact: a book's legend, and its list of what nobody could check."""


@dataclass(frozen=True)
class Fact:
    """One line of a fact book.

    Attributes:
        book: The name of the file, without its suffix.
        line: Where it stands, from 1.
        section: The heading above it.
        identity: Its own number, such as `UK-01`, if it has one.
        text: What it says.
        citation: What it rests on; empty if it does not say.
        url: Where to read that; empty if it does not say.
    """

    book: str
    line: int
    section: str
    identity: str
    text: str
    citation: str = ""
    url: str = ""


@dataclass(frozen=True)
class Place:
    """A section, record or term of the corpus: its id, its words, and the citations and addresses of its sources."""

    identity: str
    text: str
    citations: tuple[str, ...]
    urls: frozenset[str]


def read_facts(path: Path) -> Iterator[Fact]:
    """The facts of one book, line by line; what stands below its title, before the first section, is its legend."""
    title = ""
    section, columns, before = "", list[str](), Fact(path.stem, 0, "", "", "")
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("#"):
            heading = line.lstrip("# ").strip()
            no_facts = not title or any(words in heading.lower() for words in _NO_FACTS)
            title, section, columns = title or heading, "" if no_facts else heading, []
        elif not section:
            continue
        elif match := re.match(r"(?:- |\d+\. )(.*)", line):
            before = _bullet(match[1], Fact(path.stem, number, section, "", ""), before)
            yield before
        elif line.startswith("|"):
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if not columns:
                columns = cells
            elif not set(line) <= set("|-: "):
                url = next((cell for cell in cells if cell.startswith("http")), "")
                identity = cells[0] if re.fullmatch(r"[A-Z]+\d+", cells[0]) else ""
                text = ". ".join(cell for cell in cells if cell not in (url, identity, "-", "not in copy", "n/a"))
                yield Fact(path.stem, number, section, identity, text, "", url)


def _bullet(text: str, at: Fact, before: Fact) -> Fact:
    """Read one bullet; the citation `same` is that of the bullet before, one without an address is no source."""
    identity = _ID.match(text)
    text = text[identity.end() :] if identity else text
    tail = _CITED.search(text)
    citation, url = "", ""
    if tail:
        text = text[: tail.start()]
        first, *others = (part.strip() for part in tail[1].split("|"))
        if first.startswith("same"):
            citation, url = before.citation, before.url
        elif url := next((part for part in others if part.startswith("http")), ""):
            citation = first
    return Fact(at.book, at.line, at.section, identity[1] if identity else "", text.strip(), citation, url)


def words(text: str) -> set[str]:
    """Stems of the words."""
    return set(_STEM.stemWords(re.findall(r"[^\W\d_]{2,}", text.lower())))


def numbers(text: str) -> set[str]:
    """Numbers and dates in one form: `30 June 2025` is 2025-06-30, `four` is 4, `1,000` is 1000."""
    text = _DAY.sub(lambda m: f" {m[3]}-{_MONTHS[m[2].lower()]:02}-{int(m[1]):02} " if _is_month(m[2]) else m[0], text)
    text = _MONTH.sub(lambda m: f" {m[2]}-{_MONTHS[m[1].lower()]:02} " if _is_month(m[1]) else m[0], text)
    text = re.sub(r"(?<=\d)[, ](?=\d{3}\b)", "", text)
    found = set(re.findall(r"\d{4}-\d{2}(?:-\d{2})?|\d+(?:\.\d+)*", text))
    found |= {part for date in found if "-" in date for part in (date[:7], date[:4])}
    return found | {str(_WORDS.index(word)) for word in re.findall(r"[a-z]+", text.lower()) if word in _WORDS}


def _is_month(name: str) -> bool:
    return name.lower() in _MONTHS


def address(url: str) -> str:
    """An address without what changes nothing: scheme, `www.`, a closing slash, capitals, a fragment."""
    return re.sub(r"^https?://(www\.)?|#.*$|/$", "", url.lower()).rstrip("/")


def places(corpus: Corpus) -> list[Place]:
    """Every section, record passage and term of the corpus."""
    found = [
        Place(
            passage.id,
            "\n".join((passage.document, passage.title, passage.text)),
            tuple(f"{source.citation} {source.title or ''} {source.publisher}" for source in passage.sources.values()),
            frozenset(address(source.url) for source in passage.sources.values()),
        )
        for passage in corpus_passages(corpus)
    ]
    for key, term in corpus.glossary.terms.items():
        sources = [corpus.glossary.sources[source] for source in term.sources]
        text = "\n".join((term.term, *term.synonyms, term.meaning))
        urls = frozenset(address(source.url) for source in sources)
        found.append(Place(f"glossary:{key}", text, tuple(source.citation for source in sources), urls))
    return found


class Comparison:
    """Finds the place of the corpus that is nearest to a fact, by inverted lists of words, numbers and citations."""

    def __init__(self, found: Iterable[Place]) -> None:
        self.places = list(found)
        self._having: dict[str, list[int]] = defaultdict(list)
        self._citing: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self._at: dict[str, list[int]] = defaultdict(list)
        for number, place in enumerate(self.places):
            for word in words(place.text) | numbers("\n".join((place.text, *place.citations))):
                self._having[word].append(number)
            for which, citation in enumerate(place.citations):
                for word in set(fold(citation).split()):
                    self._citing[word].append((number, which))
            for url in place.urls:
                self._at[url].append(number)

    def nearest(self, fact: Fact) -> tuple[float, Place]:
        """The nearest place and how near it is, from 0 to 1: words a half, numbers a quarter, the source a quarter.

        Where the fact has no numbers, or no source, its words count for them too.
        """
        said, counted = self._shares(words(fact.text)) or {}, self._shares(numbers(fact.text))
        cited = self._cited(fact)
        near = said.keys() | (counted or {}).keys() | (cited or {}).keys()

        def score(number: int) -> float:
            word = said.get(number, 0.0)
            numeric = word if counted is None else counted.get(number, 0.0)
            source = word if cited is None else cited.get(number, 0.0)
            return 0.5 * word + 0.25 * numeric + 0.25 * source

        best = max(near, key=score, default=0)
        return score(best), self.places[best]

    def _shares(self, wanted: set[str]) -> dict[int, float] | None:
        """For each place the share of what is wanted that it has, rare words weighing more; None if nothing is."""
        if not wanted:
            return None
        weights = {word: math.log((2 + len(self.places)) / (1 + len(self._having.get(word, ())))) for word in wanted}
        found: dict[int, float] = defaultdict(float)
        for word, weight in weights.items():
            for number in self._having.get(word, ()):
                found[number] += weight / sum(weights.values())
        return found

    def _cited(self, fact: Fact) -> dict[int, float] | None:
        """For each place how much of the fact's citation its nearest source has; None if the fact cites nothing."""
        wanted = set(fold(fact.citation).split())
        if not wanted and not fact.url:
            return None
        shared: Counter[tuple[int, int]] = Counter(at for word in wanted for at in self._citing.get(word, ()))
        found: dict[int, float] = defaultdict(float)
        for (number, _), count in shared.items():
            found[number] = max(found[number], count / len(wanted))
        return found | dict.fromkeys(self._at.get(address(fact.url), ()), 1.0)


def judge(facts: Iterable[Fact], comparison: Comparison) -> list[tuple[float, Place, Fact]]:
    """Each fact with its nearest place.

    A line without a source that points to others by their numbers (a misconception, a change) is as near as the least
    near of these, if that is nearer than itself.
    """
    judged = [(*comparison.nearest(fact), fact) for fact in facts]
    known = {fact.identity: (score, place) for score, place, fact in judged if fact.identity}
    result = []
    for score, place, fact in judged:
        others = [] if fact.citation else _pointed(fact.text)
        if others and all(other in known for other in others):
            score, place = max((score, place), min((known[o] for o in others), key=itemgetter(0)), key=itemgetter(0))
        result.append((score, place, fact))
    return result


def _pointed(text: str) -> list[str]:
    """The numbers of other facts that a line names, ranges such as `CA-16 to CA-18` filled in."""
    found = []
    for prefix, first, last in re.findall(r"\b([A-Z]{2}-)(\d+)(?: to [A-Z]{2}-(\d+))?\b", text):
        found += [f"{prefix}{number:02}" for number in range(int(first), int(last or first) + 1)]
    return found


def listed(page: str) -> set[str]:
    """What the page on omissions lists, folded: the beginnings of facts, the second cell of each row of its tables."""
    rows = [line.strip().strip("|").split("|") for line in page.splitlines() if line.startswith("|")]
    return {fold(row[1]) for row in rows if len(row) == 3} - {"", "fact"}


def main() -> None:
    """Print the facts with no likely counterpart."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("books", nargs="+", type=Path, help="fact books")
    parser.add_argument("--corpus", type=Path, default=Path("corpus"))
    parser.add_argument("--omitted", type=Path, help="the page that lists facts left out, and where others stand")
    parser.add_argument("--all", action="store_true", help="print every fact with its nearest place")
    options = parser.parse_args()
    omitted = listed(options.omitted.read_text(encoding="utf-8")) if options.omitted else set()
    comparison = Comparison(places(load_corpus(options.corpus)))
    for book in options.books:
        for score, place, fact in judge(read_facts(book), comparison):
            told = any(f"{fold(fact.text)} ".startswith(f"{beginning} ") for beginning in omitted)
            if options.all or (score < LIKELY and not told):
                print(f"{score:.2f}\t{fact.book}:{fact.line}\t{place.identity}\t{fact.identity} {fact.text}")


if __name__ == "__main__":
    main()
