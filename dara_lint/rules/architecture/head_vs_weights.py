"""The weights lack the task head of the class in ``architectures``.

``architectures`` tells loaders, serving engines and the hub's widget what the model does. When it says
``BertForSequenceClassification`` and the weights have no ``classifier``, the classifier is made up of random
numbers at loading, and every answer is chance. The class is held to the tensors that all its configs have; it
is only judged when the weights fit other classes of the same type exactly, which the message names (a set, as
some heads look alike). Heads that may be tied to the embedding are left out, as they need not be stored.

Example: ``"architectures": ["BertForSequenceClassification"]`` beside weights with ``cls.predictions`` only.

How to mend: name the class whose head is stored, or store the head.

Source: as for ``architecture/config-vs-weights``.
"""

from __future__ import annotations

from collections.abc import Iterator

from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import Location, ModelRepo
from dara_lint.recognize.distances import Fit
from dara_lint.rules.heads import headless
from dara_lint.settings import Settings

MOST_CLASSES = 4
"""Classes that the message names."""


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Hold the first class of ``architectures`` to the weights."""
    for each in headless(repo):
        yield Hit(
            Location(each.held.config.path, f"{each.pointer}/0"),
            f"{each.name} needs {', '.join(each.lacking)}, which the weights lack: they fit {_named(each.fit)}",
            found=each.name,
            help="name the class whose head is stored, or store the head; as it is, the head is random",
            related=(Location(each.held.checkpoint.path),),
        )


def _named(fit: Fit) -> str:
    names = fit.profile.builds[fit.build].names
    more = len(names) - MOST_CLASSES
    return " or ".join(names[:MOST_CLASSES]) + (f" or {more} more" if more > 0 else "")


RULE = Rule(
    "architecture/head-vs-weights",
    "the weights lack the head of the class in architectures",
    Severity.WARNING,
    0.9,
    check,
    __doc__ or "",
)
