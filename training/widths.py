"""Names of widths."""

from __future__ import annotations

import re

WIDTHS = re.compile(r"(embedding_size|hidden_size|embed_dim|channels|width|dim)$")
"""Widths that a list of widths may go on from."""
