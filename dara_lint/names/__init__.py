"""Read the name of a model as people mean it: ``parse(name)`` gives its segments.

Each segment has one naming element (the vocabulary of Jiang et al.) and a ``normal`` form that rules compare:

* parameters: digits (``7000000000``), ``8x7000000000`` experts, ``30000000000-A3000000000`` total and active,
  ``A3000000000`` active alone, ``E2000000000`` effective
* layers, heads: digits
* format: ``gguf``, ``gguf:Q4_K_M``, ``onnx``, ``mlx``, ``gptq``, ``awq``, ``bnb``, ``int8``, ``int4``, ``fp16``,
  ``w4a16``, …
* characteristic: ``cased``, ``context=131072``, ``image=224``, ``patch=16``, ``hours=960``,
  ``tokens=100000000000``, ``epochs=3``, ``samples=…``, ``steps=…``, …
* version: ``1.5``, or ``date=2025-07``
* language: a BCP-47 tag, or ``multilingual``
* task: a pipeline tag of the hub where there is one, else ``instruct``, ``chat``, ``reward``
* reuse: ``finetuned``, ``distilled``, ``lora``, ``merged``, ``adapter``, ``delta``, ``quantized``, …
* training: ``sft``, ``dpo``, ``rlhf``, ``base``, ``pretrained``, … (``Name.training`` adds ``instruct`` and ``chat``)
* architecture: the spelling of the lexicon (``llama``, ``vicuna``, ``distilbert``)

``architecture_claim`` is what the whole name allows the weights to be.
"""

from dara_lint.names.claim import architecture_claim
from dara_lint.names.model import Category, Element, Name, Parameters, Segment
from dara_lint.names.reader import parse

__all__ = ["Category", "Element", "Name", "Parameters", "Segment", "architecture_claim", "parse"]
