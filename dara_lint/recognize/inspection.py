"""What the weights of a repository are, by every kind of evidence: the facts behind ``dara-lint inspect``."""

from __future__ import annotations

from dara_lint.blueprints.fields import Claims, claims_of
from dara_lint.facts import fact
from dara_lint.model import Checkpoint, Json, ModelRepo, Part
from dara_lint.recognize import learned
from dara_lint.recognize.evidence import Evidence, of_checkpoint
from dara_lint.recognize.recognition import Candidate, Recognition
from dara_lint.recognize.recognizer import recognize
from dara_lint.recognize.repository import repo_size
from dara_lint.recognize.structure import Structure, checkpoint_structure
from dara_lint.recognize.weighing import Weighed

MOST_ARCHITECTURES = 40
"""Classes that are listed at most."""
STATED = 0.9
"""The probability of architectures that have all the names of a GGUF file, which states another one."""
_ORDER = ("safetensors", "pytorch", "gguf", "onnx", "h5", "msgpack", "tflite")


@fact
class Inspection:
    """A repository's weights: their size, structure and what they can be. ``checkpoint`` is the one that was read."""

    repo: ModelRepo
    checkpoint: Checkpoint | None
    weighed: Weighed
    structure: Structure
    recognition: Recognition
    claims: Claims | None

    @property
    def layers(self) -> int | None:
        """Layers of the language model or only tower, or of encoder and decoder together."""
        found = self.structure
        if found.encoder_layers and found.decoder_layers:
            return found.encoder_layers + found.decoder_layers
        return found.layers

    @property
    def hidden_size(self) -> int | None:
        """Width, from the input embedding."""
        return self.structure.hidden_size

    @property
    def heads(self) -> int | None:
        """Attention heads: GGUF metadata, or the config when its width is that of the weights, and these can be its."""
        if self.checkpoint and self.checkpoint.files:
            metadata = self.checkpoint.files[0].metadata
            found = metadata.get(f"{metadata.get('general.architecture')}.attention.head_count")
            if isinstance(found, int) and not isinstance(found, bool):
                return found
        foreign = self.recognition.verdict == "impossible"
        if self.claims and self.claims.heads and self.claims.hidden_size and not foreign:
            width = self.hidden_size
            return self.claims.heads.value if width in (None, self.claims.hidden_size.value) else None
        return None

    @property
    def dtypes(self) -> tuple[str, ...]:
        """Stored dtypes, the one with most parameters first."""
        return tuple(sorted(self.weighed.dtypes, key=lambda dtype: (-self.weighed.dtypes[dtype], dtype)))

    @property
    def evidence(self) -> tuple[str, ...]:
        """The kinds of evidence that there are."""
        kinds = {checkpoint.format for checkpoint in self.repo.checkpoints if checkpoint.files}
        found: list[str] = [kind for kind in _ORDER if kind in kinds]
        if any(checkpoint.index for checkpoint in self.repo.checkpoints):
            found.append("index")
        if any(part.config for part in self.repo.parts):
            found.append("config")
        return tuple(found)

    @property
    def architectures(self) -> tuple[str, ...]:
        """The classes that the set of equals names, best first."""
        names = [name for each in self.recognition.equals for name in each.architectures]
        return tuple(dict.fromkeys(names))[:MOST_ARCHITECTURES]

    def shape(self) -> dict[str, Json]:
        """The JSON of ``inspect --format json`` (DESIGN.md, version 1), with heads, packing and reason added."""
        types: list[Json] = [
            {"label": each.label, "probability": each.probability, "library": each.library}
            for each in self.recognition.equals
        ]
        total, active = self.weighed.total, self.weighed.active
        return {
            "path": self.repo.path,
            "name": self.repo.name,
            "parameters": {"total": total, "active": active} if total is not None else None,
            "dtypes": list(self.dtypes),
            "layers": self.layers,
            "hidden_size": self.hidden_size,
            "heads": self.heads,
            "evidence": list(self.evidence),
            "model_types": types,
            "architectures": list(self.architectures),
            "known": self.recognition.known,
            "exact": self.weighed.exact,
            "reason": self.recognition.abstains or self.weighed.reason or None,
        }


def subject(repo: ModelRepo) -> tuple[Part, Checkpoint] | None:
    """The set of weights that is inspected: with names, not an adapter if there is more, the root's first."""
    found = [
        (
            bool(part.path),
            "adapter" in checkpoint.path,
            not checkpoint.tensor_names,
            _ORDER.index(checkpoint.format),
            at,
        )
        for at, (part, checkpoint) in enumerate(_all(repo))
    ]
    if not found:
        return None
    best = min(found, key=lambda key: (key[2], key[1], key[0], *key[3:]))
    return _all(repo)[best[-1]]


def _all(repo: ModelRepo) -> list[tuple[Part, Checkpoint]]:
    return [(part, checkpoint) for part in repo.parts for checkpoint in part.checkpoints]


def inspected(repo: ModelRepo) -> Inspection:
    """Look at the weights of a repository."""
    chosen = subject(repo)
    config = (chosen[0].config if chosen else None) or repo.root.config
    claim = claims_of(config) if config and config.table else None
    if chosen is None or not chosen[1].tensor_names:
        recognition = Recognition(abstains="no tensor of the weights is known: no header and no index could be read")
        return Inspection(repo, chosen[1] if chosen else None, repo_size(repo), Structure(), recognition, claim)
    checkpoint = chosen[1]
    claimed = claim.model_type.value if claim and claim.model_type else None
    recognition = recognized(checkpoint, of_checkpoint(checkpoint), repo.profiles, claimed)
    return Inspection(repo, checkpoint, repo_size(repo), checkpoint_structure(checkpoint), recognition, claim)


def recognized(
    checkpoint: Checkpoint, evidence: Evidence, profiles: tuple[str, ...], claimed: str | None = None
) -> Recognition:
    """What a checkpoint can be, own ``profiles`` included; a GGUF file says its architecture itself, and is believed
    where its tensors can be of it, and an ONNX graph keeps a part of the names."""
    if checkpoint.format == "onnx":
        from dara_lint.recognize import exports  # here for the same reason as below

        return exports.recognized(checkpoint, claimed, learned.profiles(profiles))
    if checkpoint.format == "gguf":
        stated = checkpoint.files[0].metadata.get("general.architecture") if checkpoint.files else None
        if isinstance(stated, str) and stated:
            from dara_lint.recognize import gguf_names  # here, since few repositories hold such files

            named = gguf_names.held(stated, checkpoint.tensor_names)
            if named is not None and not named.possible:
                return Recognition(tuple(Candidate(label, "gguf", STATED, ()) for label in named.others), "impossible")
            return Recognition((Candidate(stated[:80], "gguf", 1.0, ()),))
    return recognize(evidence, claimed, learned.profiles(profiles))
