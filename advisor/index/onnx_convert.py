"""The four-bit weights of e5 → an ONNX graph that multiplies whole numbers of eight bits.

ONNX Runtime multiplies unsigned by signed bytes several times as fast as floats or four-bit blocks. Each token's row
is scaled by its own largest value, so a text's vector depends on nothing else in its batch; sums of whole numbers are
exact, so it does not depend on the batch's shape either.

One scale for a row is too coarse where a few channels are always large, as in this model. So each channel of a
matrix's input is first shifted to the middle of its usual values, and then divided by a factor that goes into the
weights instead (SmoothQuant: Xiao et al., 2022, arXiv:2211.10438). The shifts vanish in biases; the factors cost one
multiplication.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from advisor.index.e5_ranges import usual_ranges
from advisor.index.e5_weights import E5Weights, Floats

__all__ = ["CONVERTER_VERSION", "convert"]

CONVERTER_VERSION = 1
"""Goes up whenever the graph or its numbers change: it is part of the model's fingerprint."""

BALANCE = 0.65
"""How much of a channel's reach goes into the weights, from 0 to 1; 0.5, 0.65 and 0.8 were tried."""

BYTE_MAX = 127
ZERO_POINT = 128
ZERO_POINTS = "zero_points"
"""The zero point once for each row, made anew for each batch."""

MICROSOFT = "com.microsoft"
OPSETS = {"": 21, MICROSOFT: 1}
IR_VERSION = 10


def convert(weights: E5Weights) -> bytes:
    """Build the encoder; the same weights give the same bytes.

    Its inputs are `tokens`, floats of shape (texts, places, width): words and positions added up; and `lengths`,
    int32 of shape (texts): how many places of each text are filled. Its output is `hidden`, shaped like `tokens`
    and without meaning at the places that are not filled.

    Args:
        weights: The model.

    Returns:
        A serialised ONNX model, some 22 MB.
    """
    with threadpool_limits(limits=1, user_api="blas"):  # on a busy machine several wait for each other, tenfold
        return _built(weights)


def _built(weights: E5Weights) -> bytes:
    graph = _Graph()
    width, ranges = weights.width, usual_ranges(weights)

    flat = graph.constant(np.array([-1, width], np.int64))
    rows = graph.op("Reshape", "tokens", flat)  # all tokens below each other: only attention asks whose they are
    texts = graph.op("Shape", "tokens", start=0, end=2)
    by_text = graph.op("Concat", texts, graph.constant(np.array([3 * width], np.int64)), axis=0)
    count = graph.op("Shape", rows, start=0, end=1)
    graph.op("Expand", graph.constant(np.array(ZERO_POINT, np.uint8)), count, output=ZERO_POINTS)

    usual = next(ranges)
    state = _normalised(graph, weights, "emb.ln", rows, usual.middle)  # a state is kept less its middle
    for layer in range(weights.layers):
        name = f"l{layer}."
        weight = np.concatenate([weights.matrix(f"{name}{part}.w") for part in "qkv"])
        bias = np.concatenate([weights.vector(f"{name}{part}.b") for part in "qkv"])
        mixed = graph.op("Reshape", _balanced_product(graph, state, weight, usual.reach), by_text)
        context = graph.op(
            "MultiHeadAttention",
            *graph.thirds(mixed),
            graph.constant(_moved(bias, weight, usual.middle)),
            "lengths",
            domain=MICROSOFT,
            num_heads=weights.heads,
        )
        change = _product(graph, graph.op("Reshape", context, flat), weights.matrix(name + "ao.w"))
        change = graph.op("Add", change, graph.constant(weights.vector(name + "ao.b") + usual.middle))
        usual = next(ranges)
        state = _normalised(graph, weights, name + "aln", graph.op("Add", change, state), usual.middle)

        weight, bias = weights.matrix(name + "fi.w"), weights.vector(name + "fi.b")
        inner = _balanced_product(graph, state, weight, usual.reach)
        inner = graph.op("Add", inner, graph.constant(_moved(bias, weight, usual.middle)))
        change = _product(graph, graph.op("Gelu", inner), weights.matrix(name + "fo.w"))
        change = graph.op("Add", change, graph.constant(weights.vector(name + "fo.b") + usual.middle))
        usual = next(ranges)
        state = _normalised(graph, weights, name + "oln", graph.op("Add", change, state), usual.middle)

    shape = graph.op("Concat", texts, graph.constant(np.array([width], np.int64)), axis=0)
    graph.op("Reshape", state, shape, output="hidden")
    return graph.serialised(width)


