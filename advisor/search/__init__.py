"""Question → ranked passages."""

from advisor.search.language import LANGUAGES, detect_language
from advisor.search.logistic import Logistic, load_logistic
from advisor.search.query import Query, make_queries
from advisor.search.rank import Hit, Weights, load_weights, rank, search
from advisor.search.together import Together

__all__ = [
    "LANGUAGES",
    "Hit",
    "Logistic",
    "Query",
    "Together",
    "Weights",
    "detect_language",
    "load_logistic",
    "load_weights",
    "make_queries",
    "rank",
    "search",
]
