"""A pickle's stack machine that builds symbols in place of objects: nothing is imported, called or unpickled.

Semantics of the opcodes: CPython 3.13, ``Lib/pickle.py``, ``_Unpickler``.
"""

from __future__ import annotations

from collections.abc import Callable

from dara_lint.readers.pickle_opcodes import NAMES, Argument, Stream
from dara_lint.readers.pickle_symbols import Global, Made, Outcome, Skipped, Stored
from dara_lint.readers.source import LimitError, MalformedError

STEP_LIMIT = 4_000_000
"""Opcodes that are followed; a state dict of 45,000 tensors takes 1.6 million."""
TEXT_BUDGET = 64 * 1024 * 1024
"""Characters of text kept in all."""
IMPORT_LIMIT = 10_000
CONTAINER_LIMIT = 500_000
"""Mappings, lists, calls and imports, over twice what 45,000 tensors need."""
DEPTH_LIMIT = 10_000
_COMPUTED = "<computed>"


def run(stream: Stream) -> Outcome:
    """Follow one pickle to its STOP. Never raises for what the pickle holds; OSError passes."""
    outcome = Outcome()
    machine = _Machine(outcome)
    try:
        for _ in range(STEP_LIMIT):
            code, argument = stream.opcode()
            if code == b".":
                outcome.root = machine.pop()
                outcome.end = stream.position
                return outcome
            machine.step(code, argument)
        outcome.broken = f"the pickle has more than {STEP_LIMIT:,} opcodes"
    except MalformedError as error:
        outcome.broken = str(error)
    except IndexError:
        outcome.broken = "the pickle takes more from its stack than is there"
    return outcome


class _Machine:
    def __init__(self, outcome: Outcome) -> None:
        self._imports = outcome.imports
        self._stack: list[object] = []
        self._marks: list[list[object]] = []
        self._memo: dict[object, object] = {}
        self._budget = TEXT_BUDGET
        self._containers = 0

    def pop(self) -> object:
        return self._stack.pop()

    def step(self, code: bytes, argument: Argument) -> None:
        if code in _PUSH:
            if type(argument) is str:
                self._budget -= len(argument)
                if self._budget < 0:
                    raise LimitError(f"the pickle holds more than {TEXT_BUDGET:,} characters of text")
            self._stack.append(argument)
        elif code in _GET:
            if argument not in self._memo:
                raise MalformedError("the pickle asks for a memo that it never made")
            self._stack.append(self._memo[argument])
        elif code in _PUT:
            self._memo[argument] = self._stack[-1]
        elif code in NAMES:
            module, _, name = str(argument).partition(" ")
            symbol = self._global(module, name)
            made = self._made(symbol, tuple(self._unmark())) if code == b"i" else symbol
            self._stack.append(made)
        else:
            action = _ACTIONS.get(code)
            if action:
                action(self)
            elif code in _EXTENSION:
                self._stack.append(self._global("copyreg", f"extension_{argument}"))
            elif code == b"P":
                self._stack.append(Stored(argument))

    def _global(self, module: object, name: object) -> Global:
        self._count()
        symbol = Global(module if isinstance(module, str) else _COMPUTED, name if isinstance(name, str) else _COMPUTED)
        if len(self._imports) < IMPORT_LIMIT:
            self._imports.setdefault(f"{symbol.module[:500]} {symbol.name[:500]}")
        return symbol

    def _unmark(self) -> list[object]:
        items = self._stack
        self._stack = self._marks.pop()
        return items

    def _made(self, maker: object, arguments: object) -> Made:
        self._count()
        return Made(maker, arguments)

    def _count(self) -> None:
        self._containers += 1
        if self._containers > CONTAINER_LIMIT:
            raise LimitError(f"the pickle makes more than {CONTAINER_LIMIT:,} containers")

    def mark(self) -> None:
        if len(self._marks) >= DEPTH_LIMIT:
            raise LimitError(f"the pickle nests deeper than {DEPTH_LIMIT:,}")
        self._marks.append(self._stack)
        self._stack = []

    def pop_mark(self) -> None:
        self._unmark()

    def drop(self) -> None:
        if self._stack:
            self._stack.pop()
        else:
            self._unmark()

    def duplicate(self) -> None:
        self._stack.append(self._stack[-1])

    def memoize(self) -> None:
        self._memo[len(self._memo)] = self._stack[-1]

    def tuple_of(self, count: int) -> None:
        if len(self._stack) < count:
            raise IndexError
        items = tuple(self._stack[len(self._stack) - count :])
        del self._stack[len(self._stack) - count :]
        self._stack.append(items)

    def tuple_of_mark(self) -> None:
        items = tuple(self._unmark())
        self._stack.append(items)

    def empty_list(self) -> None:
        self._count()
        self._stack.append([])

    def empty_mapping(self) -> None:
        self._stack.append(self._made(None, ()))

    def list_of_mark(self) -> None:
        self._count()
        items = self._unmark()
        self._stack.append(items)

    def mapping_of_mark(self) -> None:
        items = self._unmark()
        made = self._made(None, ())
        made.items.extend(zip(items[::2], items[1::2], strict=False))
        self._stack.append(made)

    def append(self) -> None:
        value = self._stack.pop()
        self._extend([value])

    def appends(self) -> None:
        self._extend(self._unmark())

    def _extend(self, values: list[object]) -> None:
        target = self._stack[-1]
        if isinstance(target, list):
            target.extend(values)
        elif isinstance(target, Made):
            target.parts.extend(values)

    def set_item(self) -> None:
        value, key = self._stack.pop(), self._stack.pop()
        target = self._stack[-1]
        if isinstance(target, Made):
            target.items.append((key, value))

    def set_items(self) -> None:
        items = self._unmark()
        target = self._stack[-1]
        if isinstance(target, Made):
            target.items.extend(zip(items[::2], items[1::2], strict=False))

    def build(self) -> None:
        state = self._stack.pop()
        target = self._stack[-1]
        if isinstance(target, Made):
            target.state = state

    def call(self) -> None:
        arguments, maker = self._stack.pop(), self._stack.pop()
        self._stack.append(self._made(maker, arguments))

    def call_with_keywords(self) -> None:
        self._stack.pop()
        self.call()

    def object_of_mark(self) -> None:
        items = self._unmark()
        self._stack.append(self._made(items[0], tuple(items[1:])))

    def named_global(self) -> None:
        name, module = self._stack.pop(), self._stack.pop()
        self._stack.append(self._global(module, name))

    def stored(self) -> None:
        self._stack.append(Stored(self._stack.pop()))

    def next_buffer(self) -> None:
        self._stack.append(Skipped(0))


