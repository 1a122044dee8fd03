"""Facts: what a model repository holds, as its bytes say it.

Everything here is immutable and knows nothing of findings. A reader makes these, a rule compares them.
Paths are relative to the repository's root and use ``/``; sizes are in bytes; shapes are row-major
(outermost dimension first) whatever the file format stores.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cached_property
from typing import Literal, NamedTuple, TypeAlias

from dara_lint.facts import fact, field

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

Format = Literal["safetensors", "onnx", "gguf", "pytorch", "h5", "msgpack", "tflite"]

BITS: Mapping[str, float] = {
    # safetensors 0.8 spells dtypes this way, and so do we, whatever file a tensor comes from
    "F64": 64, "F32": 32, "F16": 16, "BF16": 16, "C64": 64, "C128": 128,
    "I64": 64, "I32": 32, "I16": 16, "I8": 8, "U64": 64, "U32": 32, "U16": 16, "U8": 8, "BOOL": 8,
    "F8_E4M3": 8, "F8_E5M2": 8, "F8_E8M0": 8, "F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8,
    "F6_E2M3": 6, "F6_E3M2": 6, "F4": 4, "I4": 4, "U4": 4, "I2": 2, "U2": 2,
}  # fmt: skip
"""Bits per element of each plain dtype. GGUF's block types (``Q4_K``, …) are in ``dara_lint.ggml``."""


class Location(NamedTuple):
    """A place named symbolically: a file, and in it a JSON pointer, a tensor or node name, or a line.

    ``pointer`` is an RFC 6901 JSON pointer for JSON files and for a card's front matter (a pointer into a
    Markdown file always means its front matter); for weight files it is a tensor or node name. ``on_key``
    marks the key instead of the value. ``line``, ``column`` and ``length`` (1-based, code points) are set
    only where the reader knew them, as in a card's text; the engine resolves pointers for the rest.
    """

    path: str
    pointer: str | None = None
    on_key: bool = False
    line: int | None = None
    column: int | None = None
    length: int | None = None


class ReadError(NamedTuple):
    """What a reader could not read, or had to forgive.

    ``unreadable``: nothing of the file (or of that part) could be used. ``malformed``: the usual loader
    refuses the file, we read it all the same. ``tolerated``: usual loaders accept it, though it is not
    what the standard says (a duplicate key, NaN in JSON), or it is more than we read.
    """

    at: Location
    reason: str
    kind: Literal["unreadable", "malformed", "tolerated"] = "unreadable"


class LfsPointer(NamedTuple):
    """A Git LFS pointer that stands where a file should: the true file's SHA-256 and size in bytes."""

    oid: str
    size: int


class Document(NamedTuple):
    """A JSON file. ``value`` is what could be read (an empty dict when nothing could)."""

    path: str
    value: Json
    problems: tuple[ReadError, ...] = ()
    pointer: LfsPointer | None = None

    @property
    def table(self) -> dict[str, Json]:
        """The top-level object; empty when the file holds anything else."""
        return self.value if isinstance(self.value, dict) else {}


class Heading(NamedTuple):
    """A Markdown heading: level 1 to 6, its text without markup, its line."""

    level: int
    text: str
    line: int


class Table(NamedTuple):
    """A Markdown table: cells of the header and of each row, in order; ``line`` is the header's."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    line: int


class CodeBlock(NamedTuple):
    """A fenced code block: its language word (may be empty), its text, the line of the opening fence."""

    language: str
    text: str
    line: int


@fact
class Card:
    """A model card: YAML front matter and Markdown. Every line number counts from the file's first line."""

    path: str
    front: Mapping[str, Json] = field(default_factory=dict)
    has_front_matter: bool = False
    title: Heading | None = None
    headings: tuple[Heading, ...] = ()
    tables: tuple[Table, ...] = ()
    code: tuple[CodeBlock, ...] = ()
    lines: tuple[str, ...] = ()
    """The file's lines without their ends, front matter included: ``lines[n - 1]`` is line n."""
    body_line: int = 1
    """The 1-based line of ``lines`` at which the Markdown after the front matter starts."""
    problems: tuple[ReadError, ...] = ()
    pointer: LfsPointer | None = None


class Tensor(NamedTuple):
    """One stored tensor: row-major shape, dtype as in ``BITS`` (or a GGUF type), bytes it takes on disk."""

    name: str
    shape: tuple[int, ...]
    dtype: str
    nbytes: int
    file: str = ""
    """The path of the file that holds it (relative to the root), also for external data."""

    @property
    def elements(self) -> int:
        """Number of stored elements, the product of the shape."""
        return math.prod(self.shape)


Attribute: TypeAlias = "int | float | str | tuple[int, ...] | tuple[float, ...] | tuple[str, ...]"


class Node(NamedTuple):
    """An ONNX node. ``attributes`` holds small scalar, string and list attributes only, never tensors."""

    op: str
    domain: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Attribute] = {}
    subgraphs: tuple[Graph, ...] = ()


class Value(NamedTuple):
    """A graph's input or output: dtype as in ``BITS`` (or ``STRING``, or empty when it is no tensor) and its
    shape, a dimension being an int, a symbolic name, or None when unknown; None when the rank is unknown."""

    name: str
    dtype: str
    shape: tuple[int | str | None, ...] | None


class Function(NamedTuple):
    """A local function of an ONNX model."""

    name: str
    domain: str
    nodes: tuple[Node, ...]


@fact
class Graph:
    """The graph of an ONNX file. Its initializers are the ``tensors`` of the ``WeightFile`` that holds it."""

    name: str = ""
    nodes: tuple[Node, ...] = ()
    inputs: tuple[Value, ...] = ()
    outputs: tuple[Value, ...] = ()
    opsets: Mapping[str, int] = field(default_factory=dict)
    functions: tuple[Function, ...] = ()
    producer: str = ""
    ir_version: int = 0


