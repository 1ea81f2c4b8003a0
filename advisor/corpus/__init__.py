"""Reading and checking the curated corpus: documents, records, topics and glossary."""

from advisor.corpus.checks import Problem, check_corpus, fold
from advisor.corpus.corpus import Corpus, load_corpus
from advisor.corpus.glossary import Glossary, Term
from advisor.corpus.models import Checked, Document, Kind, Passage, Section, Source, Statement, Status
from advisor.corpus.records import Award, Program, Record, State
from advisor.corpus.templates import is_record
from advisor.corpus.topics import Topics

__all__ = [
    "Award",
    "Checked",
    "Corpus",
    "Document",
    "Glossary",
    "Kind",
    "Passage",
    "Problem",
    "Program",
    "Record",
    "Section",
    "Source",
    "State",
    "Statement",
    "Status",
    "Term",
    "Topics",
    "check_corpus",
    "fold",
    "is_record",
    "load_corpus",
]
