"""The name lacks an element that the settings require.

A team that wants every name to say, for example, architecture, parameters and task lists them. Nothing is
required until it is set::

    rules:
      naming/required-elements:
        elements: [architecture, parameters, task]
        severity: warning        # note if left out

The elements are architecture, size, parameters, dataset, characteristic, version, reuse, language, task,
training, layers, heads, format and organisation; ``size|parameters`` asks for one of the two.

Example: ``acme/llama-chat`` where parameters are required.

How to mend: add the element to the name, or take it from the list.

Source: the naming elements are those of Jiang et al.; their survey prefers architecture, task, version and
number of parameters, the last three of which most names lack.
"""

from __future__ import annotations

from collections.abc import Iterator

from dara_lint import names
from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import ModelRepo
from dara_lint.names import Element
from dara_lint.rules.naming.options import severity, words, wrong_option
from dara_lint.rules.subject import name_place
from dara_lint.settings import Settings

ID = "naming/required-elements"


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Hold the name to the list of elements."""
    options = settings.options.get(ID)
    if repo.name is None or not options:
        return
    required = words(options.get("elements"))
    if required is None:
        yield wrong_option(repo, ID, "elements", "a list of naming elements")
        return
    name = names.parse(repo.name)
    for item in required:
        choices = [choice.strip() for choice in item.split("|")]
        unknown = [choice for choice in choices if choice not in set(Element)]
        if unknown:
            yield wrong_option(repo, ID, "elements", f"naming elements, and {unknown[0]!r} is none")
        elif not any(name.of(Element(choice)) for choice in choices):
            wanted = " or ".join(choices)
            yield Hit(
                name_place(repo),
                f"the name {repo.name.rpartition('/')[2]} says no {wanted}, which the settings require",
                found=f"{repo.name} {item}",
                help=f"add the {wanted} to the name; dara-lint suggest shows what the files say",
                severity=severity(options, Severity.NOTE),
            )


RULE = Rule(ID, "the name lacks an element that the settings require", Severity.NOTE, 0.9, check, __doc__ or "")
