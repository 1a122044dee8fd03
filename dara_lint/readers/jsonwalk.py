"""A walk through a text that is meant to be JSON: it reads what can be read and says what is wrong.

Strict JSON gives exactly what ``json`` gives. Forgiven are comments, missing and superfluous commas, single
quotes, bare keys, Python's constants, merge conflicts, text around the value, and a file that ends too early.
No recursion; time and memory are linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dara_lint.readers.complaints import Complaints
from dara_lint.readers.events import DEPTH, Event, shown
from dara_lint.readers.jsontokens import Token, Tokens

PROBLEMS = 10_000
"""With more problems than this a text is no JSON, and the walk through it ends."""

_CONFLICT = re.compile(
    r"^<{7}(?: [^\n]*)?\n(?P<ours>(?:(?![<=>|]{7}).*\n)*+)"
    r"(?P<theirs>(?:\|{7}[^\n]*\n(?:(?![<=>|]{7}).*\n)*+)?={7}\r?\n(?:(?![<=>|]{7}).*\n)*+)>{7}[^\n]*",
    re.MULTILINE,
)
_STRAY = re.compile(r"^(?:<{7} .*|={7}\r?|>{7} .*|\|{7} .*)$", re.MULTILINE)
_OBJECT = re.compile(r'\{\s*+"(?:[^"\\\n]|\\.)*+"\s*+:')
_FENCE = re.compile(r"\s*(?:```|~~~)\s*\Z")
_CLOSES = {"{": "}", "[": "]"}


def walk(text: str, complaints: Complaints) -> Iterator[Event]:
    """The events of the value in the text, none when there is no value. Problems go to ``complaints``."""
    text = _one_side(text, complaints)
    start = _start(text, complaints)
    if start is None:
        complaints.add("no JSON value in the file" if text.strip() else "the file is empty", 0, 1, "unreadable")
        return
    tokens = Tokens(text, complaints, start)
    yield from _Walk(text, complaints).events(iter(tokens))
    tokens.skip()
    first, rest = tokens.position, text[tokens.position :].rstrip()
    if rest and not _FENCE.match(rest):
        complaints.add(f"text after the value: `{shown(rest)}`, remove it", first, first + len(rest))


def _start(text: str, complaints: Complaints) -> int | None:
    """Where the value starts. Text before an object is passed over when the object is surely one."""
    first = next(iter(Tokens(text, Complaints())), None)
    if first is None:
        return None
    if first.kind in ("{", "[") or (first.kind in ("string", "scalar") and not text[first.end :].strip()):
        return 0
    found = _OBJECT.search(text, first.start)
    if found is None or text[first.start] == "<":
        return None
    before = text[first.start : found.start()]
    complaints.add(f"text before the value: `{shown(before.strip())}`, remove it", first.start, found.start())
    return found.start()


def _one_side(text: str, complaints: Complaints) -> str:
    """The text with the second side of each merge conflict and all markers blanked, places kept."""
    if not _STRAY.search(text):
        return text

    def ours(conflict: re.Match[str]) -> str:
        label = conflict[0].split("\n", 1)[0]
        reason = "a merge conflict was committed: resolve it (its first side was read)"
        complaints.add(reason, conflict.start(), conflict.start() + len(label.rstrip("\r")))
        start, end = conflict.start("ours") - conflict.start(), conflict.end("ours") - conflict.start()
        return _blank(conflict[0][:start]) + conflict["ours"] + _blank(conflict[0][end:])

    def stray(marker: re.Match[str]) -> str:
        complaints.add(f"a line of a merge conflict, `{shown(marker[0])}`: remove it", *marker.span())
        return _blank(marker[0])

    return _STRAY.sub(stray, _CONFLICT.sub(ours, text))


def _blank(text: str) -> str:
    return re.sub(r"[^\r\n]", " ", text)


class _Walk:
    """The state between two tokens: open brackets, the key that waits for its value, the last comma."""

    def __init__(self, text: str, complaints: Complaints) -> None:
        self._text = text
        self._complaints = complaints
        self._stack: list[str] = []
        self._open = {"{": 0, "[": 0}
        self._muted = 0  # the depth at which what is read stopped being told, 0 when it is
        self._key: Token | None = None
        self._colon = False
        self._comma: Token | None = None
        self._separated = True

    def events(self, tokens: Iterator[Token]) -> Iterator[Event]:
        """The events up to the end of the first value."""
        size = len(self._text)
        for token in tokens:
            if token.kind == ",":
                self._on_comma(token)
            elif token.kind == ":":
                self._on_colon(token)
            elif token.kind in ("}", "]"):
                yield from self._on_close(token)
            elif token.kind in ("{", "["):
                yield from self._on_open(token)
            elif token.kind == "word":
                yield from self._on_word(token)
            elif token.kind != "cut" or (not self._stack and token.value is not None):
                yield from self._on_scalar(token)
            if not self._stack:
                return
            if self._complaints.count > PROBLEMS:
                reason = f"more than {PROBLEMS:,} problems: the rest of the file is not read"
                self._complaints.add(reason, token.start, token.end, "unreadable")
                break
        left = len(self._stack)
        reason = f"the file ends inside {left} open bracket{'s' if left > 1 else ''}"
        self._complaints.add(reason, max(size - 1, 0), size)
        while self._stack:
            yield from self._pop(size, size)

    def _on_comma(self, token: Token) -> None:
        if self._key:
            self._no_value()
        elif self._separated:
            self._complaints.add("a comma with nothing before it: remove it", token.start, token.end)
        self._separated, self._comma = True, token

    def _on_colon(self, token: Token) -> None:
        if self._key and not self._colon:
            self._colon = True
        else:
            self._complaints.add("a `:` that follows no key", token.start, token.end)

    def _on_close(self, token: Token) -> Iterator[Event]:
        if self._comma:
            reason = "a comma before a closing bracket: remove it"
            self._complaints.add(reason, self._comma.start, self._comma.end)
        if self._key:
            self._no_value()
        opener = "{" if token.kind == "}" else "["
        if not self._open[opener]:
            self._complaints.add(f"a `{token.kind}` that closes nothing: remove it", token.start, token.end)
            return
        while True:
            kind = self._stack[-1]
            if kind != opener:
                reason = f"a `{token.kind}` where `{_CLOSES[kind]}` was expected"
                self._complaints.add(reason, token.start, token.end)
            yield from self._pop(token.start, token.end)
            if kind == opener:
                return

    def _pop(self, start: int, end: int) -> Iterator[Event]:
        if not self._muted:
            yield Event("close", start, end)
        if self._muted == len(self._stack):
            self._muted = 0
        self._open[self._stack.pop()] -= 1
        self._ended()

    def _on_open(self, token: Token) -> Iterator[Event]:
        keyless = self._before_value(token)
        self._stack.append(token.kind)
        self._open[token.kind] += 1
        if not self._muted and (keyless or len(self._stack) > DEPTH):
            self._muted = len(self._stack)
            reason = "a value without a key" if keyless else f"nested deeper than {DEPTH} levels: not read"
            self._complaints.add(reason, token.start, token.end, "malformed" if keyless else "unreadable")
        if not self._muted:
            yield from self._told_key()
            yield Event("object" if token.kind == "{" else "array", token.start, token.end)
        self._key, self._colon, self._comma, self._separated = None, False, None, True

    def _on_word(self, token: Token) -> Iterator[Event]:
        if self._stack[-1:] == ["{"] and self._key is None and self._colon_follows(token):
            self._complaints.add("a key without quotes", token.start, token.end)
            yield from self._on_scalar(token._replace(kind="string"))
            return
        if token.value:
            reason = f"`{shown(str(token.value))}` is no JSON value: put it into quotes or remove it"
            self._complaints.add(reason, token.start, token.end)
        self._ended()

    def _on_scalar(self, token: Token) -> Iterator[Event]:
        in_object = self._stack[-1:] == ["{"]
        if in_object and self._key and token.kind == "string" and self._colon_follows(token):
            self._no_value()
            self._separated = False
        if in_object and self._key is None:
            if not self._separated:
                self._complaints.add("a comma is missing before this", token.start, token.end)
            if token.kind != "string":
                word = self._text[token.start : token.end]
                if not self._colon_follows(token):
                    reason = f"`{shown(word)}` where a key was expected: remove it"
                    self._complaints.add(reason, token.start, token.end)
                    self._separated, self._comma = True, None
                    return
                self._complaints.add("a key without quotes", token.start, token.end)
                token = token._replace(value=word)
            self._key, self._colon, self._comma, self._separated = token, False, None, True
            return
        self._before_value(token)
        if not self._muted:
            yield from self._told_key()
            yield Event("value", token.start, token.end, token.value)
        self._ended()

    def _before_value(self, token: Token) -> bool:
        """Says what is missing before a value; whether that is its key."""
        self._comma = None
        if self._key and not self._colon:
            self._complaints.add("a colon is missing after a key", self._key.start, self._key.end)
        elif not self._separated:
            self._complaints.add("a comma is missing before this", token.start, token.end)
        return self._stack[-1:] == ["{"] and self._key is None

    def _told_key(self) -> Iterator[Event]:
        """The key, told only once its value is there."""
        if self._key:
            yield Event("key", self._key.start, self._key.end, self._key.value)

    def _ended(self) -> None:
        self._key, self._colon, self._comma, self._separated = None, False, None, False

    def _no_value(self) -> None:
        if self._key:
            reason = f"key `{shown(str(self._key.value))}` has no value"
            self._complaints.add(reason, self._key.start, self._key.end)
            self._key, self._colon = None, False

    def _colon_follows(self, token: Token) -> bool:
        end = token.end
        while self._text[end : end + 1].isspace():
            end += 1
        return self._text[end : end + 1] in (":", "=")
