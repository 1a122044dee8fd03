"""The name says another way of training than the files.

``base``, ``instruct``, ``sft``, ``dpo``, ``lora`` or ``merged`` tell people how to use a model: an adapter needs
its base, a base model does not answer questions, a preference-tuned model behaves unlike its parent. These
contradictions are sure enough to be told:

* the name says ``lora`` (or ``adapter``), and the repository holds the full weights and no adapter;
* the name says ``merged``, and the repository holds an adapter and no full weights;
* the name says one preference method (``dpo``, ``orpo``, …), and the card's tags, which trainers write, say another;
* the name says ``base``, and the card's ``base_model`` is instruction-tuned;
* the name says ``merged`` or ``lora``, and the card's ``base_model_relation`` says ``adapter`` or ``merge``;
* the name says ``instruct`` or ``chat``, and the tokenizer has no chat template (a note: since 4.44 transformers
  has no default one, and ``apply_chat_template`` fails).

Names with both words (``lora-merged``), diffusion pipelines and repositories without weights are left alone.

Example: ``acme/llama-3.1-8b-merged`` that holds ``adapter_config.json`` and ``adapter_model.safetensors`` only.

How to mend: name what the files are, or upload the files that the name promises.

Source: PEFT 0.21 (adapter files), TRL 0.25 (tags of its trainers), the hub's ``base_model_relation``,
transformers 4.44 (release notes: default chat templates removed).
"""

from __future__ import annotations

from collections.abc import Iterator

from dara_lint import names
from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import Location, ModelRepo
from dara_lint.names import Element, Name
from dara_lint.rules.naming.card_says import said
from dara_lint.rules.subject import main_config, main_part, name_place
from dara_lint.settings import Settings

METHODS = frozenset({"dpo", "orpo", "kto", "cpo", "grpo", "ppo", "rloo", "simpo", "ipo", "xpo", "online-dpo"})
"""Methods that learn from preferences or rewards; a trainer writes its own as the card's tag."""
TUNED = frozenset({"instruct", "chat"})
_ADAPTER = frozenset({"lora", "adapter"})
_MERGED = frozenset({"merged"})


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Hold the name to the adapter files, to the trainers' tags and to the parent."""
    if repo.name is None:
        return
    name = names.parse(repo.name)
    reuse = {segment.normal for segment in name.of(Element.reuse) if segment.confidence >= 0.8}
    yield from _files(repo, name, reuse)
    yield from _tags(repo, name)
    yield from _base(repo, name, reuse)
    yield from _relation(repo, reuse)
    yield from _template(repo, name)


def _files(repo: ModelRepo, name: Name, reuse: set[str]) -> Iterator[Hit]:
    part = main_part(repo)
    if part is None or not part.checkpoints or (part.config and "_class_name" in part.config.table):
        return  # a motion adapter of diffusers is full weights of its own
    adapters = [path for path in repo.files if "adapter" in path.lower() or "lora" in path.rpartition("/")[2].lower()]
    tensors = [tensor for checkpoint in part.checkpoints for tensor in checkpoint.tensor_names]
    lora = any("lora_" in tensor or ".lora." in tensor or "hada_" in tensor for tensor in tensors)
    word = next((s.text for s in name.of(Element.reuse) if s.normal in reuse & (_ADAPTER | _MERGED)), "")
    if reuse & _ADAPTER and not reuse & _MERGED and tensors and not adapters and not lora and part.config:
        yield Hit(
            name_place(repo),
            f"the name says {word}, but the repository holds full weights and no adapter",
            found=word,
            help="say that it is merged, or upload the adapter",
            severity=Severity.WARNING,
            confidence=0.8,
        )
    full = [c for c in part.checkpoints if "adapter" not in c.path.rpartition("/")[2].lower()]
    if reuse & _MERGED and not reuse & _ADAPTER and part.adapter and not full:
        yield Hit(
            name_place(repo),
            f"the name says {word}, but the repository holds an adapter and no full weights",
            found=word,
            help="name it lora, or upload the merged weights",
            severity=Severity.WARNING,
            confidence=0.85,
        )


def _tags(repo: ModelRepo, name: Name) -> Iterator[Hit]:
    ours = name.training & METHODS
    tags = {entry.text.lower(): entry for entry in said(repo, "tags")}
    theirs = sorted(tags.keys() & METHODS)
    if len(ours) == 1 and len(theirs) == 1 and theirs[0] not in ours:
        method = next(iter(ours))
        yield Hit(
            tags[theirs[0]].at,
            f"the name says {method}, the card's tags {theirs[0]}",
            found=f"{method} {theirs[0]}",
            help=f"tag it {method}, or rename the repository",
            severity=Severity.WARNING,
            confidence=0.85,
        )


def _base(repo: ModelRepo, name: Name, reuse: set[str]) -> Iterator[Hit]:
    if name.training & (METHODS | TUNED | {"sft", "rlhf"}) or reuse or not _ends_as_base(name):
        return
    bases = said(repo, "base_model")
    if len(bases) == 1:
        parent = names.parse(bases[0].text.rstrip("/"))
        tuned = sorted(parent.training & TUNED)
        if tuned and "base" not in parent.training:
            yield Hit(
                bases[0].at,
                f"the name says base, but it was made from {bases[0].text}, which is a model for {tuned[0]}",
                found=bases[0].text,
                help="drop base from the name, or correct base_model",
                severity=Severity.WARNING,
                confidence=0.85,
            )


def _ends_as_base(name: Name) -> bool:
    """Whether base stands behind the number of parameters, where it says how a model was trained (``8B-Base``)."""
    counted = [segment.end for segment in name.of(Element.parameters)]
    return any(s.normal == "base" and counted and s.start >= counted[-1] for s in name.of(Element.training))


def _relation(repo: ModelRepo, reuse: set[str]) -> Iterator[Hit]:
    for relation in said(repo, "base_model_relation")[:1]:
        wrong = {"adapter": _MERGED, "merge": _ADAPTER}.get(relation.text.lower(), frozenset())
        if reuse & wrong and not (reuse & _ADAPTER and reuse & _MERGED):
            word = min(reuse & wrong)
            yield Hit(
                relation.at,
                f"the name says {word}, the card's base_model_relation {relation.text}",
                found=f"{word} {relation.text}",
                help="correct base_model_relation, or rename the repository",
                severity=Severity.WARNING,
                confidence=0.85,
            )


def _template(repo: ModelRepo, name: Name) -> Iterator[Hit]:
    """Only where the tokenizer could be read, beside a language model in transformers' format."""
    part, subject = main_part(repo), main_config(repo)
    tokenizer = part.documents.get("tokenizer_config.json") if part else None
    words = sorted(name.training & TUNED)
    if not words or tokenizer is None or tokenizer.pointer or tokenizer.problems or not tokenizer.table:
        return
    classes = subject[1].architectures.value if subject and subject[1].architectures else ()
    elsewhere = any(path.rpartition("/")[2].startswith("chat_template") for path in repo.files)
    if not elsewhere and not tokenizer.table.get("chat_template") and any(c.endswith("ForCausalLM") for c in classes):
        yield Hit(
            Location(tokenizer.path, line=1),
            f"the name says {words[0]}, the tokenizer has no chat template",
            found=words[0],
            help="add chat_template, so that the model is asked as it was trained",
            severity=Severity.NOTE,
            confidence=0.7,
        )


RULE = Rule("naming/training", "the name says another way of training", Severity.WARNING, 0.85, check, __doc__ or "")
