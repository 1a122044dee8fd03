"""What ``dara-lint inspect`` shows on a terminal: a line of facts, then the modules as a tree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from dara_lint.facts import field, record
from dara_lint.model import Tensor
from dara_lint.recognize.inspection import Inspection
from dara_lint.reports.paint import Line, Span, padded, painted, width
from dara_lint.reports.visible import visible
from dara_lint.rules.wording import parameters

MOST_CHILDREN = 40
"""Children of a module that are shown; the rest is counted."""
MOST_TENSORS = 200_000
_NAMED = 6


@record
class Module:
    """A module or a tensor: children by segment (indices folded), elements of all tensors below it."""

    elements: int = 0
    tensors: int = 0
    indices: set[int] = field(default_factory=set)
    shapes: dict[tuple[int, ...], None] = field(default_factory=dict)
    dtypes: dict[str, None] = field(default_factory=dict)
    children: dict[str, Module] = field(default_factory=dict)


def tree(tensors: Iterable[Tensor], deepest: int) -> Module:
    """Tensors by module, numbered modules folded into one; segments below ``deepest`` stay together."""
    top = Module()
    for number, tensor in enumerate(tensors):
        if number >= MOST_TENSORS:
            break
        here = top
        segments = tensor.name.split(".", max(1, deepest))
        for module in _path(here, segments, tensor.elements):
            here = module
        here.shapes[tensor.shape] = None
        here.dtypes[tensor.dtype] = None
    return top


def _path(top: Module, segments: Sequence[str], elements: int) -> Iterator[Module]:
    top.elements += elements
    top.tensors += 1
    here = top
    for segment in segments:
        number = int(segment) if segment.isdecimal() and len(segment) < 9 else None
        here = here.children.setdefault("*" if number is not None else segment, Module())
        if number is not None:
            here.indices.add(number)
        here.elements += elements
        here.tensors += 1
        yield here


def rendered(found: Sequence[Inspection], *, depth: int, color: bool) -> str:
    """All inspections as text, a blank line between them."""
    lines: list[Line] = []
    for each in found:
        if lines:
            lines.append(())
        lines += _one(each, depth)
    return painted(lines, color=color)


def _one(found: Inspection, depth: int) -> Iterator[Line]:
    yield (Span(visible(found.repo.name or found.repo.path), "bold"), Span(f"   {_identity(found)}", "bold cyan"))
    facts = list(_facts(found))
    if facts:
        yield (Span("  " + " · ".join(facts)),)
    classes = found.architectures
    if classes:
        more = f" and {len(classes) - _NAMED} more" if len(classes) > _NAMED else ""
        yield (Span(f"  {visible(', '.join(classes[:_NAMED]))}{more}", "dim"),)
    if reason := found.recognition.abstains or ("" if found.weighed.total is not None else found.weighed.reason):
        yield (Span(f"  {visible(reason)}", "yellow"),)
    if found.checkpoint is None:
        return
    tensors = found.checkpoint.tensors
    where = f"{visible(found.checkpoint.path)}: {len(found.checkpoint.tensor_names):,} tensors"
    yield (Span(f"  {where}{'' if tensors else ', names only: no header is here'}", "dim"),)
    if not tensors:
        tensors = tuple(Tensor(name, (), "", 0) for name in found.checkpoint.tensor_names[:MOST_TENSORS])
    top = tree(tensors, max(1, depth))
    rows = list(_rows(top, "", top.elements if found.checkpoint.tensors else 0))
    left = min(64, max((width(row[0] + row[1]) for row in rows), default=0))
    middle = min(28, max((width(row[2]) for row in rows), default=0))
    for branch, label, shape, share in rows:
        yield (
            Span(f"  {branch}", "dim"),
            Span(padded(label, left - width(branch)), "" if shape else "bold"),
            Span("  " + padded(shape, middle), "cyan"),
            Span(f"  {share}"),
        )


def _identity(found: Inspection) -> str:
    types = found.recognition.model_types
    if not types:
        return "not recognised"
    shown = [visible(label) for label in types[:_NAMED]]
    if len(types) > _NAMED:
        return f"{', '.join(shown)} or {len(types) - _NAMED} more (they cannot be told apart)"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} or {shown[-1]}"


def _facts(found: Inspection) -> Iterator[str]:
    if found.weighed.total is not None:
        about = "" if found.weighed.exact else "about "
        active = f" ({parameters(found.weighed.active)} active)" if found.weighed.active else ""
        yield f"{about}{parameters(found.weighed.total)} parameters{active}"
    if found.layers:
        yield f"{found.layers} layers"
    if found.hidden_size:
        yield f"width {found.hidden_size:,}"
    if found.heads:
        yield f"{found.heads} heads"
    if found.dtypes:
        yield ", ".join(found.dtypes[:3])
    yield from (f"from {', '.join(found.evidence)}",) if found.evidence else ()


def _rows(module: Module, before: str, total: int) -> Iterator[tuple[str, str, str, str]]:
    children = list(module.children.items())
    for place, (segment, child) in enumerate(children):
        if place == MOST_CHILDREN:
            yield (f"{before}└─ ", f"{len(children) - place} more", "", "")
            return
        label, child = _joined(segment, child)  # noqa: PLW2901 - a chain of single modules is one row
        last = place + 1 == min(len(children), MOST_CHILDREN + 1)
        yield (before + ("└─ " if last else "├─ "), label, _shape(child), _share(child, total))
        yield from _rows(child, before + ("   " if last else "│  "), total)


def _joined(segment: str, module: Module) -> tuple[str, Module]:
    """A module with a single child takes it onto its own row: ``layers.[0-21]``."""
    label = visible(segment) if segment != "*" else _range(module)
    while len(module.children) == 1 and not module.shapes:
        (segment, module) = next(iter(module.children.items()))
        label += "." + (visible(segment) if segment != "*" else _range(module))
    return label, module


def _range(module: Module) -> str:
    low, high = min(module.indices), max(module.indices)
    if low == high:
        return f"[{low}]"
    gaps = "" if len(module.indices) == high - low + 1 else f", {len(module.indices)} of them"
    return f"[{low}-{high}{gaps}]"


def _shape(module: Module) -> str:
    if not module.shapes:
        return ""
    first = next(iter(module.shapes))
    if not any(module.dtypes):
        return f"{module.tensors}×" if module.tensors > 1 else "-"
    times = f"{module.tensors}× " if module.tensors > 1 else ""
    size = " × ".join(f"{dimension:,}" for dimension in first) or "scalar"
    return f"{times}{size}{' …' if len(module.shapes) > 1 else ''}"


def _share(module: Module, total: int) -> str:
    if not total:
        return ""
    share = 100 * module.elements / total
    return f"{parameters(module.elements):>8}  {share:5.1f} %"
