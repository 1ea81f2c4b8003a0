"""Learning the projection of `advisor.index.meaning` from the asks of a corpus."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from advisor.corpus import Passage
from advisor.errors import EvaluationError
from advisor.index import Encoder, EntryKind, Vectors
from advisor.index.cache import CachedEncoder
from advisor.index.entries import Entries, make_entries
from advisor.index.meaning import SHARES, Projection
from advisor.index.space import fit_space

__all__ = ["learn_projection"]

STEPS, BATCH, RATE = 100, 2048, 3e-3
SHARPNESS = 20.0
"""What cosines are multiplied by to become logits."""

SMOOTHING = 0.05
"""The share of each answer that is spread over all passages, so that no ask is learned by heart."""

PENALTY = 1e-3
"""On the squared distance of the map from the one it starts with, which the space of the index gives in closed form."""

LEAST_ASKS = 1000


def learn_projection(
    passages: Sequence[Passage], encoder: Encoder, cache: Path, report: Callable[[str], None] = print
) -> Projection:
    """Learn a linear map under which every ask lies nearest to the mean of its own passage, itself left out.

    Args:
        passages: The corpus.
        encoder: The model whose vectors are mapped.
        cache: The vector cache of its index.
        report: Told how it goes.

    Raises:
        EvaluationError: There are too few asks.
    """
    entries = make_entries(passages)
    asked = entries.asked
    if (entries.kind == EntryKind.ASK).sum() < LEAST_ASKS:
        raise EvaluationError(f"fewer than {LEAST_ASKS} asks to learn from")
    texts = np.array(entries.texts, dtype=object)
    vectors = np.empty((len(texts), encoder.dimension), dtype=np.float32)
    with closing(CachedEncoder(encoder, cache)) as cached:
        vectors[asked] = cached.questions(texts[asked].tolist())
        vectors[~asked] = cached.passages(texts[~asked].tolist())
    space = fit_space(vectors, entries.passage, asked)
    vectors[asked], vectors[~asked] = space.questions(vectors[asked]), space.statements(vectors[~asked])
    return Projection(encoder.fingerprint, space.matrix @ _learn(vectors, entries, report))


def _learn(vectors: Vectors, entries: Entries, report: Callable[[str], None]) -> Vectors:
    """The map on top of the space that `vectors`, shape (n, dimension), lie in already."""
    import torch
    from torch.nn.functional import cross_entropy, normalize

    rows = torch.from_numpy(vectors)
    count, dimension = vectors.shape
    shares = torch.tensor([SHARES[EntryKind(kind)] for kind in entries.kind.tolist()])
    places = torch.from_numpy(np.stack([entries.passage.astype(np.int64), np.arange(count)]))
    sums = torch.sparse_coo_tensor(places, shares, (int(entries.passage[-1]) + 1, count), check_invariants=True)
    asks = torch.from_numpy(np.flatnonzero(entries.kind == EntryKind.ASK))
    homes = torch.from_numpy(entries.passage.astype(np.int64))[asks]
    start = torch.eye(dimension)
    learned = start.clone().requires_grad_(True)
    optimizer = torch.optim.Adam([learned], lr=RATE)
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.03, total_iters=STEPS)
    chosen = torch.Generator().manual_seed(1)
    for step in range(1, STEPS + 1):
        moved = normalize(rows @ learned, dim=1)
        totals = torch.sparse.mm(sums, moved)
        batch = torch.randint(len(asks), (BATCH,), generator=chosen)
        questions, home = moved[asks[batch]], homes[batch]
        logits = questions @ normalize(totals, dim=1).T
        without = (normalize(totals[home] - questions, dim=1) * questions).sum(dim=1)
        logits = SHARPNESS * logits.scatter(1, home[:, None], without[:, None])
        loss = cross_entropy(logits, home, label_smoothing=SMOOTHING) + PENALTY * ((learned - start) ** 2).sum()
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        schedule.step()
        if step % 20 == 0:
            report(f"step {step} of {STEPS}: loss {loss.item():.3f}")
    return np.asarray(learned.detach().numpy(), dtype=np.float32)
