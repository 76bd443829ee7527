"""Which calls change what decisions are made from."""

from __future__ import annotations

from localtender.edge.protocol.service_calls import ServiceCall

_READS = ("Get", "List", "Simulate", "Generate", "Describe")
_CHANGES = {
    "dynamodb": {"CreateTable", "DeleteTable", "RestoreTableFromBackup"},
    "kms": {"CreateKey", "CreateAlias", "UpdateAlias", "DeleteAlias", "ScheduleKeyDeletion"},
    "s3": {"CreateBucket", "DeleteBucket", "PutBucketAcl"},
    "secretsmanager": {"CreateSecret", "DeleteSecret", "RestoreSecret", "UpdateSecret"},
    "sns": {"CreateTopic", "DeleteTopic", "SetTopicAttributes"},
    "sqs": {"CreateQueue", "DeleteQueue", "SetQueueAttributes"},
}
EVERYTHING = ("iam", "logs", *_CHANGES)


def changed_by(call: ServiceCall) -> tuple[str, ...]:
    """The services whose policies, or what these are found by, a call changes."""
    service, name = call.service, call.name
    if name.startswith(_READS):
        return ()
    if service == "iam":
        return ("iam",)
    if service == "cloudformation":
        return EVERYTHING
    policies = "Policy" in name or name in ("AddPermission", "RemovePermission")
    return (service,) if policies or name in _CHANGES.get(service, ()) else ()
