"""Official texts: read, cited, fetched, kept, compared, watched. Official wording never enters the
repository.

The room knows nothing of questions or answers. Start with `Library.show` for what a citation says, `read_file`
for what is in a file, and `Fetcher` for getting texts.
"""

from advisor.official.archive import Archive, Record, Version
from advisor.official.citation import Citation, parse_citation, parse_citations, read_citation
from advisor.official.corpus_check import Explained, OfficialCheck, check_official, load_explained
from advisor.official.crossrefs import find_citations
from advisor.official.diff import (
    Change,
    Notice,
    affected,
    changed_since,
    compare,
    compare_latest,
    word_changes,
)
from advisor.official.fetch import Fetcher, Outcome
from advisor.official.ina import INA_TO_USC, USC_TO_INA
from advisor.official.links import link_for
from advisor.official.lookup import Library, Rule
from advisor.official.models import OfficialText, Paragraph, Reference
from advisor.official.passages import official_passages
from advisor.official.readers import detect, read_bytes, read_file
from advisor.official.shelf import Shelf
from advisor.official.ties import ChangedRule, Tie, changed_rules, quote, ties
from advisor.official.transport import Limits, Transport, user_agent
from advisor.official.verify import Mismatch, Statement, verify
from advisor.official.wanted import Wanted, WantedText, load_wanted
from advisor.official.watch import Signal, Watcher, summary

__all__ = [
    "INA_TO_USC",
    "USC_TO_INA",
    "Archive",
    "Change",
    "ChangedRule",
    "Citation",
    "Explained",
    "Fetcher",
    "Library",
    "Limits",
    "Mismatch",
    "Notice",
    "OfficialCheck",
    "OfficialText",
    "Outcome",
    "Paragraph",
    "Record",
    "Reference",
    "Rule",
    "Shelf",
    "Signal",
    "Statement",
    "Tie",
    "Transport",
    "Version",
    "Wanted",
    "WantedText",
    "Watcher",
    "affected",
    "changed_rules",
    "changed_since",
    "check_official",
    "compare",
    "compare_latest",
    "detect",
    "find_citations",
    "link_for",
    "load_explained",
    "load_wanted",
    "official_passages",
    "parse_citation",
    "parse_citations",
    "quote",
    "read_bytes",
    "read_citation",
    "read_file",
    "summary",
    "ties",
    "user_agent",
    "verify",
    "word_changes",
]
