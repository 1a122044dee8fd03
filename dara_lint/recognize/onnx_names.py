"""What the initializers of an ONNX graph still tell of the model: the names that exporters keep.

torch's exporters keep the names of biases, norms and embeddings, and fold transposed weights into
``onnx::MatMul_123``; quantisers append ``_quantized``, ``_scale`` and ``_zero_point``. What is left is part of the
model's tensors, so it is judged as partial evidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dara_lint.model import Checkpoint
from dara_lint.recognize.evidence import Evidence, of_tensors
from dara_lint.recognize.normalize import Shape

LEAST = 8
"""Distinct patterns below which the names of a graph tell too little."""
_MADE_UP = re.compile(r"^(?:onnx::|/|val_|_val_|_inlfunc_|Constant_|const|[a-z]*_?\d+$|\d)")
_QUANTIZED = re.compile(r"_(?:quantized|scale|zero_point|fp16|int8|cast|dequantized|DequantizeLinear|QuantizeLinear)$")


def of_graph(checkpoint: Checkpoint) -> Evidence | None:
    """The evidence of an ONNX checkpoint's initializers; None when too few bear names of their own."""
    if checkpoint.format != "onnx":
        return None
    found = of_tensors(((name, shape, "") for name, shape in dict(_kept(checkpoint)).items()), whole=False)
    return found if len(found.slots) >= LEAST else None


def _kept(checkpoint: Checkpoint) -> Iterator[tuple[str, Shape]]:
    for tensor in checkpoint.tensors:
        name = _QUANTIZED.sub("", tensor.name)
        if "." in name and not _MADE_UP.match(name) and not tensor.name.endswith(("_scale", "_zero_point")):
            yield name, None