def _normalised(graph: _Graph, weights: E5Weights, name: str, rows: str, middle: Floats) -> str:
    gain, bias = weights.vector(name + ".w"), weights.vector(name + ".b") - middle
    constants = graph.constant(gain), graph.constant(bias)
    return graph.op("LayerNormalization", rows, *constants, axis=-1, epsilon=weights.epsilon)


def _moved(bias: Floats, weight: Floats, middle: Floats) -> Floats:
    """The bias that makes up for an input that lacks its middle."""
    moved: Floats = (bias + weight.astype(np.float64) @ middle.astype(np.float64)).astype(np.float32)
    return moved


def _balanced_product(graph: _Graph, rows: str, weight: Floats, reach: Floats) -> str:
    factor = reach**BALANCE / np.abs(weight).max(axis=0) ** (1 - BALANCE)
    return _product(graph, graph.op("Mul", rows, graph.constant(1 / factor)), weight * factor)


def _product(graph: _Graph, rows: str, weight: Floats) -> str:
    """`rows` times the transposed `weight` in bytes, with a scale for each row and each column of the result."""
    last = graph.constant(np.array([-1], np.int64))
    largest = graph.op("ReduceMax", graph.op("Abs", rows), last, keepdims=0)
    scale = graph.op("Mul", largest, graph.constant(np.array(1 / BYTE_MAX, np.float32)))
    column_scale = np.abs(weight).max(axis=1) / np.float32(BYTE_MAX)
    product = graph.op(
        "MatMulIntegerToFloat",
        graph.op("QuantizeLinear", rows, scale, ZERO_POINTS, axis=0),
        graph.constant(np.rint(weight / column_scale[:, None]).astype(np.int8).T),
        graph.constant(np.array(1, np.float32)),  # this operator knows one scale for all rows; theirs come after it
        graph.constant(column_scale),
        graph.constant(np.array(ZERO_POINT, np.uint8)),
        domain=MICROSOFT,
    )
    return graph.op("Mul", product, graph.op("Unsqueeze", scale, last))


class _Graph:
    """A graph being written: its nodes and constants, known by the names of their values."""

    def __init__(self) -> None:
        import onnx  # slow to import, and needed once for each version of the model

        self._onnx = onnx
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def constant(self, value: npt.NDArray[Any]) -> str:
        name = f"constant{len(self._constants)}"
        self._constants.append(self._onnx.numpy_helper.from_array(value.copy(order="C"), name))
        return name

    def op(self, kind: str, *inputs: str, domain: str = "", output: str = "", **attributes: Any) -> str:
        output = output or f"{kind}{len(self._nodes)}"
        self._add(kind, inputs, [output], domain=domain, **attributes)
        return output

    def thirds(self, value: str) -> list[str]:
        """`value` cut into three along its last axis."""
        outputs = [f"{value}.{part}" for part in "qkv"]
        self._add("Split", [value], outputs, axis=-1, num_outputs=3)
        return outputs

    def _add(self, kind: str, inputs: Sequence[str], outputs: Sequence[str], **attributes: Any) -> None:
        self._nodes.append(self._onnx.helper.make_node(kind, inputs, outputs, **attributes))

    def serialised(self, width: int) -> bytes:
        helper, kinds = self._onnx.helper, self._onnx.TensorProto
        tokens, hidden = (
            helper.make_tensor_value_info(name, kinds.FLOAT, ["texts", "places", width])
            for name in ("tokens", "hidden")
        )
        lengths = helper.make_tensor_value_info("lengths", kinds.INT32, ["texts"])
        graph = helper.make_graph(self._nodes, "e5", [tokens, lengths], [hidden], self._constants)
        opsets = [helper.make_opsetid(domain, version) for domain, version in OPSETS.items()]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION, producer_name="advisor")
        serialised: bytes = model.SerializeToString()
        return serialised