_PUSH = frozenset((b"K", b"M", b"J", b"I", b"L", b"\x8a", b"\x8b", b"F", b"G",
                   b"X", b"\x8c", b"\x8d", b"U", b"T", b"S", b"V", b"C", b"B", b"\x8e", b"\x96", b"N",
                   b"\x88", b"\x89"))  # fmt: skip
_GET = frozenset((b"h", b"j", b"g"))
_PUT = frozenset((b"q", b"r", b"p"))
_EXTENSION = frozenset((b"\x82", b"\x83", b"\x84"))
_ACTIONS: dict[bytes, Callable[[_Machine], None]] = {
    b"(": _Machine.mark,
    b"0": _Machine.drop,
    b"1": _Machine.pop_mark,
    b"2": _Machine.duplicate,
    b"\x94": _Machine.memoize,
    b")": lambda machine: machine.tuple_of(0),
    b"\x85": lambda machine: machine.tuple_of(1),
    b"\x86": lambda machine: machine.tuple_of(2),
    b"\x87": lambda machine: machine.tuple_of(3),
    b"t": _Machine.tuple_of_mark,
    b"l": _Machine.list_of_mark,
    b"]": _Machine.empty_list,
    b"}": _Machine.empty_mapping,
    b"d": _Machine.mapping_of_mark,
    b"\x8f": _Machine.empty_list,
    b"\x90": _Machine.appends,
    b"\x91": _Machine.tuple_of_mark,
    b"a": _Machine.append,
    b"e": _Machine.appends,
    b"s": _Machine.set_item,
    b"u": _Machine.set_items,
    b"b": _Machine.build,
    b"R": _Machine.call,
    b"\x81": _Machine.call,
    b"\x92": _Machine.call_with_keywords,
    b"o": _Machine.object_of_mark,
    b"\x93": _Machine.named_global,
    b"Q": _Machine.stored,
    b"\x97": _Machine.next_buffer,
}
