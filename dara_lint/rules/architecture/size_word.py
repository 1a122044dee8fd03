"""The size word in the name is not the size of the config.

``small``, ``base`` and ``large`` mean fixed shapes in the families of BERT, ViT, wav2vec 2.0, T5, BART, Whisper
and GPT-2: base is 12 layers of 768, large 24 layers of 1,024 (BERT), and people choose by them. Only a config
that is clearly of another size is reported: wide where the name says small or base, and narrow and shallow
where it says large. Names with several size words, distilled models, and toys narrower than 256 are left alone.

Example: ``e5-small`` whose config has 24 layers of 1,024: these are the weights of e5-large.

How to mend: rename the repository, or upload the model that the name promises.

Source: Devlin et al. 2019, table of section 3 (BERT); Dosovitskiy et al. 2021, table 1 (ViT); Raffel et al. 2020,
section 3.7 (T5); Radford et al. 2022, table 1 (Whisper); Radford et al. 2019, table 2 (GPT-2).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from dara_lint import names
from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import Location, ModelRepo
from dara_lint.names import Element
from dara_lint.rules.subject import main_config
from dara_lint.settings import Settings


class Shape(NamedTuple):
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
_NARROW = Shape(most_width=768, most_layers=12)
_ENCODER: Mapping[str, Shape] = {
    "tiny": _NARROW, "mini": _NARROW, "xsmall": _NARROW, "small": _NARROW,
    "base": Shape(most_width=960, most_layers=22), "large": Shape(800, 13),
}  # fmt: skip
_BART: Mapping[str, Shape] = {"base": Shape(most_width=960, most_layers=9), "large": Shape(800, 9)}
_WHISPER: Mapping[str, Shape] = {
    "tiny": Shape(most_width=384, most_layers=4), "base": Shape(most_width=512, most_layers=6),
    "small": Shape(600, 8, 768, 12), "medium": Shape(800, 16, 1024, 24), "large": Shape(1100, 28),
}  # fmt: skip
_GPT2: Mapping[str, Shape] = {
    "small": Shape(most_width=768, most_layers=12), "base": Shape(most_width=768, most_layers=12),
    "medium": Shape(800, 16, 1024, 24), "large": Shape(1100, 30, 1280, 36), "xlarge": Shape(1400, 40),
}  # fmt: skip
SHAPES: Mapping[str, Mapping[str, Shape]] = {
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


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Hold the only size word of the name to the width and depth of the config."""
    subject = main_config(repo)
    if repo.name is None or subject is None:
        return
    config, claim = subject
    name = names.parse(repo.name)
    words = [segment for segment in name.of(Element.size) if segment.confidence >= 0.8]
    if len(words) != 1 or name.parameters or any(s.normal == "distilled" for s in name.of(Element.reuse)):
        return
    if claim.model_type is None or claim.layers is None or claim.hidden_size is None:
        return
    shape = SHAPES.get(claim.model_type.value, {}).get(words[0].normal)
    width, layers = claim.hidden_size.value, claim.layers.value
    if shape and width >= TOY and not shape.fits(width, layers):
        yield Hit(
            Location(config.path, claim.hidden_size.pointer),
            f"the name says {words[0].text}, the config has {layers} layers of {width:,}: "
            f"that is no {words[0].normal} {claim.model_type.value}",
            found=f"{words[0].normal} {layers} {width}",
            help="rename the repository, or upload the model that the name promises",
            related=(Location(config.path, claim.layers.pointer),),
        )


RULE = Rule(
    "architecture/size-word",
    "the size word in the name is not the size of the config",
    Severity.WARNING,
    0.88,
    check,
    __doc__ or "",
)
