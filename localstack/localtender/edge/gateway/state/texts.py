"""Mappings of texts, as tags, variables and headers are."""

from __future__ import annotations

from collections.abc import Mapping

TextMap = Mapping[str, str]
