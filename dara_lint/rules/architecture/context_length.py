"""The name promises a longer context than any file of the repository allows.

``128k`` or ``4096`` in a name is the number of tokens that the model reads. It is held against the longest
context that config.json gives (positions, and rotary embeddings scaled beyond them) and against the
tokenizer's ``model_max_length``. A config that allows more than the name says is no contradiction.

A bare ``16k`` may count much else: examples, steps, a vocabulary. It is taken for a context when it is a customary one
(a power of two, ``200k``, ``1m``), when no word beside it says what it counts and no data set, training method or
second family stands before it, and when the family's positions are not fixed (``bert``, ``gpt2``, ``whisper``).

Example: ``granite-3b-code-instruct-128k`` beside ``"max_position_embeddings": 2048``.

How to mend: rename the repository, or add the rope scaling that the long context needs to config.json.

Source: the readings of 4k, 128k and 1m (powers of ten or of two) are those of the name parser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dara_lint import names
from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import Location, ModelRepo
from dara_lint.names import Element, Name, Segment
from dara_lint.rules.subject import main_config, main_part
from dara_lint.rules.thresholds import CONTEXT
from dara_lint.settings import Settings

LEAST = 4096
"""The shortest context that a bare number of thousands is taken for."""
CUSTOMARY = frozenset({131_000, 200_000, 262_000, 524_000, 1_000_000, 1_048_000})
"""Those that are read as no power of two (Yi-34B-200K, glm-4-9b-chat-1m, Llama-3-8B-Instruct-Gradient-1048k)."""
FIXED = frozenset(
    {
        "albert", "bart", "bert", "camembert", "clip", "deberta", "deberta-v2", "distilbert", "electra", "gpt2",
        "marian", "mbart", "mpnet", "mt5", "opt", "pegasus", "roberta", "t5", "vit", "wav2vec2", "whisper",
        "xlm-roberta",
    }
)  # fmt: skip
"""Types whose positions no one scales: a number of thousands beside them counts something else."""
_COUNTED = re.compile(
    r"(?i)(?:samples?|rows?|pairs?|steps?|examples?|instructions|prompts?|images?|pics?|hours?|docs?|documents?|sentences"
    r"|questions|conversations?|convs?|chats|dialogs?|dialogues|epochs?|iters?|iterations?|ckpts?|checkpoints?|data"
    r"|vocab|vocabulary|tokenizer|bpe|unigram|spm|sp|top|classes|labels|subset|mix|hz)"
)
"""Words that say what a number beside them counts."""
_BEFORE = frozenset({Element.dataset, Element.training, Element.reuse})


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Hold the name's context to the longest that the files allow."""
    subject, part = main_config(repo), main_part(repo)
    if repo.name is None or subject is None or part is None:
        return
    config, claim = subject
    name = names.parse(repo.name)
    said = [s for s in name.of(Element.characteristic) if s.normal.startswith("context=")]
    if len(said) != 1 or not claim.contexts:
        return
    fixed = claim.model_type is not None and claim.model_type.value in FIXED
    if re.fullmatch(r"(?i)\d+[km]", said[0].text) and (fixed or not _is_context(name, said[0])):
        return
    promised = int(said[0].normal.removeprefix("context="))
    longest = max(claim.contexts, key=lambda context: context.value)
    document = part.documents.get("tokenizer_config.json")
    reads = document.table.get("model_max_length") if document else None
    if isinstance(reads, int | float) and reads >= promised * CONTEXT:
        return
    if longest.value < promised * CONTEXT:
        yield Hit(
            Location(config.path, longest.pointer),
            f"the name says a context of {said[0].text}, the config allows {longest.value:,} tokens",
            found=f"{promised} {longest.value}",
            help="rename the repository, or add the rope scaling that the long context needs",
        )


def _is_context(name: Name, said: Segment) -> bool:
    """Whether a bare number of thousands or millions is a context rather than anything else that people count."""
    value = int(said.normal.removeprefix("context="))
    if value not in CUSTOMARY and (value < LEAST or value & (value - 1)):
        return False
    at = name.segments.index(said)
    beside = name.segments[max(0, at - 1) : at + 2]
    if any(_COUNTED.fullmatch(word) for each in beside for word in re.split(r"[-_. ]", each.text)):
        return False
    before = name.segments[at - 1] if at else None
    second = before is not None and before in name.of(Element.architecture)[1:]
    return before is None or before.normal == "yarn" or not (before.element in _BEFORE or second)


RULE = Rule(
    "architecture/context-length", "the name promises a longer context", Severity.WARNING, 0.85, check, __doc__ or ""
)
