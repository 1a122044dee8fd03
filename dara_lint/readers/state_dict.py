"""A checkpoint's symbols, walked: every tensor with its key path, shared storages counted once.

Names are the true key path, nested keys joined by dots (``state_dict.encoder.weight``), nothing unwrapped. A
pickled module contributes what its ``state_dict()`` would (its parameters and buffers, then its children).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from dara_lint.facts import field, record
from dara_lint.model import Json, Tensor
from dara_lint.readers.pickle_symbols import Global, Made
from dara_lint.readers.torch_tensors import Rebuilt, Storage, is_tensor, rebuilt

VISIT_LIMIT = 500_000
"""Symbols that are looked at; a state dict of 45,000 tensors takes 60,000."""
DEPTH_LIMIT = 64
_TRAINING = re.compile(
    r"(optim|lr_?sched|scheduler|scaler|grad_scaler|.*rng_?state|random|callbacks$|loops$|amp$)", re.IGNORECASE
)
"""Top-level keys that hold the state of a training, not of the model."""
_MAPPINGS = frozenset(("OrderedDict", "dict", "defaultdict", "Counter", "mappingproxy"))


@record
class Contents:
    """``tensors`` without file, in the pickle's order. ``nbytes`` of a tensor is what it adds on disk: zero
    for one that views bytes already counted under another name (tied weights). ``root`` is the top-level key
    under which most tensors lie, "" when they lie at the top. ``broken`` pairs a tensor with what is wrong
    with its storage. ``training`` counts the tensors of an optimizer and its like, which are left out."""

    tensors: list[Tensor] = field(default_factory=list)
    storages: dict[str, Storage] = field(default_factory=dict)
    values: dict[str, Json] = field(default_factory=dict)
    root: str = ""
    training: int = 0
    not_understood: int = 0
    cut_short: bool = False
    broken: list[tuple[str, str]] = field(default_factory=list)


def contents(symbol: object) -> Contents:
    """Walk a pickle's root symbol; shared and circular symbols cost at most ``VISIT_LIMIT`` visits."""
    found = Contents()
    left: dict[str, int] = {}
    named: dict[str, Tensor] = {}
    tops: dict[str, int] = {}
    wrapped = not is_tensor(symbol) and _is_mapping(symbol)
    budget = VISIT_LIMIT
    pending: list[tuple[str, str, object, int]] = [("", "", symbol, 0)]
    while pending:
        path, top, node, depth = pending.pop()
        budget -= 1 + len(path) // 64 + _breadth(node) // 8
        if budget < 0:
            found.cut_short = True
            break
        if is_tensor(node):
            tensor = rebuilt(node)
            if tensor is None:
                found.not_understood += 1
            elif wrapped and depth > 1 and _TRAINING.match(top):
                found.training += 1
            else:
                name = path or "tensor"
                named[name] = Tensor(name, tensor.shape, tensor.dtype, _stored(tensor, left))
                tops[top] = tops.get(top, 0) + 1 if depth > 1 else 0
                _check(name, tensor, found)
        elif depth < DEPTH_LIMIT:
            if depth == 1 and wrapped and len(found.values) < 64 and _is_value(node):
                found.values[path] = node if isinstance(node, bool | int | str) else None
            children = [
                (f"{path}.{key}" if path and key else path or key, top if depth else key, child, depth + 1)
                for key, child in _children(node)
                if isinstance(child, Made | list | tuple) or depth == 0
            ]
            pending.extend(reversed(children))
        elif isinstance(node, Made | list | tuple):
            found.cut_short = True
    found.tensors = list(named.values())
    if wrapped and tops:
        best = max(tops, key=lambda key: tops[key])
        found.root = best if tops[best] * 2 > len(named) else ""
    return found


def _breadth(node: object) -> int:
    """How much looking at a symbol costs; one that is long and shared is looked at many times."""
    if isinstance(node, list | tuple):
        return len(node)
    if not isinstance(node, Made):
        return 0
    below = node.arguments[:1] if isinstance(node.arguments, tuple) else ()
    below += node.state[:2] if isinstance(node.state, tuple) else (node.state,)
    cost = len(node.items) + len(node.parts)
    for symbol in below:
        cost += len(symbol.items) if isinstance(symbol, Made) else 0
        cost += len(symbol) if isinstance(symbol, list | tuple) else 0
    return cost


def _children(node: object) -> Iterator[tuple[str, object]]:
    """Keys and values below a symbol. The key is empty where a module's state adds nothing to the name."""
    if isinstance(node, list | tuple):
        yield from ((str(at), child) for at, child in enumerate(node))
    elif isinstance(node, Made):
        items = node.items
        if not items and _is_mapping(node) and isinstance(node.arguments, tuple) and node.arguments:
            items = list(_pairs(node.arguments[0]))
        yield from ((_key(key), child) for key, child in items)
        yield from ((str(at), child) for at, child in enumerate(node.parts))
        if not _is_mapping(node):
            yield from _attributes(node.state)


def _attributes(state: object) -> Iterator[tuple[str, object]]:
    for table in state[:2] if isinstance(state, tuple) else (state,):
        if not isinstance(table, Made):
            continue
        fields = {key: child for key, child in table.items if isinstance(key, str)}
        if "_parameters" in fields and "_modules" in fields:
            yield from (("", fields.get(key)) for key in ("_parameters", "_buffers", "_modules"))
        else:
            yield from fields.items()


def _pairs(argument: object) -> Iterator[tuple[object, object]]:
    if isinstance(argument, Made):
        yield from argument.items
    elif isinstance(argument, list | tuple):
        for pair in argument:
            if isinstance(pair, list | tuple) and len(pair) == 2:
                yield pair[0], pair[1]


def _is_mapping(symbol: object) -> bool:
    if not isinstance(symbol, Made):
        return False
    return symbol.maker is None or (isinstance(symbol.maker, Global) and symbol.maker.name in _MAPPINGS)


def _is_value(symbol: object) -> bool:
    if isinstance(symbol, str):
        return len(symbol) <= 200
    return isinstance(symbol, bool) or (isinstance(symbol, int) and abs(symbol) < 2**63)


def _key(key: object) -> str:
    return str(key) if isinstance(key, str | bool) or (type(key) is int and abs(key) < 2**63) else "?"


def _stored(tensor: Rebuilt, left: dict[str, int]) -> int:
    """Bytes that this tensor adds to those of its storage that were counted before."""
    if tensor.storage is None:
        return tensor.nbytes
    rest = left.get(tensor.storage.key, tensor.storage.nbytes)
    taken = min(tensor.nbytes, rest)
    left[tensor.storage.key] = rest - taken
    return taken


def _check(name: str, tensor: Rebuilt, found: Contents) -> None:
    storage = tensor.storage
    if storage is None:
        return
    found.storages.setdefault(storage.key, storage)
    if storage.bits and tensor.reach > storage.nbytes:
        reason = f"reaches to byte {tensor.reach:,} of a storage of {storage.nbytes:,}"
        found.broken.append((name, reason))


def lacking(found: Contents, stored: Mapping[str, int]) -> Iterator[str]:
    """What an archive with these records (storage key → bytes) lacks of the storages that tensors view."""
    for key, storage in found.storages.items():
        size = stored.get(key)
        if size is None:
            yield f"the archive has no record data/{key}, which holds {storage.nbytes:,} bytes of a tensor"
        elif size < storage.nbytes:
            yield f"record data/{key} of the archive has {size:,} bytes, its tensors take {storage.nbytes:,}"
