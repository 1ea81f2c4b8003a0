"""The values that the channels of e5 usually take where its large matrices read them.

They are taken from a forward pass in double precision over meaningless pieces of the vocabulary. Nothing but the
middle of the usual values matters, and they are rounded coarsely, so every machine finds the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from advisor.index.e5_weights import E5Weights, Floats

__all__ = ["Range", "usual_ranges"]

Doubles = npt.NDArray[np.float64]

TEXTS = 8
PLACES = 16
PIECES = 60_000
"""The vocabulary is in order of frequency: the first pieces are the common ones of all languages."""

STEPS = 8  # to the unit, when the middle is rounded


class Range(NamedTuple):
    """The usual values of each channel: `middle` ± `reach`, both of shape (width)."""

    middle: Floats
    reach: Floats


def usual_ranges(weights: E5Weights) -> Iterator[Range]:
    """Measure the input of each layer's attention and of its inner matrix, in the order of the pass."""

    def linear(rows: Doubles, name: str) -> Doubles:
        product: Doubles = rows @ weights.matrix(name + ".w").T.astype(np.float64) + weights.vector(name + ".b")
        return product

    def normalised(rows: Doubles, name: str) -> Doubles:
        centred = rows - rows.mean(axis=-1, keepdims=True)
        scale = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + weights.epsilon)
        scaled: Doubles = centred / scale * weights.vector(name + ".w") + weights.vector(name + ".b")
        return scaled

    def heads(rows: Doubles) -> Doubles:
        return rows.reshape(TEXTS, PLACES, weights.heads, -1).swapaxes(1, 2)

    words = weights.words(_texts(weights)).astype(np.float64)
    state = normalised(words + weights.positions[:PLACES], "emb.ln")
    for layer in range(weights.layers):
        yield _range(state)
        query, key, value = (heads(linear(state, f"l{layer}.{part}")) for part in "qkv")
        weight = np.exp(query @ key.swapaxes(2, 3) / np.sqrt(query.shape[-1]))
        context = (weight / weight.sum(axis=-1, keepdims=True) @ value).swapaxes(1, 2).reshape(state.shape)
        state = normalised(state + linear(context, f"l{layer}.ao"), f"l{layer}.aln")
        yield _range(state)
        inner = linear(state, f"l{layer}.fi")
        gate = np.tanh(np.sqrt(2 / np.pi) * (inner + 0.044715 * inner * inner * inner))  # of GELU: near enough here
        inner *= (1 + gate) / 2
        state = normalised(state + linear(inner, f"l{layer}.fo"), f"l{layer}.oln")
    yield Range(np.zeros(weights.width, np.float32), np.ones(weights.width, np.float32))  # the last state is the answer


def _texts(weights: E5Weights) -> npt.NDArray[np.int64]:
    # Knuth's multiplicative hashing scatters the ids; a random generator might change with the version of numpy.
    ids = np.arange(TEXTS * PLACES, dtype=np.int64) * 2654435761 % 2**32 * PIECES >> 32
    texts: npt.NDArray[np.int64] = np.maximum(ids, weights.unknown + 1).reshape(TEXTS, PLACES)
    texts[:, 0], texts[:, -1] = weights.first, weights.last
    return texts


def _range(state: Doubles) -> Range:
    low, high = state.min(axis=(0, 1)), state.max(axis=(0, 1))
    middle = np.round((low + high) / 2 * STEPS) / STEPS
    reach = 2.0 ** np.round(np.log2((high - low) / 2))
    return Range(middle.astype(np.float32), reach.astype(np.float32))
