"""What is wrong with a DynamoDB table beyond single values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from localtender.provider.errors import InvalidArgumentError
from localtender.provider.values import UNKNOWN, Values

_NOT_SUPPORTED: Final = (
    "global_table_witness",
    "import_table",
    "replica",
    "restore_backup_arn",
    "restore_date_time",
    "restore_source_name",
    "restore_source_table_arn",
    "restore_to_latest_time",
    # The engine accepts it and forgets it, which would be a difference in every plan.
    "warm_throughput",
)


def not_supported(config: Values) -> Iterable[str]:
    """Yield the arguments that are set and that the local provider can't honour."""
    for argument in _NOT_SUPPORTED:
        value = config.get(argument)
        if value is not UNKNOWN and value not in (None, []):
            yield argument
    indexes = config.get("global_secondary_index")
    for index in indexes if isinstance(indexes, list) else []:
        if index is not UNKNOWN and isinstance(index["warm_throughput"], list):
            yield from ("global_secondary_index.warm_throughput" for _ in index["warm_throughput"])


def attribute_problems(config: Values) -> Iterable[InvalidArgumentError]:
    """Yield attributes that no key uses, and keys that are not among the attributes."""
    used = [config.get("hash_key"), config.get("range_key")]
    blocks = [config.get(name) for name in ("global_secondary_index", "local_secondary_index")]
    attributes = config.get("attribute")
    if attributes is UNKNOWN or UNKNOWN in blocks:
        return
    for index in (item for block in blocks for item in block or []):
        if index is UNKNOWN:
            return
        used += [index.get("hash_key"), index.get("range_key")]
        keys = index.get("key_schema")
        used += [UNKNOWN] if keys is UNKNOWN else [key["attribute_name"] for key in keys or []]
    defined = [item["name"] for item in attributes or []]
    if any(name is UNKNOWN for name in [*used, *defined]):
        return
    for name in sorted({name for name in used if name} - set(defined)):
        yield InvalidArgumentError("attribute", f"the key {name!r} lacks an attribute block")
    for name in sorted(set(defined) - {name for name in used if name}):
        yield InvalidArgumentError(
            "attribute", f"the attribute {name!r} is not the key of the table or of an index"
        )
