"""All rules, in the order in which they are documented. A rule is a module with a ``RULE``."""

from __future__ import annotations

from dara_lint.finding import Rule
from dara_lint.rules.architecture import (
    adapter,
    card_parameters,
    casing,
    config_parameters,
    config_vs_weights,
    context_length,
    dtype,
    embedding,
    experts,
    format,  # noqa: A004 - the rule's name
    head_vs_weights,
    image_size,
    index_total_size,
    layers,
    model_type,
    name_vs_config,
    name_vs_weights,
    onnx_export,
    onnx_vs_claims,
    parameter_count,
    quantization,
    tensor_shapes,
    tensors_missing,
    tensors_unexpected,
)
from dara_lint.rules.naming import (
    confusable,
    convention,
    dataset,
    generation,
    hub_syntax,
    language,
    misspelt,
    names_disagree,
    no_architecture,
    repeated_element,
    required_elements,
    size_word,
    task,
    training,
    uninformative,
    versions,
)
from dara_lint.rules.repository import missing_shards, no_name, unreadable_file, weights_are_pointers

RULES: tuple[Rule, ...] = (
    # repository
    unreadable_file.RULE,
    missing_shards.RULE,
    weights_are_pointers.RULE,
    no_name.RULE,
    # architecture: the name against the files
    name_vs_config.RULE,
    name_vs_weights.RULE,
    parameter_count.RULE,
    card_parameters.RULE,
    experts.RULE,
    quantization.RULE,
    dtype.RULE,
    context_length.RULE,
    image_size.RULE,
    casing.RULE,
    format.RULE,
    # architecture: the config against itself and the weights
    model_type.RULE,
    config_vs_weights.RULE,
    head_vs_weights.RULE,
    tensor_shapes.RULE,
    tensors_missing.RULE,
    tensors_unexpected.RULE,
    config_parameters.RULE,
    layers.RULE,
    embedding.RULE,
    index_total_size.RULE,
    # architecture: several models in one repository
    adapter.RULE,
    onnx_export.RULE,
    onnx_vs_claims.RULE,
    # naming
    names_disagree.RULE,
    size_word.RULE,
    generation.RULE,
    training.RULE,
    dataset.RULE,
    language.RULE,
    task.RULE,
    confusable.RULE,
    misspelt.RULE,
    hub_syntax.RULE,
    versions.RULE,
    repeated_element.RULE,
    uninformative.RULE,
    no_architecture.RULE,
    required_elements.RULE,
    convention.RULE,
)
"""Every rule there is."""
