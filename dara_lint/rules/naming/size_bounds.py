"""Widths and depths that a size word can mean, by model type: a config clearly outside them is another size.

Base is 12 layers of 768 and large 24 layers of 1,024 in BERT and what followed it; BART, Whisper and GPT-2 have
tables of their own.

Source: Devlin et al. 2019, table of section 3 (BERT); Dosovitskiy et al. 2021, table 1 (ViT); Raffel et al. 2020,
section 3.7 (T5); Radford et al. 2022, table 1 (Whisper); Radford et al. 2019, table 2 (GPT-2).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Bounds(NamedTuple):
    """Widths and depths that a size word allows, in hidden units and layers: a config outside both is another."""

    least_width: int = 0
    least_layers: int = 0
    most_width: int = 1 << 30
    most_layers: int = 1 << 30

    def fits(self, width: int, layers: int) -> bool:
        """Neither too small in both, nor too large in both."""
        too_small = width < self.least_width and layers < self.least_layers
        return not too_small and not (width > self.most_width and layers > self.most_layers)


TOY = 256
"""Narrower models are made for tests, and keep the names of what they stand for."""
_NARROW = Bounds(most_width=768, most_layers=12)
_ENCODER: Mapping[str, Bounds] = {
    "tiny": _NARROW, "mini": _NARROW, "xsmall": _NARROW, "small": _NARROW,
    "base": Bounds(most_width=960, most_layers=22), "large": Bounds(800, 13),
}  # fmt: skip
_BART: Mapping[str, Bounds] = {"base": Bounds(most_width=960, most_layers=9), "large": Bounds(800, 9)}
_WHISPER: Mapping[str, Bounds] = {
    "tiny": Bounds(most_width=384, most_layers=4), "base": Bounds(most_width=512, most_layers=6),
    "small": Bounds(600, 8, 768, 12), "medium": Bounds(800, 16, 1024, 24), "large": Bounds(1100, 28),
}  # fmt: skip
_GPT2: Mapping[str, Bounds] = {
    "small": Bounds(most_width=768, most_layers=12), "base": Bounds(most_width=768, most_layers=12),
    "medium": Bounds(800, 16, 1024, 24), "large": Bounds(1100, 30, 1280, 36), "xlarge": Bounds(1400, 40),
}  # fmt: skip
SHAPES: Mapping[str, Mapping[str, Bounds]] = {
    **dict.fromkeys(
        (
            "bert", "roberta", "xlm-roberta", "camembert", "mpnet", "distilbert", "deberta", "deberta-v2", "modernbert",
            "vit", "deit", "beit", "dinov2", "wav2vec2", "hubert", "wavlm", "unispeech-sat", "data2vec-audio", "t5",
            "longt5", "umt5", "mt5",
        ),
        _ENCODER,
    ),
    "bart": _BART, "mbart": _BART, "whisper": _WHISPER, "gpt2": _GPT2,
}  # fmt: skip
"""Model type → size word → the shapes that it can mean."""


def outside(model_type: str, word: str, width: int, layers: int) -> bool:
    """Whether a config of that width and depth is clearly no ``word`` of its model type.

    Only when it is too wide and too deep, or too narrow and too shallow; False for what no table has, and for toys.
    """
    bounds = SHAPES.get(model_type, {}).get(word)
    return bounds is not None and width >= TOY and not bounds.fits(width, layers)
