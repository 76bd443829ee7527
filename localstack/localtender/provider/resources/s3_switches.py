"""Amazon S3: settings of a bucket that are little more than a switch.

Arguments, defaults and ids follow the documentation of ``aws_s3_bucket_versioning``,
``aws_s3_bucket_accelerate_configuration``, ``aws_s3_bucket_request_payment_configuration`` and
``aws_s3_bucket_object_lock_configuration``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from localtender.provider.blocks import Fields, Structure, known_blocks, request_of, state_of
from localtender.provider.call import Call
from localtender.provider.checks import one_of
from localtender.provider.declaration import Plan
from localtender.provider.errors import InvalidArgumentError
from localtender.provider.resources.s3_bucket_settings import OwnedBucketSetting
from localtender.provider.service_errors import error_code
from localtender.provider.values import UNKNOWN, Values, is_given

_NEVER_VERSIONED = "Disabled"
_VERSIONED = ("Enabled", "Suspended")
_VERSIONING: Final[Fields] = {"mfa_delete": "MFADelete", "status": "Status"}
_RETENTION: Final[Fields] = {"days": "Days", "mode": "Mode", "years": "Years"}
_LOCK: Final[Fields] = {
    "object_lock_enabled": "ObjectLockEnabled",
    "rule": Structure("Rule", {"default_retention": Structure("DefaultRetention", _RETENTION)}),
}


class BucketVersioning(OwnedBucketSetting):
    """``aws_s3_bucket_versioning``; ``Disabled`` stands for a bucket that never had versions."""

    type_name = "aws_s3_bucket_versioning"
    checks = {
        **OwnedBucketSetting.checks,
        "versioning_configuration.status": one_of(*_VERSIONED, _NEVER_VERSIONED),
        "versioning_configuration.mfa_delete": one_of("Enabled", "Disabled"),
    }

    def customize(self, call: Call, plan: Plan) -> None:
        """Refuse to go back to a bucket without versions, which S3 can't do."""
        super().customize(call, plan)
        if plan.prior is None:
            return
        before, after = _status(plan.prior), _status(plan.planned)
        if after == _NEVER_VERSIONED and before in _VERSIONED:
            raise InvalidArgumentError(
                "versioning_configuration.status",
                f"versioning_configuration.status cannot be updated from '{before}' to '{after}'",
            )

    def put(self, client: Any, where: Values, planned: Values) -> None:
        """Set the status, with the code of the MFA device if there is one."""
        block = planned["versioning_configuration"][0]
        if block["status"] == _NEVER_VERSIONED:
            return
        request = {**where, "VersioningConfiguration": request_of(block, _VERSIONING)}
        if planned["mfa"]:
            request["MFA"] = planned["mfa"]
        client.put_bucket_versioning(**request)

    def get(self, client: Any, where: Values) -> Values:
        """Read the status."""
        found = state_of(client.get_bucket_versioning(**where), _VERSIONING)
        found["status"] = found["status"] or _NEVER_VERSIONED
        return {"versioning_configuration": [found]}

    def remove(self, client: Any, where: Values, state: Values) -> None:
        """Suspend versioning; with object lock it must go on."""
        if _status(state) == _NEVER_VERSIONED:
            return
        try:
            client.put_bucket_versioning(**where, VersioningConfiguration={"Status": "Suspended"})
        except Exception as failure:
            if error_code(failure) != "InvalidBucketState":
                raise


class BucketAccelerateConfiguration(OwnedBucketSetting):
    """``aws_s3_bucket_accelerate_configuration``."""

    type_name = "aws_s3_bucket_accelerate_configuration"
    checks = {**OwnedBucketSetting.checks, "status": one_of(*_VERSIONED)}

    def put(self, client: Any, where: Values, planned: Values) -> None:
        """Set the status."""
        client.put_bucket_accelerate_configuration(
            **where, AccelerateConfiguration={"Status": planned["status"]}
        )

    def get(self, client: Any, where: Values) -> Values | None:
        """Read the status; a bucket that was never accelerated has none."""
        status = client.get_bucket_accelerate_configuration(**where).get("Status")
        return {"status": status} if status else None

    def remove(self, client: Any, where: Values, state: Values) -> None:
        """Suspend the acceleration."""
        client.put_bucket_accelerate_configuration(
            **where, AccelerateConfiguration={"Status": "Suspended"}
        )


class BucketRequestPaymentConfiguration(OwnedBucketSetting):
    """``aws_s3_bucket_request_payment_configuration``."""

    type_name = "aws_s3_bucket_request_payment_configuration"
    checks = {**OwnedBucketSetting.checks, "payer": one_of("BucketOwner", "Requester")}

    def put(self, client: Any, where: Values, planned: Values) -> None:
        """Set who pays."""
        client.put_bucket_request_payment(
            **where, RequestPaymentConfiguration={"Payer": planned["payer"]}
        )

    def get(self, client: Any, where: Values) -> Values:
        """Read who pays."""
        return {"payer": client.get_bucket_request_payment(**where)["Payer"]}

    def remove(self, client: Any, where: Values, state: Values) -> None:
        """Let the owner pay."""
        client.put_bucket_request_payment(
            **where, RequestPaymentConfiguration={"Payer": "BucketOwner"}
        )


class BucketObjectLockConfiguration(OwnedBucketSetting):
    """``aws_s3_bucket_object_lock_configuration``; the lock itself can't be taken away again."""

    type_name = "aws_s3_bucket_object_lock_configuration"
    absent = ("ObjectLockConfigurationNotFoundError",)
    replaces = (*OwnedBucketSetting.replaces, "object_lock_enabled")
    defaults = {"object_lock_enabled": "Enabled"}
    sensitive = ("token",)
    checks = {
        **OwnedBucketSetting.checks,
        "object_lock_enabled": one_of("Enabled"),
        "rule.default_retention.mode": one_of("COMPLIANCE", "GOVERNANCE"),
    }

    def validate(self, config: Values) -> Iterable[InvalidArgumentError]:
        """Check that a retention is given in days or in years."""
        for rule in known_blocks(config, "rule"):
            for retention in known_blocks(rule, "default_retention"):
                given = [name for name in ("days", "years") if is_given(retention.get(name))]
                if len(given) > 1:
                    yield InvalidArgumentError(
                        "rule.default_retention.days", "conflicts with years: give one of them"
                    )

    def put(self, client: Any, where: Values, planned: Values) -> None:
        """Lock the bucket's objects, and set for how long."""
        request = {**where, "ObjectLockConfiguration": lock_request(planned)}
        if planned["token"]:
            request["Token"] = planned["token"]
        client.put_object_lock_configuration(**request)

    def get(self, client: Any, where: Values) -> Values:
        """Read for how long objects are locked."""
        return lock_state(client.get_object_lock_configuration(**where)["ObjectLockConfiguration"])

    def remove(self, client: Any, where: Values, state: Values) -> None:
        """Lock new objects no longer by default."""
        client.put_object_lock_configuration(
            **where, ObjectLockConfiguration={"ObjectLockEnabled": state["object_lock_enabled"]}
        )


def _status(values: Values) -> Any:
    blocks = values.get("versioning_configuration")
    return None if blocks is UNKNOWN or not blocks else blocks[0]["status"]


def lock_request(block: Values) -> Values:
    """Return the object lock configuration that arguments say, wherever they stand."""
    return request_of(block, _LOCK)


def lock_state(answer: Values) -> Values:
    """Return the arguments that stand for an object lock configuration."""
    return state_of(answer, _LOCK)