@fact
class WeightFile:
    """A file of weights and what its header says.

    ``tensors`` is None when there was nothing to read them from: an LFS pointer, a broken file, or a format
    of which only the kind is recognised (h5, msgpack, tflite). ``size`` is the real file's size, for a
    pointer the size that it promises. ``metadata`` is safetensors' ``__metadata__``, GGUF's key-values (long
    arrays as ``{"length": n}``) or ONNX's metadata properties. ``imports`` are the globals that a pickle
    names, as ``module name``. ``external`` are the files in which an ONNX model keeps its tensors.
    """

    path: str
    format: Format
    size: int
    pointer: LfsPointer | None = None
    tensors: tuple[Tensor, ...] | None = None
    metadata: Mapping[str, Json] = field(default_factory=dict)
    graph: Graph | None = None
    imports: tuple[str, ...] = ()
    external: tuple[str, ...] = ()
    problems: tuple[ReadError, ...] = ()


@fact
class Index:
    """A shard index (``*.index.json``): tensor name → shard file name, relative to the index's folder."""

    path: str
    weight_map: Mapping[str, str] = field(default_factory=dict)
    total_size: int | None = None
    total_parameters: int | None = None
    problems: tuple[ReadError, ...] = ()
    pointer: LfsPointer | None = None


@fact
class Checkpoint:
    """The files that together hold one set of weights: one file, the shards of an index, a split GGUF.

    ``missing`` are the paths of the files that the index or the split names promise and the folder lacks.
    ``variant`` is the word between the usual stem and the suffix (``fp16``, ``non_ema``, ``quantized``).
    """

    part: str
    format: Format
    files: tuple[WeightFile, ...]
    index: Index | None = None
    missing: tuple[str, ...] = ()
    variant: str = ""

    @property
    def path(self) -> str:
        """Where a person looks for it: the index, or else the first file."""
        return self.index.path if self.index else self.files[0].path

    @property
    def complete(self) -> bool:
        """Every file is there and every header was read, so the tensors are all the tensors."""
        return bool(self.files) and not self.missing and all(file.tensors is not None for file in self.files)

    @cached_property
    def tensors(self) -> tuple[Tensor, ...]:
        """The tensors of every header that could be read, in file order."""
        if len(self.files) == 1:
            return self.files[0].tensors or ()
        return tuple(tensor for file in self.files for tensor in file.tensors or ())

    @cached_property
    def tensor_names(self) -> tuple[str, ...]:
        """Names of all tensors as far as known: from the headers, or else from the index."""
        if self.index and not self.complete:
            return tuple(self.index.weight_map)
        return tuple(tensor.name for tensor in self.tensors)


@fact
class Part:
    """A folder of a repository that holds a model or a component: "" is the root, else "unet", "onnx", …

    ``documents`` maps the file name of each JSON file that was read in that folder (``config.json``,
    ``generation_config.json``, ``tokenizer_config.json``, ``adapter_config.json``, ``quantize_config.json``,
    ``preprocessor_config.json``, ``model_index.json``, …; no index files) to what it holds.
    """

    path: str
    documents: Mapping[str, Document] = field(default_factory=dict)
    checkpoints: tuple[Checkpoint, ...] = ()

    @property
    def config(self) -> Document | None:
        """The folder's config.json."""
        return self.documents.get("config.json")

    @property
    def adapter(self) -> Document | None:
        """The folder's adapter_config.json (PEFT)."""
        return self.documents.get("adapter_config.json")


NameKind = Literal[
    "flag", "settings", "workflow", "remote", "folder", "card", "model-index", "config", "adapter", "gguf"
]


class NameSource(NamedTuple):
    """A name that something gives to the model, and where it says so."""

    kind: NameKind
    text: str
    at: Location | None = None


class GitTag(NamedTuple):
    """A tag of git; ``head``: whether it stands at the commit that is checked out, None when that is not known."""

    name: str
    head: bool | None


@fact
class ModelRepo:
    """One model repository: its names (best source first), claims (card, documents) and evidence (parts)."""

    path: str
    """The root as a person would type it (relative to where the command ran)."""
    names: tuple[NameSource, ...] = ()
    card: Card | None = None
    parts: tuple[Part, ...] = ()
    files: tuple[str, ...] = ()
    """Every file of the root, sorted."""
    problems: tuple[ReadError, ...] = ()
    """Problems of files that are no part of anything above (an unreadable folder, a link that leaves it)."""
    profiles: tuple[str, ...] = ()
    """Texts of the profiles of own architectures that ``dara-lint learn`` wrote here or in a folder above."""
    tags: tuple[GitTag, ...] = ()
    """Tags of the repository of git whose top the root is, by name."""

    @property
    def name(self) -> str | None:
        """The name that rules hold the repository to, or None when nothing names it."""
        return self.names[0].text if self.names and self.names[0].kind in CALLED else None

    @property
    def root(self) -> Part:
        """The part at the root (empty when everything is in folders)."""
        return self.parts[0] if self.parts and not self.parts[0].path else Part("")

    @property
    def checkpoints(self) -> tuple[Checkpoint, ...]:
        """The checkpoints of all parts."""
        return tuple(checkpoint for part in self.parts for checkpoint in part.checkpoints)


CALLED: frozenset[str] = frozenset({"flag", "settings", "workflow", "remote", "folder", "card", "model-index"})
"""Sources that say what the repository is called; the rest (``config``, …) name a parent as often as it."""
