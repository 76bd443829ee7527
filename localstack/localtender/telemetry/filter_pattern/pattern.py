"""Filter patterns of CloudWatch Logs: which events match, and what can be read out of them.

Follows "Filter pattern syntax for metric filters, subscription filters, filter log events, and Live
Tail" (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html).
"""

from __future__ import annotations

from functools import lru_cache

from localtender.telemetry.filter_pattern.columns import ColumnPattern
from localtender.telemetry.filter_pattern.json_pattern import JsonPattern
from localtender.telemetry.filter_pattern.matching import Event, Pattern
from localtender.telemetry.filter_pattern.terms import TermPattern


@lru_cache(maxsize=1024)
def parse_pattern(text: str) -> Pattern:
    """Read a pattern of any of the three kinds. Raises FilterPatternError."""
    stripped = text.strip()
    if stripped.startswith("{"):
        return JsonPattern(stripped)
    if stripped.startswith("["):
        return ColumnPattern(stripped)
    return TermPattern(stripped)


__all__ = ["Event", "Pattern", "parse_pattern"]
