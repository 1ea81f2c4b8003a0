"""Building, publishing and opening the index."""

from advisor.index.build import BuildPlan, Figures, Gate, Input, Progress, build_index, plan_build
from advisor.index.encoder import Encoder, Vectors, load_encoder
from advisor.index.entries import EntryKind, plain
from advisor.index.lexical import stems
from advisor.index.manifest import Manifest, read_manifest
from advisor.index.open import SearchIndex, open_build, open_index
from advisor.index.phrases import Phrases
from advisor.index.publish import Builds, builds_dir, read_builds, rollback
from advisor.index.scope import ScopeEvidence

__all__ = [
    "BuildPlan",
    "Builds",
    "Encoder",
    "EntryKind",
    "Figures",
    "Gate",
    "Input",
    "Manifest",
    "Phrases",
    "Progress",
    "ScopeEvidence",
    "SearchIndex",
    "Vectors",
    "build_index",
    "builds_dir",
    "load_encoder",
    "open_build",
    "open_index",
    "plain",
    "plan_build",
    "read_builds",
    "read_manifest",
    "rollback",
    "stems",
]
