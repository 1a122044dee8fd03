"""The bundled recogniser on evidence that a person can write down."""

from __future__ import annotations

import math
from typing import Any

import pytest

from dara_lint.readers import profiles
from dara_lint.recognize import bundled_atlas, learned
from dara_lint.recognize.atlas import POSTED
from dara_lint.recognize.distances import FEATURES, Distance, Scales, measure
from dara_lint.recognize.evidence import Evidence, of_tensors
from dara_lint.recognize.profiles import Build, Profile, parse
from dara_lint.recognize.proof import can_be
from dara_lint.recognize.recognition import Recognition
from dara_lint.recognize.recognizer import SIZES, Recognizer, dealt, recognize, with_size

Tensors = list[tuple[str, Any, str]]


def llama(layers: int = 3, width: int = 64, prefix: str = "model.") -> Tensors:
    parts = {
        "input_layernorm": (width,), "post_attention_layernorm": (width,), "self_attn.q_proj": (width, width),
        "self_attn.k_proj": (width // 2, width), "self_attn.v_proj": (width // 2, width),
        "self_attn.o_proj": (width, width),
        "mlp.gate_proj": (2 * width, width), "mlp.up_proj": (2 * width, width), "mlp.down_proj": (width, 2 * width),
    }  # fmt: skip
    found: Tensors = [(f"{prefix}embed_tokens.weight", (1000, width), "BF16")]
    for layer in range(layers):
        found += [(f"{prefix}layers.{layer}.{part}.weight", shape, "BF16") for part, shape in parts.items()]
    return [*found, (f"{prefix}norm.weight", (width,), "BF16"), ("lm_head.weight", (1000, width), "BF16")]


def gpt2(layers: int = 2, width: int = 48) -> Tensors:
    parts: dict[str, tuple[int, ...]] = {
        "attn.c_attn": (width, 3 * width), "attn.c_proj": (width, width), "mlp.c_fc": (width, 4 * width),
        "mlp.c_proj": (4 * width, width), "ln_1": (width,), "ln_2": (width,),
    }  # fmt: skip
    found: Tensors = [("transformer.wte.weight", (500, width), ""), ("transformer.wpe.weight", (128, width), "")]
    for layer in range(layers):
        for part, shape in parts.items():
            found += [
                (f"transformer.h.{layer}.{part}.weight", shape, ""),
                (f"transformer.h.{layer}.{part}.bias", shape[-1:], ""),
            ]
    return [*found, ("transformer.ln_f.weight", (width,), ""), ("transformer.ln_f.bias", (width,), "")]


def names_only(tensors: Tensors) -> Tensors:
    return [(name, None, "") for name, _, _ in tensors]


def lora(tensors: Tensors, *targets: str) -> Tensors:
    found: Tensors = []
    for name, shape, _ in tensors:
        module = name.removesuffix(".weight")
        if module.endswith(targets):
            found += [
                (f"base_model.model.{module}.lora_A.weight", (8, shape[1]), "F32"),
                (f"base_model.model.{module}.lora_B.weight", (shape[0], 8), "F32"),
            ]
    return found


def _always(profile: Profile, build: Build) -> set[str]:
    return {profile.patterns[place] for place in build.always}


def seen(tensors: Tensors, claimed: str | None = None, *, whole: bool = True) -> Recognition:
    return recognize(of_tensors(tensors, whole=whole), claimed)


def test_a_set_of_equals_stands_together() -> None:
    found = seen(llama())
    assert {"llama", "mistral"} <= set(found.model_types)
    assert len({each.probability for each in found.equals}) == 1
    assert "qwen3" not in found.model_types
    assert "LlamaForCausalLM" in {name for each in found.equals for name in each.architectures}


@pytest.mark.parametrize("change", [names_only, lambda t: [(f"module.{n}", s, d) for n, s, d in t]])
def test_indices_and_wrappers_tell_as_much(change: Any) -> None:
    assert {"llama", "mistral"} <= set(seen(change(llama())).model_types)
    assert seen(change(gpt2()), "gpt2").verdict == "possible"


@pytest.mark.parametrize("claimed", ["llama", "mistral"])
def test_an_equal_claim_is_possible(claimed: str) -> None:
    assert seen(llama(), claimed).verdict == "possible"


def test_a_foreign_claim_is_impossible_and_says_why() -> None:
    found = seen(llama(), "bert")
    assert found.verdict == "impossible"
    assert found.reasons[0].startswith("no token_type_embeddings")
    assert "every layer has gate_proj" in found.reasons[1]
    assert seen(gpt2(), "llama").verdict == "impossible"


def test_language_weights_are_no_vision_model() -> None:
    assert seen(llama(), "llava").verdict == "impossible"


def test_a_claim_that_is_not_known_is_not_judged() -> None:
    found = seen(llama(), "acme_secret")
    assert found.verdict == "unknown"
    assert found.known


def test_weights_of_nobody_are_not_known() -> None:
    own: Tensors = [("widget.table", (500, 64), "")]
    own += [(f"widget.stones.{n}.{part}", (64, 64), "") for n in range(4) for part in ("mixer", "squash", "spin")]
    found = seen(own, "bert")
    assert not found.known
    assert found.model_types == ()
    assert found.verdict == "impossible"


def test_an_adapter_can_be_of_every_family_with_its_modules() -> None:
    adapter = lora(llama(), "q_proj", "v_proj")
    assert seen(adapter, "llama").verdict == "possible"
    assert seen(adapter, "qwen2").verdict == "possible"
    assert seen(adapter, "gpt2").verdict == "impossible"
    assert seen(lora(gpt2(), "c_attn"), "gpt2").verdict == "possible"


def test_a_shard_is_judged_by_what_it_holds() -> None:
    shard = gpt2(6)[20:40]
    assert seen(shard, "gpt2", whole=False).verdict == "possible"
    assert seen(shard, "t5", whole=False).verdict == "impossible"


def test_of_many_types_that_explain_a_part_the_best_known_are_looked_at() -> None:
    layer = [each for each in llama() if "self_attn" in each[0]]
    biases = [
        (name.replace("weight", "bias"), shape[:1], dtype) for name, shape, dtype in layer if "o_proj" not in name
    ]
    atlas = bundled_atlas.atlas()
    chosen = atlas.shortlist(of_tensors(layer + biases, whole=False), POSTED)
    assert {"qwen2", "llama"} <= {atlas.profile(number).label for number in chosen}


def test_a_head_of_its_own_leaves_the_body_what_it_was() -> None:
    atlas = bundled_atlas.atlas()
    profile = atlas.profile(atlas.find("llama")[0])

    def body(tensors: Tensors) -> tuple[int, ...]:
        return measure(Scales(of_tensors(tensors), atlas.weigh), profile, 0).body[:3]

    assert body(llama()) == body(llama(prefix="")) == (0, 0, 0)
    assert body([*llama(), ("acme_head.weight", (7, 64), "")]) == (0, 0, 1)
    assert body([each for each in llama() if "up_proj" not in each[0]]) == (1, 0, 0)
    assert body([(name.replace("up_proj", "wombat"), *rest) for name, *rest in llama()]) == (1, 1, 0)


def test_what_comes_together_and_is_torn_is_told_of_whole_evidence() -> None:
    profile = Profile("acme", "transformers", ("a.bias", "b.bias", "c.weight"), "112", (Build(("A",), "224", "AA"),))

    def torn(*names: str, whole: bool = True) -> int:
        evidence = of_tensors([(name, None, "") for name in names], whole=whole)
        return measure(Scales(evidence, lambda *_: 1.0), profile, 0).body[3]

    assert not torn("a.bias", "b.bias", "c.weight")
    assert not torn("c.weight")
    assert torn("a.bias", "c.weight")
    assert not torn("a.bias", "c.weight", whole=False)


def test_layouts_of_two_versions_mixed_are_the_type_s_still() -> None:
    """Gemma 3 of transformers 4.50: its language model as one version has it, its vision tower as another one."""
    atlas = bundled_atlas.atlas()
    profile = atlas.profile(atlas.find("gemma3")[0])
    newer, older = (
        next(own for build in profile.builds if f"{front}.norm.weight" in (own := _always(profile, build)))
        for front in ("language_model.model", "language_model")
    )
    towers = {
        each for each in older if each.startswith(("vision_tower", "multi_modal_projector")) and "head" not in each
    }
    mixed = towers | {each for each in newer if each.startswith("language_model")}
    found = seen([(each.replace("*", "0"), None, "") for each in sorted(mixed)], "gemma3")
    assert found.verdict == "possible"
    assert "gemma3" in found.model_types


def test_flags_of_diffusers_models_are_known() -> None:
    """The transformer of Stable Diffusion 3.5 Large: ``qk_norm`` brings four tensors that the default has not."""
    atlas = bundled_atlas.atlas()
    profile = atlas.profile(atlas.find("SD3Transformer2DModel")[0])
    norms = {f"transformer_blocks.*.attn.norm_{part}.weight" for part in ("q", "k", "added_q", "added_k")}
    names = _always(profile, profile.builds[0]) | norms
    found = seen([(each.replace("*", "0"), None, "") for each in sorted(names)])
    assert found.model_types == ("SD3Transformer2DModel",)
    assert found.candidates[0].exact


def test_default_sizes_break_ties_and_change_no_probability() -> None:
    recognizer = Recognizer(bundled_atlas.atlas(), bundled_atlas.matcher)
    distances = recognizer.nearest(of_tensors([*llama(), ("acme_head.weight", (7, 64), "")]))[:2]
    blank = (0.5,) * len(distances[0].told)
    few, many = (*blank[:SIZES], 0.1, *blank[SIZES + 1 :]), (*blank[:SIZES], 0.8, *blank[SIZES + 1 :])
    one, two = distances[0]._replace(told=few), distances[1]._replace(told=many)

    def sized(*found: tuple[float, Distance]) -> list[float]:
        return dealt([score for score, _ in found], [with_size(*each) for each in found])

    assert sized((0.3, one), (0.2, two)) == [0.2, 0.3]
    assert sized((0.3, one), (0.01, two)) == [0.3, 0.01]
    assert sized((0.2, one), (0.2, one)) == [0.2, 0.2]


def test_a_quantised_checkpoint_is_what_it_was() -> None:
    packed: Tensors = []
    for name, shape, dtype in llama(width=64):
        if "_proj" not in name:
            packed.append((name, shape, dtype))
            continue
        module = name.removesuffix(".weight")
        packed += [
            (f"{module}.qweight", (shape[1] // 8, shape[0]), "I32"),
            (f"{module}.qzeros", (1, shape[0] // 8), "I32"),
            (f"{module}.scales", (1, shape[0]), "F16"),
            (f"{module}.g_idx", (shape[1],), "I32"),
        ]
    # shapes of packed tensors are only about what they were, so that fewer types are ruled out
    assert set(seen(packed).model_types) >= set(seen(llama()).model_types)
    assert "qwen3" not in seen(packed).model_types


def test_names_that_mean_nothing_are_no_ground_to_accuse() -> None:
    nameless: Tensors = [(f"t{number}", shape, dtype) for number, (_, shape, dtype) in enumerate(llama())]
    found = seen(nameless)
    assert not found.known
    assert found.candidates


def test_nothing_and_little_abstain() -> None:
    assert seen([]).abstains
    assert seen([("weight", None, "")]).abstains
    assert not seen([("weight", (3, 4), "")]).known


def test_one_tensor_that_differs_is_no_contradiction() -> None:
    found = seen([*llama(), ("model.extra_scale", (1,), "F32")], "llama")
    assert found.verdict != "impossible"


def test_learned_profiles_are_recognised() -> None:
    own: list[Tensors] = [
        [("widget.table", (500, w), "")]
        + [(f"widget.stones.{n}.{part}.weight", (w, w), "") for n in range(d) for part in ("mixer", "squash")]
        for d, w in ((2, 32), (5, 64))
    ]
    profile = parse(learned.learn("widget", [of_tensors(each) for each in own]))
    bigger: Tensors = [("widget.table", (900, 96), "")]
    bigger += [(f"widget.stones.{n}.{part}.weight", (96, 96), "") for n in range(9) for part in ("mixer", "squash")]
    found = recognize(of_tensors(bigger), "widget", [profile])
    assert found.model_types == ("widget",)
    assert found.verdict == "possible"
    assert recognize(of_tensors(llama()), "widget", [profile]).verdict == "impossible"


def test_learning_refuses_odd_names_and_nothing() -> None:
    with pytest.raises(ValueError, match="no name for a profile"):
        learned.learn("../x", [of_tensors(llama())])
    with pytest.raises(ValueError, match="nothing to learn"):
        learned.learn("x", [of_tensors([])])


def test_learned_profiles_that_are_broken_are_left_out(tmp_path: Any) -> None:
    folder = tmp_path / ".dara-lint" / "profiles"
    folder.mkdir(parents=True)
    (folder / "good.json").write_text(learned.learn("good", [of_tensors(llama())]))
    (folder / "bad.json").write_text('{"label": "bad"')
    (folder / "odd.json").write_text('{"label": "odd", "library": "x", "patterns": ["a"], "ranks": "", "builds": []}')
    (folder / "deep.json").write_text("[" * 100_000)
    (folder / "link.json").symlink_to("/proc/version")
    inner = tmp_path / "models" / "one"
    inner.mkdir(parents=True)
    texts = profiles.near(str(inner))
    assert len(texts) == 4
    assert [each.label for each in learned.profiles(texts)] == ["good"]


def test_hostile_names_are_survived() -> None:
    names = ["." * 500, "a." * 200, "9" * 400, "\0", "\ud800", "x" * 511]
    assert not seen([(name, (2, 2), "F32") for name in names]).known
    many: Tensors = [(f"layers.{n}.part_{n}.weight", (4, 4), "") for n in range(20_000)]
    assert isinstance(seen(many, "bert"), Recognition)


def test_the_bundle_is_whole() -> None:
    atlas = bundled_atlas.atlas()
    assert len(atlas.lines) > 600
    for number in range(0, len(atlas.lines), 7):
        profile = atlas.profile(number)
        assert atlas.find(profile.label) == [number]
        assert profile.builds
        assert all(len(build.levels) == len(profile.patterns) for build in profile.builds)
    assert bundled_atlas.matcher().features == len(FEATURES)


def test_evidence_is_read_once() -> None:
    evidence = of_tensors(llama())
    assert isinstance(evidence, Evidence)
    assert evidence.full is evidence.full


def test_a_part_of_the_claimed_model_is_told_from_a_foreign_one() -> None:
    part, foreign = seen(llama(), "llava"), seen(llama(), "bert")
    assert part.verdict == foreign.verdict == "impossible"
    assert (part.explained or 0.0) > 0.9 > (foreign.explained or 0.0)


def test_sums_do_not_depend_on_the_order_of_sets() -> None:
    evidence = of_tensors((f"layers.0.word{number}.weight", None, "") for number in range(200))
    scales = Scales(evidence, lambda _, token: 1 / (3 + int(token.strip("weightord."))))
    assert scales.of("leaf").total == math.fsum(1 / (3 + number) for number in range(200))
    assert scales.share("leaf", evidence.leaf) == 1.0


@pytest.mark.parametrize(
    ("label", "whole", "possible"),
    [
        ("llama", True, True),
        ("mistral", True, True),
        ("gpt2", True, False),
        ("bert", True, False),
        ("llama", False, False),
    ],
)
def test_what_a_type_can_be_by_its_blueprint(label: str, whole: bool, possible: bool) -> None:  # noqa: FBT001
    atlas = bundled_atlas.atlas()
    profile = atlas.profile(atlas.find(label)[0])
    assert can_be(of_tensors(llama(), whole=whole), profile) == possible


def test_a_mllama_too_shallow_for_cross_attention_is_a_llama_with_more_embeddings() -> None:
    atlas = bundled_atlas.atlas()
    profile = atlas.profile(atlas.find("mllama")[0])
    shallow = [("model.embed_tokens.weight", (1008, 64), "BF16"), *llama()[1:]]
    assert can_be(of_tensors(shallow), profile)
    assert recognize(of_tensors(shallow), "mllama").verdict == "possible"
