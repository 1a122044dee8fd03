"""timm's architectures by their name, and weights by their digest."""

from __future__ import annotations

from dara_lint.blueprints.timm import body, known, named

RESNETISH = {"conv1.weight": (64, 3, 7, 7), "bn1.weight": (64,), "bn1.running_mean": (64,), "fc.weight": (1000, 64)}


def test_a_tag_is_no_part_of_the_architecture() -> None:
    found = known("resnet50.a1_in1k")
    assert found is not None
    assert (found.name, found.features, found.head, found.first) == ("resnet50", 2048, ("fc",), ("conv1",))
    assert known("resnet5000") is None
    assert known("") is None


def test_head_and_input_channels_are_left_out() -> None:
    one = body(RESNETISH.items(), ("fc",), ("conv1",))
    other = body({**RESNETISH, "conv1.weight": (64, 1, 7, 7), "fc.weight": (7, 64)}.items(), ("fc",), ("conv1",))
    assert one == other
    assert one != body({**RESNETISH, "bn1.weight": (65,)}.items(), ("fc",), ("conv1",))


def test_order_and_buffers_do_not_count() -> None:
    one = body(RESNETISH.items(), ("fc",), ("conv1",))
    other = body(
        reversed([*RESNETISH.items(), ("bn1.num_batches_tracked", ()), ("pos_embed", (1, 197, 64))]),
        ("fc",),
        ("conv1",),
    )
    assert one == other
    assert one.parameters == 64 * 49 + 64


def test_weights_of_no_architecture_are_none() -> None:
    assert named(RESNETISH) == ()
    assert named({}) == ()
