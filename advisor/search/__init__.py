"""Question → ranked passages."""

from advisor.search.language import LANGUAGES, detect_language
from advisor.search.query import Query, make_queries
from advisor.search.rank import Hit, rank, search

__all__ = ["LANGUAGES", "Hit", "Query", "detect_language", "make_queries", "rank", "search"]
