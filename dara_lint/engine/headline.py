"""The first line of a repository: its name, its claims and its evidence side by side."""

from __future__ import annotations

from dara_lint import names
from dara_lint.blueprints.fields import Claims
from dara_lint.finding import Headline
from dara_lint.model import BITS, ModelRepo
from dara_lint.recognize.expectation import expected
from dara_lint.recognize.repository import repo_size
from dara_lint.recognize.weighing import Weighed
from dara_lint.rules.held import judged, named
from dara_lint.rules.subject import main_config
from dara_lint.rules.weighed import promised_count
from dara_lint.rules.wording import parameters, size_text

CLOSE = 1.1
"""Bounds of a promise that lie within this ratio are worth a number."""
VAGUE = 1.3
"""Bounds of what weights hold that lie farther apart are not."""


def of(repo: ModelRepo) -> Headline:
    """The headline of ``repo``; a part of it that is not known is empty."""
    subject = main_config(repo)
    claims = subject[1] if subject else None
    return Headline(_named(repo), _claimed(repo, claims), _held(repo, repo_size(repo), claims))


def _named(repo: ModelRepo) -> str:
    if repo.name is None:
        return ""
    name = names.parse(repo.name)
    words = [segment.text for segment in name.of(names.Element.architecture)][:2]
    sizes = [segment.text.upper().replace("X", "x") for segment in name.of(names.Element.parameters)][:2]
    return _joined(*words, *sizes)


def _claimed(repo: ModelRepo, claims: Claims | None) -> str:
    if claims is None:
        index = repo.root.documents.get("model_index.json")
        pipeline = index.table.get("_class_name") if index else None
        base = repo.root.adapter.table.get("base_model_name_or_path") if repo.root.adapter else None
        return str(pipeline or (f"adapter of {base}" if base else ""))[:80]
    kind = claims.model_type or claims.class_name
    dtype = claims.dtype.value.lower() if claims.dtype else ""
    quantized = f"{claims.quantization.method}" if claims.quantization else ""
    return _joined(kind.value[:40] if kind else "", _promised(repo, claims), quantized or dtype)


def _promised(repo: ModelRepo, claims: Claims) -> str:
    """The parameters that the config promises: exactly by its blueprint, about where only the formula bounds them."""
    exact = promised_count(repo)
    if exact is not None:
        return parameters(exact.total)
    promise = expected(claims)
    if promise is None or promise.total.high > CLOSE * promise.total.low:
        return ""
    return f"about {parameters((promise.total.low + promise.total.high) // 2)}"


def _vague(weighed: Weighed, claims: Claims | None) -> bool:
    """Whether bytes of an unknown width leave so much room that they are the better number."""
    if weighed.exact or weighed.bounds is None or weighed.total is None or not weighed.nbytes:
        return False
    promise = expected(claims) if claims else None
    borne_out = promise is not None and promise.total.ratio(weighed.total) == 1.0
    declared = claims is not None and claims.dtype is not None and not weighed.path.endswith(".gguf")
    return weighed.bounds.high > VAGUE * weighed.bounds.low and not borne_out and not declared


def _held(repo: ModelRepo, weighed: Weighed, claims: Claims | None) -> str:
    known = [named(each.verdicts[0]) for each in judged(repo) if each.verdicts[0].known]
    family = known[0] if len(known) == 1 else ""
    if weighed.total is None or _vague(weighed, claims):
        return _joined(family, size_text(weighed.nbytes) if weighed.nbytes else "")
    size = parameters(weighed.total)
    dtypes = sorted(weighed.dtypes, key=lambda dtype: -weighed.dtypes[dtype])
    main = [dtype for dtype in dtypes if dtype in BITS or weighed.dtypes[dtype]][:1]
    return _joined(family, size if weighed.exact else f"about {size}", main[0].lower() if main else "")


def _joined(*pieces: str) -> str:
    return " · ".join(piece for piece in pieces if piece)
