"""Amazon S3: access control lists of buckets.

Arguments and ids follow the documentation of ``aws_s3_bucket_acl``.
"""

from __future__ import annotations

import re
from typing import Any, Final

from localtender.provider.blocks import Fields, Structure, request_of, state_of
from localtender.provider.call import Call
from localtender.provider.checks import one_of
from localtender.provider.declaration import Change, Plan
from localtender.provider.errors import InvalidArgumentError
from localtender.provider.resources.s3_bucket_settings import OwnedBucketSetting
from localtender.provider.resources.s3_names import CANNED_ACLS, setting_id, target
from localtender.provider.values import UNKNOWN, Values

GRANTEE: Final[Fields] = {
    "email_address": "EmailAddress",
    "id": "ID",
    "type": "Type",
    "uri": "URI",
}
"""Arguments of a grantee, wherever one stands, with the API's members."""

PERMISSIONS: Final = ("FULL_CONTROL", "WRITE", "WRITE_ACP", "READ", "READ_ACP")
GRANTEE_TYPES: Final = ("CanonicalUser", "AmazonCustomerByEmail", "Group")

_OWNER: Final[Fields] = {"display_name": "DisplayName", "id": "ID"}
_POLICY: Final[Fields] = {
    "grant": Structure(
        "Grants",
        {"grantee": Structure("Grantee", GRANTEE), "permission": "Permission"},
        many=True,
    ),
    "owner": Structure("Owner", _OWNER),
}
_ANSWERED: Final[Fields] = {
    "grant": Structure(
        "Grants",
        {
            "grantee": Structure("Grantee", {**GRANTEE, "display_name": "DisplayName"}),
            "permission": "Permission",
        },
        many=True,
    ),
    "owner": Structure("Owner", _OWNER),
}
_IDENTIFIER: Final = re.compile(
    r"(?P<bucket>[0-9A-Za-z_.-]{1,255})(?:,(?P<owner>\d{12}))?(?:,(?P<acl>[a-z-]+))?"
)


class BucketAcl(OwnedBucketSetting):
    """``aws_s3_bucket_acl``; ``BUCKET[,EXPECTED_BUCKET_OWNER][,ACL]`` is its id.

    S3 tells the grants of a list, not which canned list they come from, so the id keeps that.
    """

    type_name = "aws_s3_bucket_acl"
    computed_blocks = ("access_control_policy",)
    exactly_one = (("access_control_policy", "acl"),)
    checks = {
        **OwnedBucketSetting.checks,
        "acl": one_of(*CANNED_ACLS),
        "access_control_policy.grant.grantee.type": one_of(*GRANTEE_TYPES),
        "access_control_policy.grant.permission": one_of(*PERMISSIONS),
    }

    def customize(self, call: Call, plan: Plan) -> None:
        """Expect other grants, and another id, of another canned list."""
        super().customize(call, plan)
        if plan.prior is None or not plan.changes("acl"):
            return
        acl = plan.planned["acl"]
        if acl is UNKNOWN or acl:
            plan.make_unknown("access_control_policy")
        plan.planned["id"] = UNKNOWN if acl is UNKNOWN else _identifier(plan.planned)

    def create(self, call: Call, planned: Values) -> Values:
        """Set the list."""
        super().create(call, planned)
        return {"id": _identifier(planned)}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the grants."""
        parts = _parts(state["id"])
        found = self.get(call.client(), target(parts["bucket"], parts["expected_bucket_owner"]))
        return {**parts, **found}

    def update(self, call: Call, change: Change) -> Values:
        """Set the other list."""
        super().update(call, change)
        return {"id": _identifier(change.planned)}

    def delete(self, call: Call, state: Values) -> None:
        """Leave the list as it is: a bucket always has one."""

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take the id apart."""
        return {"id": identifier, **_parts(identifier)}

    def put(self, client: Any, where: Values, planned: Values) -> None:
        """Set the list."""
        if planned["acl"]:
            client.put_bucket_acl(**where, ACL=planned["acl"])
            return
        policy = request_of(planned["access_control_policy"][0], _POLICY)
        client.put_bucket_acl(**where, AccessControlPolicy=policy)

    def get(self, client: Any, where: Values) -> Values:
        """Read the grants."""
        return {"access_control_policy": [state_of(client.get_bucket_acl(**where), _ANSWERED)]}

    def remove(self, client: Any, where: Values, state: Values) -> None:
        """Do nothing; see :meth:`delete`."""


def _identifier(values: Values) -> str:
    owned = setting_id(values["bucket"], values["expected_bucket_owner"])
    return f"{owned},{values['acl']}" if values["acl"] else owned


def _parts(identifier: str) -> Values:
    found = _IDENTIFIER.fullmatch(identifier)
    if found is None:
        raise InvalidArgumentError(
            "id", f"expected BUCKET[,EXPECTED_BUCKET_OWNER][,ACL]; got {identifier!r}"
        )
    return {
        "bucket": found["bucket"],
        "expected_bucket_owner": found["owner"],
        "acl": found["acl"],
    }
