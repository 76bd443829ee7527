"""AWS Secrets Manager: versions of secrets, which hold the values.

Arguments, defaults and replace rules follow the documentation of
``aws_secretsmanager_secret_version``.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from typing import Any, Final

from localtender.provider.call import Call
from localtender.provider.declaration import Change, Plan, Resource
from localtender.provider.errors import InvalidArgumentError, OperationError
from localtender.provider.resources.secretsmanager import says_deleted
from localtender.provider.values import UNKNOWN, Values

_CURRENT: Final = "AWSCURRENT"
_PREVIOUS: Final = "AWSPREVIOUS"


def _is_base64(text: str) -> str | None:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return "must be base64-encoded"
    return None


class SecretVersion(Resource):
    """``aws_secretsmanager_secret_version``; its id is ``SECRET_ID|VERSION_ID``."""

    type_name = "aws_secretsmanager_secret_version"
    service = "secretsmanager"
    gone = ("ResourceNotFoundException",)
    replaces = ("secret_binary", "secret_id", "secret_string", "secret_string_wo_version")
    conflicts = (("secret_binary", "secret_string", "secret_string_wo"),)
    sensitive = ("secret_binary", "secret_string", "secret_string_wo")
    checks = {"secret_binary": _is_base64}

    def validate(self, config: Values) -> Iterable[InvalidArgumentError]:
        """Check that a write-only value comes with its version."""
        value, version = config.get("secret_string_wo"), config.get("secret_string_wo_version")
        if UNKNOWN in (value, version):
            return
        if (value is None) != (version is None):
            yield InvalidArgumentError(
                "secret_string_wo", "secret_string_wo and secret_string_wo_version go together"
            )

    def customize(self, call: Call, plan: Plan) -> None:
        """Say at plan time whether the value is a write-only one."""
        plan.planned["has_secret_string_wo"] = (
            True if plan.config.get("secret_string_wo") is not None else None
        )

    def create(self, call: Call, planned: Values) -> Values:
        """Put the value."""
        request: Values = {"SecretId": planned["secret_id"]}
        value = call.config.get("secret_string_wo") or planned["secret_string"]
        if planned["secret_binary"]:
            request["SecretBinary"] = base64.b64decode(planned["secret_binary"])
        if value:
            request["SecretString"] = value
        if planned["version_stages"]:
            request["VersionStages"] = planned["version_stages"]
        answer = call.client().put_secret_value(**request)
        secret, version = planned["secret_id"], answer["VersionId"]
        call.created({"id": f"{secret}|{version}"})
        wanted = set(planned["version_stages"] or [])
        # Engines forget other labels when AWSCURRENT is among them.
        for stage in sorted(wanted - set(answer.get("VersionStages", wanted))):
            _move_stage(call.client(), secret, version, stage)
        return {"id": f"{secret}|{version}"}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the value; the version of a secret that waits for its deletion counts as gone."""
        secret, version = _parts(state["id"])
        try:
            found = call.client().get_secret_value(SecretId=secret, VersionId=version)
        except call.client().exceptions.InvalidRequestException as failure:
            if says_deleted(failure):
                return None
            raise
        binary = found.get("SecretBinary")
        return {
            "arn": found["ARN"],
            "secret_arn": found["ARN"],
            "secret_binary": base64.b64encode(binary).decode() if binary else "",
            "secret_id": secret,
            "secret_string": None if state["has_secret_string_wo"] else found.get("SecretString"),
            "version_id": found["VersionId"],
            "version_stages": found.get("VersionStages", []),
        }

    def update(self, call: Call, change: Change) -> None:
        """Move staging labels."""
        secret, version = _parts(change.prior["id"])
        before = set(change.prior["version_stages"] or [])
        after = set(change.planned["version_stages"] or [])
        client = call.client()
        for stage in sorted(after - before):
            _move_stage(client, secret, version, stage)
        for stage in sorted(before - after - {_CURRENT}):
            # With AWSCURRENT, AWSPREVIOUS has moved of itself.
            if stage != _PREVIOUS or _CURRENT not in after - before:
                _remove_stage(client, secret, version, stage)

    def delete(self, call: Call, state: Values) -> None:
        """Take the staging labels away, except AWSCURRENT, which a secret can't be without."""
        secret, version = _parts(state["id"])
        for stage in state["version_stages"] or []:
            if stage == _CURRENT:
                continue
            try:
                _remove_stage(call.client(), secret, version, stage)
            except call.client().exceptions.InvalidRequestException as failure:
                if says_deleted(failure):
                    return
                raise


def _parts(identifier: str) -> tuple[str, str]:
    secret, _, version = identifier.partition("|")
    if not secret or not version:
        raise OperationError(f"expected an id of the form SECRET_ID|VERSION_ID, got {identifier!r}")
    return secret, version


def _holder(client: Any, secret: str, stage: str) -> str | None:
    """Return the version that carries a staging label."""
    versions: dict[str, list[str]] = client.describe_secret(SecretId=secret)["VersionIdsToStages"]
    return next((version for version, stages in versions.items() if stage in stages), None)


def _move_stage(client: Any, secret: str, version: str, stage: str) -> None:
    request = {"SecretId": secret, "VersionStage": stage, "MoveToVersionId": version}
    holder = _holder(client, secret, stage)
    if holder:
        request["RemoveFromVersionId"] = holder
    client.update_secret_version_stage(**request)


def _remove_stage(client: Any, secret: str, version: str, stage: str) -> None:
    client.update_secret_version_stage(
        SecretId=secret, VersionStage=stage, RemoveFromVersionId=version
    )
