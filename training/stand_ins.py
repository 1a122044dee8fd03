"""Stand-ins for libraries that a class of transformers imports and whose code no saved tensor needs to run.

``torchaudio`` and ``natten`` are called by the forward pass alone. Of ``detectron2``, LayoutLMv2 takes the backbone of
a Mask R-CNN: a ResNeXt under a feature pyramid, here with the modules and names of detectron2's own (``ResNet``,
``FPN``, ``FrozenBatchNorm2d``) and nothing that computes.
"""

from __future__ import annotations

import functools
import sys
from importlib.machinery import ModuleSpec
from types import ModuleType, SimpleNamespace
from typing import Any

import torch
from torch import nn

TABLE = "get_sinusoid_encoding_table"
"""A table of VideoMAE's that takes seconds of plain Python, for numbers that nobody asks for here."""

DEPTHS = {50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}


@functools.cache
def prepare() -> None:
    """Give transformers a torchaudio, and timm a torchvision that it can import beside a CPU build of torch."""
    library = torch.library.Library("torchvision", "DEF")
    for name in ("nms", "qnms"):
        library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    _KEPT.append(library)
    if "torchaudio" not in sys.modules:
        sys.modules["torchaudio"] = ModuleType("torchaudio")
        sys.modules["torchaudio"].__spec__ = ModuleSpec("torchaudio", None)


_KEPT: list[Any] = []


def fill(module: Any) -> None:
    """Let the classes of a module of transformers be built without a library that it lacks."""
    if hasattr(module, TABLE):
        setattr(module, TABLE, lambda length, width: torch.zeros(1, length, width))
    if hasattr(module, "requires_backends"):
        module.requires_backends = lambda *_args, **_kwargs: None
    if module.__name__.endswith(("modeling_layoutlmv2", "configuration_layoutlmv2")) and not hasattr(
        module, "detectron2"
    ):
        module.detectron2 = DETECTRON2
        module.META_ARCH_REGISTRY = SimpleNamespace(get=lambda _name: _detector)


def _options() -> Any:
    """``get_cfg()``: detectron2's own values of what is read here; anything can be set."""
    model = SimpleNamespace()
    for group in ("BACKBONE", "ANCHOR_GENERATOR", "RPN", "ROI_HEADS", "ROI_BOX_HEAD", "ROI_MASK_HEAD"):
        setattr(model, group, SimpleNamespace())
    model.META_ARCHITECTURE, model.PIXEL_MEAN, model.PIXEL_STD = "GeneralizedRCNN", [103.5, 116.3, 123.7], [1.0] * 3
    model.RESNETS = SimpleNamespace(
        DEPTH=50, NUM_GROUPS=1, WIDTH_PER_GROUP=64, STEM_OUT_CHANNELS=64, RES2_OUT_CHANNELS=256
    )
    model.FPN = SimpleNamespace(OUT_CHANNELS=256)
    return SimpleNamespace(MODEL=model)


def _normed(inward: int, outward: int, kernel: int, groups: int = 1) -> Any:
    """A convolution that holds its frozen normalisation, as detectron2's ``Conv2d`` does."""
    out = nn.Conv2d(inward, outward, kernel, groups=groups, bias=False)
    out.norm = nn.Module()
    for name in ("weight", "bias", "running_mean", "running_var"):
        out.norm.register_buffer(name, torch.zeros(outward))
    return out


def _bottleneck(inward: int, middle: int, outward: int, groups: int) -> Any:
    out = nn.Module()
    if inward != outward:
        out.shortcut = _normed(inward, outward, 1)
    out.conv1 = _normed(inward, middle, 1)
    out.conv2 = _normed(middle, middle, 3, groups)
    out.conv3 = _normed(middle, outward, 1)
    return out


def _resnet(options: Any) -> Any:
    out = nn.Module()
    out.stem = nn.Module()
    out.stem.conv1 = _normed(3, options.STEM_OUT_CHANNELS, 7)
    inward, outward = options.STEM_OUT_CHANNELS, options.RES2_OUT_CHANNELS
    middle, groups = options.NUM_GROUPS * options.WIDTH_PER_GROUP, options.NUM_GROUPS
    for stage, depth in enumerate(DEPTHS[options.DEPTH], 2):
        blocks = [_bottleneck(outward if block else inward, middle, outward, groups) for block in range(depth)]
        out.add_module(f"res{stage}", nn.Sequential(*blocks))
        inward, middle, outward = outward, middle * 2, outward * 2
    return out


def _pyramid(options: Any) -> Any:
    out, channels = nn.Module(), options.FPN.OUT_CHANNELS
    for stage in range(2, 6):
        width = options.RESNETS.RES2_OUT_CHANNELS * 2 ** (stage - 2)
        out.add_module(f"fpn_lateral{stage}", nn.Conv2d(width, channels, 1))
        out.add_module(f"fpn_output{stage}", nn.Conv2d(channels, channels, 3, padding=1))
    out.bottom_up = _resnet(options.RESNETS)
    out.output_shape = lambda: {"p2": SimpleNamespace(channels=channels, stride=4)}
    return out


def _detector(options: Any) -> Any:
    return SimpleNamespace(backbone=_pyramid(options.MODEL))


DETECTRON2 = SimpleNamespace(
    config=SimpleNamespace(get_cfg=_options),
    layers=SimpleNamespace(FrozenBatchNorm2d=type("FrozenBatchNorm2d", (), {})),
    modeling=SimpleNamespace(backbone=SimpleNamespace(FPN=nn.Module)),
)
