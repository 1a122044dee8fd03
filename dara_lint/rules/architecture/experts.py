"""The experts in the name, in the config and in the weights are not the same.

``8x7B`` and ``17B-128E`` name a number of experts, ``30B-A3B`` says that there are some. A dense config under
such a name, or a config whose number of experts is not that of the weights, means that one of them belongs
to another model: with too few, experts are dropped on loading, with too many, they stay random.

The config's number is read in its many spellings, the weights' from tensor names (an index is enough) or from
the shapes of stacked experts. A config that mentions experts in a way that is not understood, and that of an
adapter, is left alone.

Example: ``Qwen1.5-moe-8x0.5B-Chat`` with a dense ``qwen2`` config.

How to mend: rename the repository, or upload config and weights of the mixture.

Source: the spellings are those of 735 configuration classes of transformers 5.23.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dara_lint import names
from dara_lint.blueprints.claim import Claim
from dara_lint.blueprints.expectation import EXPERTS
from dara_lint.blueprints.fields import Claims, claims_of
from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import Checkpoint, Document, Json, Location, ModelRepo
from dara_lint.names import Element
from dara_lint.recognize.expectation import UNIFORM
from dara_lint.recognize.structure import checkpoint_structure
from dara_lint.rules.numbers import numbers
from dara_lint.rules.promised import promised, spoken_for
from dara_lint.rules.subject import is_adapter, main_config
from dara_lint.settings import Settings

DENSE = frozenset(
    {
        "baichuan", "bert", "bloom", "camembert", "chatglm", "codegen", "cohere", "deberta", "deberta-v2",
        "distilbert", "electra", "falcon", "gemma", "gemma2", "gemma3", "gemma3_text", "glm", "gpt2", "gpt_bigcode",
        "gpt_neo", "gpt_neox", "gptj", "granite", "internlm", "internlm2", "llama", "mistral", "mpnet", "mpt", "olmo",
        "olmo2", "opt", "persimmon", "phi", "phi3", "qwen", "qwen2", "qwen2_5_vl", "qwen2_vl", "qwen3", "roberta",
        "smollm3", "stablelm", "starcoder2", "t5", "xglm", "xlm-roberta",
    }
)  # fmt: skip
"""Model types that have no experts in transformers 5.23, so a config that names none is dense, not abridged."""
MIXTURES = UNIFORM | {"dbrx", "jetmoe", "llama4_text", "nllb-moe", "switch_transformers"}
"""Model types that have experts whenever their config says so."""
_FIRST = re.compile(
    r"first_k_dense|num_dense_layers|sparse_step|moe_layer_(?:step|interval|freq|start_index)|interleave_moe"
)
"""Keys of the first layer that has experts, or of how many have one that has them."""
_DENSE_LAYERS = re.compile(r"mlp_only_layers|dense_layers|dense_list")
MOST_KEYS = 10_000
"""Keys of a config in which a mention of experts is looked for."""


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Hold the name to the config, and each config to the weights beside it."""
    if subject := main_config(repo):
        yield from _name(repo, *subject)
    for part in repo.parts:
        if part.config is None or part.adapter or not part.config.table or spoken_for(repo, part.config.path):
            continue
        for checkpoint in part.checkpoints:
            known = checkpoint.complete or (checkpoint.index and checkpoint.index.weight_map)
            if known and checkpoint.format in {"safetensors", "pytorch", "gguf"}:
                yield from _weights(part.config, claims_of(part.config), checkpoint)
                break


def _name(repo: ModelRepo, config: Document, claim: Claims) -> Iterator[Hit]:
    name = names.parse(repo.name) if repo.name else None
    said = name.parameters if name else None
    if name is None or said is None or is_adapter(repo):
        return
    text = "-".join(segment.text for segment in name.of(Element.parameters) if segment.confidence >= 0.8)
    if not text or not (said.experts or said.active):
        return
    key = claim.model_type
    if claim.experts is None or claim.experts.value <= 1:
        if key is None or key.value not in DENSE or claim.layers is None or mentions_experts(config.table):
            return
        yield Hit(
            Location(config.path, claim.experts.pointer if claim.experts else key.pointer),
            f"the name says {text}, a mixture of experts, the config is of a dense model",
            found=f"{text} dense",
            help="drop the experts from the name, or add the config and weights of the mixture",
        )
    elif said.experts and not _agrees(said.experts, claim) and not _traced(repo, config.path):
        yield Hit(
            Location(config.path, claim.experts.pointer),
            f"the name says {said.experts} experts ({text}), the config {claim.experts.value}",
            found=f"{said.experts} {claim.experts.value}",
            help="rename the repository, or correct the config if the weights hold the other number",
        )


