"""What a pipe of EventBridge says about source, enrichment, target and log, with its defaults.

Follows the API reference of Pipes (CreatePipe, UpdatePipe, DescribePipe): a change replaces what
it gives, an empty text takes it away, and of the source's parameters those that cannot be changed
stay. The defaults are those of "EventBridge Pipes batching and concurrency".
"""

from __future__ import annotations

from typing import Any, Final

from localtender.edge.engine_additions.calls import Document
from localtender.edge.engine_additions.kept_members import KeptMembers

_BATCH: Final = {"BatchSize": 100, "MaximumBatchingWindowInSeconds": 0}
_STREAM: Final = {
    **_BATCH,
    "MaximumRecordAgeInSeconds": -1,
    "MaximumRetryAttempts": -1,
    "ParallelizationFactor": 1,
}
_DEFAULTS: Final[dict[str, dict[str, int]]] = {
    "ActiveMQBrokerParameters": _BATCH,
    "DynamoDBStreamParameters": _STREAM,
    "KinesisStreamParameters": _STREAM,
    "ManagedStreamingKafkaParameters": _BATCH,
    "RabbitMQBrokerParameters": _BATCH,
    "SelfManagedKafkaParameters": _BATCH,
    "SqsQueueParameters": {"BatchSize": 10, "MaximumBatchingWindowInSeconds": 0},
}


def _merged(before: Document, given: Document) -> Document:
    after = {**before, **given}
    source: dict[str, Any] = dict(before.get("SourceParameters") or {})
    for name, value in (given.get("SourceParameters") or {}).items():
        known = source.get(name)
        is_kind = name in _DEFAULTS and isinstance(value, dict)
        source[name] = {**_DEFAULTS[name], **(known or {}), **value} if is_kind else value
    after["SourceParameters"] = source
    return {name: kept for name, value in after.items() if (kept := _without_empty(value))}


def _without_empty(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: kept for name, item in value.items() if (kept := _without_empty(item)) != ""}
    return value


PIPES: Final = KeptMembers(
    "pipes",
    (
        "Enrichment",
        "EnrichmentParameters",
        "KmsKeyIdentifier",
        "LogConfiguration",
        "SourceParameters",
        "TargetParameters",
    ),
    key=lambda values: str(values["Name"]),
    create=("CreatePipe",),
    update=("UpdatePipe",),
    delete="DeletePipe",
    show={"DescribePipe": ""},
    merge=_merged,
)
