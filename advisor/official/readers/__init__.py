"""Readers: one module a format, and `detect` that chooses by content."""

from advisor.official.readers.detect import READERS, detect, read_bytes, read_file

__all__ = ["READERS", "detect", "read_bytes", "read_file"]