def _traced(repo: ModelRepo, path: str) -> bool:
    """Whether the weights contradict the config's experts: then ``architecture/tensor-shapes`` names the key."""
    causes = (c for each in promised(repo) if each.comparison for c in each.comparison.causes)
    return spoken_for(repo, path) and any(EXPERTS.search(key) for cause in causes for key in cause.keys)


def _agrees(said: int, claim: Claims) -> bool:
    """The name may count shared experts along."""
    routed = claim.experts.value if claim.experts else 0
    shared = claim.shared_experts.value if claim.shared_experts else 0
    return said in {routed, routed + shared}


def _weights(config: Document, claim: Claims, checkpoint: Checkpoint) -> Iterator[Hit]:
    found = checkpoint_structure(checkpoint)
    held = found.experts
    claimed = claim.experts
    if claimed and claimed.value > 1:
        usual = {claimed.value, claimed.value + _shared(claim), claimed.value + _idle(config), _listed(config, claimed)}
        if held is not None and held not in usual:
            yield Hit(
                Location(config.path, claimed.pointer),
                f"the config says {claimed.value} experts, the weights hold {held} in a layer",
                found=f"{claimed.value} {held}",
                help=f"write {held} here, or upload the weights of the other model",
                severity=Severity.WARNING if "auto_map" in config.table else Severity.ERROR,
                related=(Location(checkpoint.path),),
            )
        elif held is None and _mixture(claim) and found.layers and not _experts_like(checkpoint):
            if _all_dense(config.table, found.layers):
                return
            yield Hit(
                Location(config.path, claimed.pointer),
                f"the config says {claimed.value} experts, no tensor of the weights belongs to an expert",
                found=f"{claimed.value} 0",
                help="remove the experts from the config, or upload the weights of the mixture",
                severity=Severity.WARNING,
                related=(Location(checkpoint.path),),
            )
    elif held is not None and held > 1 and claim.model_type and claim.layers and not mentions_experts(config.table):
        yield Hit(
            Location(config.path, claim.model_type.pointer),
            f"the config is of a dense model ({claim.model_type.value}), the weights hold {held} experts in a layer",
            found=f"dense {held}",
            help="upload the config of the mixture",
            severity=Severity.WARNING if "auto_map" in config.table else Severity.ERROR,
            related=(Location(checkpoint.path),),
        )


def _shared(claim: Claims) -> int:
    return claim.shared_experts.value if claim.shared_experts else 0


def _idle(config: Document) -> int:
    """Experts that only pass their input on, which longcat_flash counts on their own and saves with the others."""
    idle = config.table.get("zero_expert_num")
    return idle if type(idle) is int else 0


def _listed(config: Document, claimed: Claim[int]) -> int:
    """Lists give the experts of each modality, which share their layers (ERNIE 4.5 VL: ``[64, 64]``, or one number
    and two widths)."""
    *steps, key = claimed.pointer.split("/")[1:]
    holder: Json = config.table
    for step in steps:
        holder = holder.get(step) if isinstance(holder, dict) else None
    table = holder if isinstance(holder, dict) else {}
    kinds = [len(value) for name in (key, "moe_intermediate_size") if isinstance(value := table.get(name), list)]
    return claimed.value * max(kinds, default=1)


def _all_dense(config: dict[str, Json], layers: int) -> bool:
    """The config says which layers have no experts, and that may be all: ``first_k_dense_replace`` of 3 beside 3."""
    first = any(number >= layers for number in numbers(config, _FIRST))
    return first or len(numbers(config, _DENSE_LAYERS)) >= layers or config.get("moe_layers") == []


def _mixture(claim: Claims) -> bool:
    return claim.model_type is not None and claim.model_type.value in MIXTURES


def _experts_like(checkpoint: Checkpoint) -> bool:
    """Experts, also under names that ``recognize.structure`` does not count: a router, a gate, a word for them."""
    words = ("expert", "moe", "router", "ffn.gate", "mlp.gate.", "input_linear", "block_sparse")
    return any(word in name for name in checkpoint.tensor_names for word in words)


def mentions_experts(table: dict[str, Json]) -> bool:
    """Some key, at any depth, speaks of experts with a value that could mean them."""
    waiting: list[Json] = [table]
    seen = 0
    while waiting and seen < MOST_KEYS:
        value = waiting.pop()
        items = value.items() if isinstance(value, dict) else ()
        for key, inner in items:
            seen += 1
            lowered = key.lower()
            if ("expert" in lowered or "moe" in lowered) and inner not in (None, False, 0, 1, [], {}):
                return True
            if isinstance(inner, dict):
                waiting.append(inner)
    return False


RULE = Rule(
    "architecture/experts",
    "experts of name, config and weights disagree",
    Severity.ERROR,
    0.95,
    check,
    __doc__ or "",
)
