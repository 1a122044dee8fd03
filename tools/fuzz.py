"""Lint repositories that nobody would write, and report what raised, hung, took long or took much memory.

``python tools/fuzz.py --seconds 600`` makes a repository of each seed from ``--seed`` on (``tests/hostile_making.py``),
lints it, renders every format and runs some other verbs on it, each seed in a process of its own. ``--from FOLDER``
adds the repositories in that folder to those that are changed and mixed; a seed means the same repository only with
the same folder. ``--only SEED --keep FOLDER`` runs one and leaves its files. Exits 1 when a seed raised, hung
or was killed.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import random
import resource
import select
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from dara_lint.cli import main  # noqa: E402
from dara_lint.cli.settings_choice import clear  # noqa: E402
from dara_lint.engine import NoModelError, run  # noqa: E402
from dara_lint.reports import FORMATS, PLAIN  # noqa: E402
from dara_lint.settings import Settings  # noqa: E402
from tests import hostile_making, hostile_shapes, hostile_values  # noqa: E402

SLOW = 2.0
"""Seconds of processor time after which a step is named."""
HUNG = 20
"""Seconds of processor time after which a step is stopped, to show where it was."""
MUCH = 300
"""MiB that a seed may add to the process it starts from."""
BUG = "this is a bug of dara-lint"


class HungError(BaseException):
    """A step took too long; no bug of ours is caught on the way."""


def _stop(number: int, frame: object) -> None:
    del frame
    raise HungError(f"signal {number}: stopped after {HUNG} s")


def steps(root: Path, name: str, scratch: Path) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Each step of a seed by name."""

    def check() -> None:
        report = run([str(root)], lambda _: Settings(name=name if len(name) % 2 else None, preview=True))
        for kind, render in FORMATS.items():
            said = render(report, PLAIN)
            said.encode("utf-8")
            if kind in {"json", "sarif", "gitlab"}:
                json.loads(said)
            elif kind == "junit":
                ET.fromstring(said)  # noqa: S314 - our own report

    yield "check", check
    file = f"json:{scratch / 'out.json'}"
    commands: list[list[str]] = [
        ["check", str(root), "--format", "text", "--format", file],
        *(["name", "--format", kind, "--", name, "x"] for kind in ("text", "json")),
        *(["inspect", str(root), "--format", kind] for kind in ("text", "json")),
        ["suggest", str(root)],
        ["suggest", str(root), "--format", "json", "--check", "acme/" + name.lstrip("-")],
        ["learn", str(root), "--as", "acme", "--folder", str(scratch)],
        ["rules", name],
    ]
    for command in commands:
        yield command[0], lambda given=command: verb(given)  # type: ignore[misc]  # mypy cannot infer a default's type


def verb(given: list[str]) -> None:
    """Run a verb as a person would. Raises RuntimeError with what it said when it said that it has a bug."""
    out = io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True)
    err = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main(given)
    if status not in {0, 1, 2, 3} or BUG in err.getvalue():
        raise RuntimeError(f"{given[0]} ended with {status}\n{err.getvalue()}")


def examine(seed: int, known: tuple[hostile_making.Shape, ...], keep: Path | None) -> dict[str, Any]:
    """Make and lint the repository of one seed. What went wrong, by kind."""
    chance = random.Random(seed)  # noqa: S311 - a fuzzer wants the same numbers again
    found: dict[str, Any] = {"seed": seed, "raised": [], "slow": {}}
    scratch = Path(tempfile.mkdtemp(prefix="fuzz-"))
    try:
        name = chance.choice(hostile_shapes.NAMES)
        for _ in range(chance.choice((0, 1, 3))):
            name = hostile_values.spliced(name, chance)
        if chance.random() < 0.05:
            name = str(hostile_values.deep(chance))[:5000]
        name = name.replace("\0", "") or "x"
        root = keep or scratch / chance.choice(("model", "llama-7b", "::error::x", "a\nb", "b\udcff"))
        usual = sys.getrecursionlimit()
        sys.setrecursionlimit(50_000)  # for what makes a deep document, not for what reads it
        hostile_making.write(root, hostile_making.made(chance, known))
        sys.setrecursionlimit(usual)
        clear()
        signal.signal(signal.SIGPROF, _stop)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for step, do in steps(root, name, scratch):
            if step != "check" and keep is None and chance.random() < 0.6:
                continue
            began = time.process_time()
            signal.setitimer(signal.ITIMER_PROF, HUNG)
            try:
                do()
            except NoModelError:
                found["none"] = True
            except (Exception, HungError) as error:  # noqa: BLE001 - what it is for
                text = error.args[0] if isinstance(error, RuntimeError) else traceback.format_exc()
                found["raised"].append((step, str(text)[-3000:]))
            signal.setitimer(signal.ITIMER_PROF, 0)
            if (took := time.process_time() - began) > SLOW:
                found["slow"][step] = round(took, 1)
        found["mib"] = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return found


def apart(seed: int, known: tuple[hostile_making.Shape, ...]) -> dict[str, Any]:
    """``examine`` in a process of its own, which is killed when it hangs."""
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reads)
        resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
        try:
            said = json.dumps(examine(seed, known, None)).encode()
            with os.fdopen(writes, "wb") as stream:
                stream.write(said)
        finally:
            os._exit(0)
    os.close(writes)
    pieces = []
    ends = time.monotonic() + HUNG * 20
    with os.fdopen(reads, "rb", buffering=0) as stream:
        while ends > time.monotonic():
            ready, _, _ = select.select([stream], [], [], 1)
            if ready:
                piece = stream.read(1 << 16)
                if not piece:
                    break
                pieces.append(piece)
            elif _cpu(child) > HUNG * 12:
                break
        else:
            pieces.clear()
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    try:
        answer: dict[str, Any] = json.loads(b"".join(pieces))
    except ValueError:
        return {"seed": seed, "raised": [("all", "hung or was killed")], "slow": {}, "mib": 0}
    return answer


def _cpu(process: int) -> float:
    """Seconds of processor time that a process has used."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def command_line() -> int:
    """Fuzz for as long as asked, and print each finding once."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", type=int)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--from", dest="folder", type=Path)
    args = parser.parse_args()
    known = hostile_making.bases()
    if args.folder:
        known += tuple(hostile_making.taken_apart(path) for path in sorted(args.folder.iterdir()) if path.is_dir())
    if args.only is not None:
        print(json.dumps(examine(args.only, known, args.keep), indent=1).replace("\\n", "\n"))
        return 0
    examine(0, known, None)  # so that what is loaded late is loaded once, before processes part
    ends, seed, bad, none, said = time.monotonic() + args.seconds, args.seed, 0, 0, set()
    while time.monotonic() < ends:
        found = apart(seed, known)
        none += bool(found.get("none"))
        bad += bool(found["raised"])
        for step, text in found["raised"]:
            where = [line for line in text.splitlines() if "dara_lint" in line][-1:] + text.splitlines()[-1:]
            if str(where) not in said:
                said.add(str(where))
                print(f"seed {seed} {step}: {text}\n", flush=True)
        if found["slow"] or found["mib"] > MUCH:
            print(f"seed {seed} slow {found['slow']} {found['mib']} MiB", flush=True)
        seed += 1
    print(f"{seed - args.seed} repositories ({none} without a model), {bad} raised or hung, {len(said)} ways to do so")
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(command_line())
