"""Answers visiting physicians' questions from a curated corpus, always with sources."""

__all__ = ["__version__"]

__version__ = "0.1.0"
