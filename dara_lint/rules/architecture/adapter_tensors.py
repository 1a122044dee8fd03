"""An adapter's config and its tensors do not belong together.

PEFT builds what ``adapter_config.json`` says and fills it by tensor name; what has no place is dropped in silence,
what is missing stays as it was initialised; a file without a tensor, which is what a wrong save writes, changes
nothing at all. So the kind of adapter, the modules that it targets, its layers, DoRA's
magnitudes and the shape of prompts are held to the tensors. Where the config.json of the base lies beside it, the
adapter's matrices are held to the base's weights as well.

Left alone: targets given as a regular expression, kinds of adapters that are not known, adapters without a header to
read. The rank is the matter of ``architecture/adapter``.

Example: ``"target_modules": ["q_proj", "v_proj"]`` beside ``….k_proj.lora_A.weight``.

How to mend: save adapter and config together with ``save_pretrained``.

Source: PEFT 0.21, ``check_target_module_exists`` and ``set_peft_model_state_dict``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import Checkpoint, Document, Location, ModelRepo, Part
from dara_lint.rules.wording import size_text
from dara_lint.settings import Settings

if TYPE_CHECKING:
    from dara_lint.blueprints.peft import Adapted

LEAST = 100
"""Bytes below which a file of safetensors has no room for a tensor: its length, its name, shape and place."""
HELP = "save adapter and config together, from the trained model"


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Hold each adapter's tensors to its config, and to the base where its config lies beside it."""
    for part in repo.parts:
        if part.adapter is not None and part.adapter.table:
            for checkpoint in part.checkpoints:
                if "adapter" not in checkpoint.path.rpartition("/")[2]:
                    continue
                if _is_empty(checkpoint):
                    yield _empty(part.adapter, checkpoint)
                elif checkpoint.complete:
                    yield from _checked(part, part.adapter, checkpoint)
                else:
                    continue
                break


def _is_empty(checkpoint: Checkpoint) -> bool:
    """Whether it is a file of safetensors without one tensor: by its header, or a pointer to no more than that."""
    if checkpoint.format != "safetensors" or len(checkpoint.files) != 1 or checkpoint.index:
        return False
    (file,) = checkpoint.files
    return 0 < file.size < LEAST if file.pointer else file.tensors == () and not file.problems


def _empty(config: Document, checkpoint: Checkpoint) -> Hit:
    name, (file,) = checkpoint.path.rpartition("/")[2], checkpoint.files
    held = f"is {size_text(file.size)}, too few for a tensor" if file.pointer else "holds no tensor"
    return Hit(
        Location(config.path, "/peft_type") if "peft_type" in config.table else Location(config.path, line=1),
        f"{name} {held}: loading this adapter changes nothing",
        found="empty",
        help="save the adapter again, from the trained PeftModel itself",
        related=(Location(checkpoint.path),),
    )


def _checked(part: Part, config: Document, checkpoint: Checkpoint) -> Iterator[Hit]:
    from dara_lint.blueprints.peft import MARKS, PROMPTS, adapted, mark_of

    kind = config.table.get("peft_type")
    own = MARKS.get(kind) if isinstance(kind, str) else None
    if own is None:
        return
    marks = mark_of(checkpoint.tensors)
    if own not in marks:
        if len(marks) == 1:
            yield _other_kind(config, checkpoint, str(kind), next(iter(marks)))
        return
    if kind in PROMPTS:
        yield from _prompt(config, checkpoint)
    elif own == "lora_":
        modules = adapted(checkpoint.tensors)
        hits = [*_targets(config, checkpoint, modules), *_pairs(config, checkpoint, modules)]
        if kind == "LORA":
            hits += _magnitudes(config, checkpoint, modules)
        hits = hits or list(_base(part, config, checkpoint, modules))
        yield from hits


def _other_kind(config: Document, checkpoint: Checkpoint, kind: str, mark: str) -> Hit:
    from dara_lint.blueprints.peft import kinds_of

    return Hit(
        Location(config.path, "/peft_type"),
        f"peft_type is {kind}, but these are tensors of {' or '.join(kinds_of(mark)[:3])} ({mark}…)",
        found=f"{kind} {mark}",
        help=HELP,
        related=(Location(checkpoint.path),),
    )


def _prompt(config: Document, checkpoint: Checkpoint) -> Iterator[Hit]:
    from dara_lint.blueprints.peft import prompt

    promised = prompt(config.table)
    tensor = next((each for each in checkpoint.tensors if each.name.endswith("prompt_embeddings")), None)
    if promised is None or tensor is None or len(tensor.shape) != 2:
        return
    shape, keys = promised
    for key, want, have in zip(keys, shape, tensor.shape, strict=True):
        if want != have:
            yield Hit(
                Location(config.path, f"/{key}"),
                f"{key} is {config.table[key]}, but prompt_embeddings is {tensor.shape[0]} × {tensor.shape[1]}, "
                f"not {shape[0]} × {shape[1]}",
                found=f"{key} {want} {have}",
                help=HELP,
                related=(Location(tensor.file, tensor.name),),
            )


