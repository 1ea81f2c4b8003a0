"""Reading and checking the curated corpus: documents, records, topics and glossary."""

from advisor.corpus.checks import check_corpus
from advisor.corpus.corpus import Corpus, document_paths, load_corpus, load_documents
from advisor.corpus.glossary import Glossary, Term
from advisor.corpus.models import Checked, Document, Kind, Passage, Quote, Section, Source, Statement, Status
from advisor.corpus.new import new_file
from advisor.corpus.problem import Problem, fold
from advisor.corpus.records import Award, Program, Record, State
from advisor.corpus.report import Table, as_markdown, report
from advisor.corpus.stale import Stale, stale
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
    "Quote",
    "Record",
    "Section",
    "Source",
    "Stale",
    "State",
    "Statement",
    "Status",
    "Table",
    "Term",
    "Topics",
    "as_markdown",
    "check_corpus",
    "document_paths",
    "fold",
    "is_record",
    "load_corpus",
    "load_documents",
    "new_file",
    "report",
    "stale",
]
