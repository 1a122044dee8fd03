"""An ONNX export is of another architecture than the config claims.

An export is often made once and carried along while config.json changes, or copied from another repository.
Runtimes load it without a look at config.json, so nobody notices. Exporters keep the names of biases, norms
and embeddings; these are held to what transformers' classes of the claimed ``model_type`` call theirs. Only
what is there counts: an export rightly lacks a head or a tower. Where the names are made up, the operators are held
to those of exports of many families, whoever exported or quantised them; that alone is a warning.

Nothing is said of types that are not known, or when names and operators fit no known type.

Example: ``"model_type": "gpt2"`` beside an ``onnx/model.onnx`` with ``encoder.layer.0.attention.self.query.bias``.

How to mend: export the model again, or take the foreign export out.

Source: as for ``architecture/config-vs-weights``.
"""

from __future__ import annotations

from collections.abc import Iterator

from dara_lint.blueprints.fields import claims_of
from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import Document, Location, ModelRepo, Part
from dara_lint.recognize import exports, learned
from dara_lint.rules.held import claimed_types, named
from dara_lint.rules.thresholds import RECOGNISED
from dara_lint.settings import Settings


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Hold each ONNX graph to the config beside it, or to the root's."""
    for part in repo.parts:
        config = _config(repo, part)
        types = claimed_types(claims_of(config)) if config else ()
        for checkpoint in part.checkpoints:
            if not types or config is None or checkpoint.format != "onnx":
                continue
            own = learned.profiles(repo.profiles)
            verdicts = [exports.recognized(checkpoint, claimed, own) for claimed in types]
            first = verdicts[0]
            if (
                all(each.verdict == "impossible" for each in verdicts)
                and first.known
                and first.candidates[0].probability >= RECOGNISED
                and first.reasons
            ):
                claim = claims_of(config)
                at = claim.model_type or claim.architectures
                doubtful = "auto_map" in config.table or first.candidates[0].library == exports.LIBRARY
                yield Hit(
                    Location(config.path, at.pointer if at else "/model_type"),
                    f"in {checkpoint.path} {', '.join(first.reasons)}: it is an export of {named(first)}, "
                    f"not of {types[0]}",
                    found=f"{types[0]} {checkpoint.path}",
                    help=f"export the {types[0]} model again, or take {checkpoint.path} out",
                    severity=Severity.WARNING if doubtful else None,
                    confidence=round(first.candidates[0].probability, 2),
                    related=(Location(checkpoint.path),),
                )


def _config(repo: ModelRepo, part: Part) -> Document | None:
    """The config that speaks of a part: its own, or the root's for a folder of exports."""
    if part.config and part.config.table:
        return part.config
    inside = part.path.rpartition("/")[2] in {"", "onnx"}
    root = repo.root.config
    return root if root and root.table and inside and "model_index.json" not in repo.root.documents else None


RULE = Rule(
    "architecture/onnx-vs-claims",
    "an ONNX export is of another architecture than the config says",
    Severity.ERROR,
    0.95,
    check,
    __doc__ or "",
)