def _targets(config: Document, checkpoint: Checkpoint, modules: tuple[Adapted, ...]) -> Iterator[Hit]:
    from dara_lint.blueprints.peft import layer_of, layers, targeted

    left = [each.module for each in modules if targeted(each.module, config.table) is False]
    if left:
        names = sorted({module.rpartition(".")[2] for module in left})
        yield Hit(
            Location(config.path, "/target_modules"),
            f"the weights adapt {', '.join(names[:4])} ({len(left)} modules), "
            "which target_modules leaves out: PEFT drops these tensors",
            found=" ".join(names[:4]),
            help=HELP,
            related=(Location(checkpoint.path, left[0]),),
        )
    chosen = layers(config.table)
    outside = [each for each in modules if chosen is not None and layer_of(each.module) not in chosen]
    if outside and not left:
        yield Hit(
            Location(config.path, "/layers_to_transform"),
            f"{outside[0].module} is adapted, but layers_to_transform leaves its layer out ({len(outside)} modules)",
            found=outside[0].module,
            help=HELP,
            related=(Location(checkpoint.path, outside[0].module),),
        )


def _pairs(config: Document, checkpoint: Checkpoint, modules: tuple[Adapted, ...]) -> Iterator[Hit]:
    for first, second in (("lora_A", "lora_B"), ("lora_embedding_A", "lora_embedding_B")):
        for each in modules:
            one, other = each.roles.get(first), each.roles.get(second)
            if (one is None) == (other is None) and (not one or not other or one[0] == other[1:2][0]):
                continue
            said = f"{first} is {one}, {second} {other}" if one and other else f"it has only {first if one else second}"
            yield Hit(
                Location(config.path, "/r" if "r" in config.table else "/peft_type"),
                f"the matrices of {each.module} do not fit each other: {said}",
                found=each.module,
                help=HELP,
                related=(Location(checkpoint.path, each.module),),
            )
            return


def _magnitudes(config: Document, checkpoint: Checkpoint, modules: tuple[Adapted, ...]) -> Iterator[Hit]:
    claimed = config.table.get("use_dora") is True
    held = [each.module for each in modules if "lora_magnitude_vector" in each.roles]
    if claimed != bool(held) and modules:
        yield Hit(
            Location(config.path, "/use_dora" if "use_dora" in config.table else "/peft_type"),
            f"use_dora is {'true' if claimed else 'false'}, but the tensors hold {len(held) or 'no'} magnitude vectors",
            found=f"{claimed} {bool(held)}",
            help=HELP,
            related=(Location(checkpoint.path),),
        )


def _base(part: Part, config: Document, checkpoint: Checkpoint, modules: tuple[Adapted, ...]) -> Iterator[Hit]:
    """The base's weights, as the config.json beside the adapter promises them."""
    from dara_lint.blueprints import expect_of
    from dara_lint.blueprints.peft import fits_base

    beside = part.config
    promised = expect_of(beside) if beside and beside.table and not beside.pointer else None
    if beside is None or promised is None or not promised.exact:
        return
    shapes = {tensor.name.removesuffix(".weight"): tensor.shape for tensor in promised.tensors}
    wrong = [each for each in modules if each.module in shapes and not fits_base(each.roles, shapes[each.module])]
    if wrong:
        first = wrong[0]
        rows, columns = first.roles["lora_B"][0], first.roles["lora_A"][1]
        yield Hit(
            Location(beside.path, "/architectures"),
            f"the adapter changes {first.module} of {rows} × {columns}, this config's is "
            f"{' × '.join(map(str, shapes[first.module]))} ({len(wrong)} modules differ)",
            found=first.module,
            help="put the config of the adapter's base here, or the adapter of this base",
            severity=Severity.ERROR,
            related=(Location(checkpoint.path, first.module), Location(config.path, "/base_model_name_or_path")),
        )
    else:
        matrices = [name for name, shape in shapes.items() if len(shape) == 2 and ".experts." not in name]
        yield from _missing(config, checkpoint, modules, matrices)


def _missing(
    config: Document, checkpoint: Checkpoint, modules: tuple[Adapted, ...], base: Collection[str]
) -> Iterator[Hit]:
    """Modules of the base that the config targets and the adapter leaves out, though it has their like elsewhere."""
    from dara_lint.blueprints.peft import layer_of, layers, targeted

    if config.table.get("exclude_modules") or config.table.get("modules_to_save"):
        return
    chosen = layers(config.table)
    held = {each.module for each in modules}
    like = {module.rpartition(".")[2] for module in held}
    left = [
        module
        for module in base
        if module not in held
        and module.rpartition(".")[2] in like
        and targeted(module, config.table)
        and (chosen is None or layer_of(module) in chosen)
    ]
    if left and held & set(base) and not config.table.get("layers_pattern"):
        yield Hit(
            Location(config.path, "/target_modules"),
            f"{left[0]}{f' and {len(left) - 1} more modules are' if len(left) > 1 else ' is'} targeted, "
            "but the weights do not adapt it",
            found=left[0],
            help=HELP,
            severity=Severity.WARNING,
            related=(Location(checkpoint.path),),
        )


RULE = Rule(
    "architecture/adapter-tensors",
    "an adapter's config and its tensors do not belong together",
    Severity.ERROR,
    0.95,
    check,
    __doc__ or "",
)
