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
from dara_lint.rules.wording import parameters


def of(repo: ModelRepo) -> Headline:
    """The headline of ``repo``; a part of it that is not known is empty."""
    subject = main_config(repo)
    return Headline(_named(repo), _claimed(repo, subject[1] if subject else None), _held(repo, repo_size(repo)))


def _named(repo: ModelRepo) -> str:
    if repo.name is None:
        return ""
    name = names.parse(repo.name)
    words = [segment.text for segment in name.of(names.Element.architecture)][:2]
    sizes = [segment.text.upper() for segment in name.of(names.Element.parameters)][:2]
    return _joined(*words, *sizes)


def _claimed(repo: ModelRepo, claims: Claims | None) -> str:
    if claims is None:
        index = repo.root.documents.get("model_index.json")
        pipeline = index.table.get("_class_name") if index else None
        base = repo.root.adapter.table.get("base_model_name_or_path") if repo.root.adapter else None
        return str(pipeline or (f"adapter of {base}" if base else ""))[:80]
    kind = claims.model_type or claims.class_name
    promise = expected(claims)
    size = (promise.total.low + promise.total.high) // 2 if promise else 0
    dtype = claims.dtype.value.lower() if claims.dtype else ""
    quantized = f"{claims.quantization.method}" if claims.quantization else ""
    return _joined(kind.value[:40] if kind else "", parameters(size) if size else "", quantized or dtype)


def _held(repo: ModelRepo, weighed: Weighed) -> str:
    known = [named(each.verdicts[0]) for each in judged(repo) if each.verdicts[0].known]
    family = known[0] if len(known) == 1 else ""
    if weighed.total is None:
        return _joined(family, f"{weighed.nbytes / 1e9:.2f} GB" if weighed.nbytes else "")
    size = parameters(weighed.total)
    dtypes = sorted(weighed.dtypes, key=lambda dtype: -weighed.dtypes[dtype])
    main = [dtype for dtype in dtypes if dtype in BITS or weighed.dtypes[dtype]][:1]
    return _joined(family, size if weighed.exact else f"about {size}", main[0].lower() if main else "")


def _joined(*pieces: str) -> str:
    return " · ".join(piece for piece in pieces if piece)
