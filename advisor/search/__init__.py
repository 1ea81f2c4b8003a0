"""Question → ranked passages."""

from advisor.search.language import LANGUAGES, detect_language
from advisor.search.logistic import Logistic, load_logistic
from advisor.search.query import Query, focused, make_queries
from advisor.search.rank import Hit, Weights, blend, load_weights, rank, search
from advisor.search.together import Together

__all__ = [
    "LANGUAGES",
    "Hit",
    "Logistic",
    "Query",
    "Together",
    "Weights",
    "blend",
    "detect_language",
    "focused",
    "load_logistic",
    "load_weights",
    "make_queries",
    "rank",
    "search",
]
