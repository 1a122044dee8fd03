"""An adapter, its base, its card and its name do not speak of the same model.

An adapter works on one base only. ``adapter_config.json`` names it, the card names it again
(``base_model``), and the name of the repository usually carries its architecture and size. A base of another
architecture or size cannot take the adapter. Local paths are read by their last folder. Two ids of the same
architecture and size (a mirror, an instruct version) are no contradiction.

The rank is held to the tensors: ``lora_A`` has as many rows as ``r`` says (or a value of ``rank_pattern``). For
stacked experts (``target_parameters``) it has that many for each expert.

Example: ``"base_model_name_or_path": "meta-llama/Llama-3.2-3B"`` beside ``base_model: mistralai/Mistral-7B-v0.1``.

How to mend: name the base that the adapter was trained on, in both places.

Source: PEFT 0.21, ``LoraConfig`` and ``ParamWrapper``.
"""

from __future__ import annotations

from collections.abc import Iterator

from dara_lint import names
from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import Document, Json, Location, ModelRepo, Part
from dara_lint.rules.subject import is_adapter, name_place
from dara_lint.rules.thresholds import SIZE_WARNING
from dara_lint.settings import Settings


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Hold each adapter's base to the card and to the name, and its rank to its tensors."""
    for part in repo.parts:
        if part.adapter is None:
            continue
        base = part.adapter.table.get("base_model_name_or_path")
        if isinstance(base, str) and base.strip():
            yield from _card(repo, part.adapter, base)
            if is_adapter(repo) and not part.path:
                yield from _name(repo, part.adapter, base)
        yield from _rank(part, part.adapter)


def _card(repo: ModelRepo, adapter: Document, base: str) -> Iterator[Hit]:
    said = repo.card.front.get("base_model") if repo.card else None
    if repo.card is None or not isinstance(said, str) or not said.strip():
        return
    if why := _differ(said, base):
        yield Hit(
            Location(repo.card.path, "/base_model"),
            f"the card says the base is {said}, adapter_config.json says {base}: {why}",
            found=f"{said} {base}",
            help="name the base that the adapter was trained on, in both places",
            related=(Location(adapter.path, "/base_model_name_or_path"),),
        )


def _name(repo: ModelRepo, adapter: Document, base: str) -> Iterator[Hit]:
    if repo.name and (why := _differ(repo.name, base)):
        yield Hit(
            Location(adapter.path, "/base_model_name_or_path"),
            f"the repository is called {repo.name}, but the adapter's base is {base}: {why}",
            found=f"{repo.name} {base}",
            help="rename the repository after the base that the adapter needs",
            related=(name_place(repo),),
        )


def _differ(first: str, second: str) -> str:
    """Why the two names cannot be of one model: architecture or size; empty when they can."""
    one, other = (names.parse(_last(text)) for text in (first, second))
    claims = [names.architecture_claim(name) for name in (one, other)]
    if claims[0] and claims[1] and not claims[0] & claims[1]:
        return f"{min(claims[0], key=len)} is not {min(claims[1], key=len)}"
    sizes = [name.parameters.total for name in (one, other) if name.parameters and name.parameters.total]
    if len(sizes) == 2 and max(sizes) / min(sizes) >= SIZE_WARNING:
        return f"{sizes[0] / 1e9:g} B is not {sizes[1] / 1e9:g} B"
    return ""


def _last(text: str) -> str:
    """A hub id as it is; of a path or a link the last two segments."""
    return "/".join(text.strip().rstrip("/").replace("\\", "/").split("/")[-2:]).lstrip("./")


def _rank(part: Part, adapter: Document) -> Iterator[Hit]:
    rank, patterns = adapter.table.get("r"), adapter.table.get("rank_pattern")
    if not isinstance(rank, int) or isinstance(rank, bool) or adapter.table.get("peft_type") != "LORA":
        return
    allowed = {rank, *_ints(patterns)}
    stacked = bool(adapter.table.get("target_parameters"))
    for checkpoint in part.checkpoints:
        wrong = [
            tensor
            for tensor in checkpoint.tensors
            if tensor.name.endswith("lora_A.weight") and len(tensor.shape) == 2
            if tensor.shape[0] not in allowed and not (stacked and _several(tensor.shape[0], allowed))
        ]
        if wrong:
            yield Hit(
                Location(adapter.path, "/r"),
                f"r is {rank}, but {wrong[0].name} has rank {wrong[0].shape[0]} ({len(wrong)} matrices differ)",
                found=f"{rank} {wrong[0].shape[0]}",
                help=f"write {wrong[0].shape[0]} here, or give the others in rank_pattern",
                severity=Severity.ERROR,
                related=(Location(wrong[0].file, wrong[0].name),),
            )


def _several(rows: int, ranks: set[int]) -> bool:
    return any(rank > 0 and rows % rank == 0 for rank in ranks)


def _ints(value: Json) -> list[int]:
    return [item for item in value.values() if isinstance(item, int)] if isinstance(value, dict) else []


RULE = Rule("architecture/adapter", "an adapter and its base disagree", Severity.WARNING, 0.9, check, __doc__ or "")
