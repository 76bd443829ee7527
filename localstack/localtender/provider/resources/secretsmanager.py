"""AWS Secrets Manager: secrets.

Arguments, defaults and replace rules follow the documentation of ``aws_secretsmanager_secret``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from localtender.provider.call import Call
from localtender.provider.checks import every, length, matches
from localtender.provider.declaration import Change, Resource
from localtender.provider.documents import is_policy, same_policy
from localtender.provider.errors import InvalidArgumentError
from localtender.provider.naming import configured_name, prefix_of
from localtender.provider.tags import tag_list, tag_map
from localtender.provider.values import Values, is_given

_NAME = matches(r"[\w/+=.@-]*", "expected letters, digits or any of /_+=.@-")


def _is_recovery_window(days: float) -> str | None:
    if days == 0 or 7 <= days <= 30:
        return None
    return f"expected 0 (delete at once) or 7 to 30 days, got {days:g}"


class Secret(Resource):
    """``aws_secretsmanager_secret``; its id is the secret's ARN."""

    type_name = "aws_secretsmanager_secret"
    service = "secretsmanager"
    gone = ("ResourceNotFoundException",)
    replaces = ("name", "name_prefix", "type")
    conflicts = (("name", "name_prefix"),)
    defaults = {"force_overwrite_replica_secret": False, "recovery_window_in_days": 30}
    equivalent = {"policy": same_policy}
    computed_blocks = ("replica",)
    element_keys = {"replica": ("region",)}
    checks = {
        "name": every(length(1, 512), _NAME),
        "name_prefix": every(length(1, 486), _NAME),
        "policy": is_policy,
        "recovery_window_in_days": _is_recovery_window,
    }

    def validate(self, config: Values) -> Iterable[InvalidArgumentError]:
        """Refuse secrets that a partner's service manages."""
        if is_given(config.get("type")):
            yield InvalidArgumentError(
                "type",
                "the local AWS provider does not support secrets managed by other services",
            )

    def create(self, call: Call, planned: Values) -> Values:
        """Create the secret, without a value."""
        client = call.client()
        request: Values = {
            "Name": configured_name(planned),
            "Description": planned["description"] or "",
            "Tags": tag_list(planned["tags_all"]),
        }
        if planned["kms_key_id"]:
            request["KmsKeyId"] = planned["kms_key_id"]
        arn = client.create_secret(**request)["ARN"]
        call.created({"id": arn, "arn": arn})
        _add_replicas(client, arn, planned["replica"], planned["force_overwrite_replica_secret"])
        if _has_policy(planned):
            client.put_resource_policy(SecretId=arn, ResourcePolicy=planned["policy"])
        return {"id": arn}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the secret; one that waits for its deletion counts as gone."""
        client, arn = call.client(), state["id"]
        secret = client.describe_secret(SecretId=arn)
        if secret.get("DeletedDate"):
            return None
        policy = client.get_resource_policy(SecretId=arn).get("ResourcePolicy")
        return {
            "arn": secret["ARN"],
            "description": secret.get("Description"),
            "kms_key_id": secret.get("KmsKeyId"),
            "name": secret["Name"],
            "name_prefix": prefix_of(secret["Name"]),
            "policy": policy or "",
            "replica": [_replica_state(each) for each in secret.get("ReplicationStatus") or []],
            "tags": tag_map(secret.get("Tags")),
        }

    def update(self, call: Call, change: Change) -> None:
        """Change what changed."""
        client, arn, planned = call.client(), change.prior["id"], change.planned
        if change.has("replica"):
            before = {replica["region"]: replica for replica in change.prior["replica"] or []}
            after = {replica["region"]: replica for replica in planned["replica"] or []}
            _remove_replicas(client, arn, sorted(before.keys() - after.keys()))
            added = [after[region] for region in sorted(after.keys() - before.keys())]
            _add_replicas(client, arn, added, planned["force_overwrite_replica_secret"])
        if change.has("description", "kms_key_id"):
            request = {"SecretId": arn, "Description": planned["description"] or ""}
            if planned["kms_key_id"]:
                request["KmsKeyId"] = planned["kms_key_id"]
            client.update_secret(**request)
        if change.has("policy"):
            if _has_policy(planned):
                client.put_resource_policy(SecretId=arn, ResourcePolicy=planned["policy"])
            else:
                client.delete_resource_policy(SecretId=arn)

    def delete(self, call: Call, state: Values) -> None:
        """Delete the secret, or schedule that if there is a recovery window."""
        client, arn = call.client(), state["id"]
        _remove_replicas(client, arn, [replica["region"] for replica in state["replica"] or []])
        days = state["recovery_window_in_days"]
        if days:
            client.delete_secret(SecretId=arn, RecoveryWindowInDays=days)
        else:
            client.delete_secret(SecretId=arn, ForceDeleteWithoutRecovery=True)


def says_deleted(failure: Exception) -> bool:
    """Tell whether a request was refused because its secret waits for its deletion."""
    return any(text in str(failure) for text in ("was deleted", "was marked for deletion"))


def _has_policy(planned: Values) -> bool:
    return planned["policy"] not in (None, "", "{}")


def _add_replicas(client: Any, arn: str, replicas: list[Values] | None, overwrite: bool) -> None:
    if not replicas:
        return
    client.replicate_secret_to_regions(
        SecretId=arn,
        AddReplicaRegions=[
            {"Region": replica["region"]}
            | ({"KmsKeyId": replica["kms_key_id"]} if replica["kms_key_id"] else {})
            for replica in replicas
        ],
        ForceOverwriteReplicaSecret=overwrite,
    )


def _remove_replicas(client: Any, arn: str, regions: list[str]) -> None:
    if regions:
        client.remove_regions_from_replication(SecretId=arn, RemoveReplicaRegions=regions)


def _replica_state(status: Values) -> Values:
    accessed = status.get("LastAccessedDate")
    return {
        "kms_key_id": status.get("KmsKeyId"),
        "last_accessed_date": accessed.strftime("%Y-%m-%dT%H:%M:%SZ") if accessed else "",
        "region": status["Region"],
        "status": status.get("Status"),
        "status_message": status.get("StatusMessage"),
    }
