#!/usr/bin/env python3
"""Rebuild the index of the corpus: the same as `advisor index build`, with the same options."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # also from a checkout that is not installed

from advisor.cli import main

if __name__ == "__main__":
    sys.argv[1:1] = ["index", "build"]
    main()
