"""Evidence whose names are changed or gone: a second look by the make-up of names and by shapes."""

from __future__ import annotations

import json
import math

from dara_lint.recognize import bundled_atlas, learned
from dara_lint.recognize.evidence import of_tensors
from dara_lint.recognize.profiles import Build
from dara_lint.recognize.recognizer import recognize
from dara_lint.recognize.sentences import likeness
from dara_lint.recognize.shapes import Heard, Shapes
from tests.recognize.test_recognizer import gpt2, llama, seen

WORDS = {"self_attn": "wombat", "mlp": "yak", "input_layernorm": "gnu", "q_proj": "emu", "embed_tokens": "ibex"}


def test_a_renamed_llama_is_one_of_its_equals_still() -> None:
    tensors = llama(width=128)
    for old, new in WORDS.items():
        tensors = [(name.replace(old, new), shape, dtype) for name, shape, dtype in tensors]
    assert seen(tensors).candidates[0].label in set(seen(llama(width=128)).model_types)


def test_without_names_shapes_choose_and_nothing_is_called_known() -> None:
    for tensors in (gpt2(layers=4, width=768), llama(layers=6, width=256)):
        found = seen([(f"t{number}", shape, "") for number, (_, shape, _) in enumerate(tensors)])
        assert not found.known
        assert {each.label for each in found.candidates[:3]} & set(seen(tensors).model_types)


def test_without_names_and_shapes_nothing_is_said() -> None:
    found = recognize(of_tensors((f"t{number}", None, "") for number in range(40)))
    assert found.abstains
    assert not found.candidates


def test_sentences_are_heard() -> None:
    said = Shapes("h hh xh\n64,64,99,29\t0:ĀĀāĂ\t1:āāĂĂ\t\n\t\n")
    heard = Heard(said, [(64,), (64,), (64, 64), (128, 64)])
    assert heard.sentence == "ĀĀāĂ"
    told = heard.told(0)
    assert told is not None
    assert (told.alike, told.rough, told.explained, told.builds) == (1.0, 1.0, 1.0, (0,))
    assert told.sizes == (1.0, 0.5)
    assert heard.told(1) is None
    assert all(map(math.isnan, heard.familiar(1)))
    assert heard.nearest(5) == [0]


def test_of_sentences_as_near_the_one_that_is_roughly_the_same_is_told() -> None:
    """Another number of labels, and a size that one before happens to have, too: no other architecture."""
    said = Shapes("h hh xh 3.h bh x\n\t0:ĀāĂĀĀāĂąă\t1:ĀāĂĀĀāĂąĂ\t\n")
    shapes = [(64,), (64, 64), (128, 64), (64,), (64,), (64, 64), (99, 64), (77,), (5, 64)]
    telling = Heard(said, shapes).told(0)
    assert telling is not None
    assert telling.builds == (0,)
    assert telling.alike < telling.rough == 1.0


def test_sentences_that_cannot_be_nearest_are_passed_over_rightly() -> None:
    shapes = bundled_atlas.shapes()
    heard = Heard(shapes, [shape for _, shape, _ in llama(layers=4)])
    for number in range(0, len(shapes), 9):
        if said := shapes.said(number):
            told = heard.told(number)
            assert told is not None
            assert told.alike == max(likeness(heard.sentence, each.sentence) for each in said)


def test_every_bundled_sentence_is_of_a_build_that_is_there() -> None:
    atlas, shapes = bundled_atlas.atlas(), bundled_atlas.shapes()
    assert len(shapes) == len(atlas.lines)
    for number in range(0, len(shapes), 7):
        builds = len(atlas.profile(number).builds)
        for each in shapes.said(number):
            assert each.sentence
            assert max(each.builds) < builds


def test_learned_shapes_are_heard_without_names() -> None:
    evidence = of_tensors([(f"acme.{n}.w", (7, 96, 3, 5), "") for n in range(9)] + [("acme.head.v", (11, 96), "")])
    text = learned.learn("acme", [evidence])
    assert json.loads(text)["sentences"]
    found = recognize(of_tensors((f"t{n}", s, "") for n, s in enumerate(evidence.normalized.shapes)), None,
                      learned.profiles((text,)))  # fmt: skip
    assert found.candidates[0].label == "acme"


def test_groups_come_together_or_not_at_all() -> None:
    build = Build(("A",), "4230", "AA")
    assert not build.torn({0})
    assert not build.torn({0, 1, 2})
    assert build.torn({0, 1})
    assert not Build(("A",), "4230", "..").torn({0, 1})
