"""Amazon CloudWatch Logs: policies of the account, of log groups, and what they protect.

Arguments and replace rules follow the documentation of ``aws_cloudwatch_log_resource_policy``,
``aws_cloudwatch_log_data_protection_policy`` and ``aws_cloudwatch_log_account_policy``.
"""

from __future__ import annotations

from typing import Any, Final

from localtender.provider.call import Call
from localtender.provider.checks import is_arn, one_of
from localtender.provider.declaration import Change, Resource
from localtender.provider.documents import is_json, is_policy, same_json, same_policy
from localtender.provider.identifiers import id_parts
from localtender.provider.values import Values

_ACCOUNT: Final = "ACCOUNT"
_RESOURCE: Final = "RESOURCE"


class ResourcePolicy(Resource):
    """``aws_cloudwatch_log_resource_policy``; its id is its name or the resource's ARN."""

    type_name = "aws_cloudwatch_log_resource_policy"
    service = "logs"
    gone = ("ResourceNotFoundException",)
    replaces = ("policy_name", "resource_arn")
    exactly_one = (("policy_name", "resource_arn"),)
    equivalent = {"policy_document": same_policy}
    recomputed = {"revision_id": ("policy_document",)}
    checks = {"policy_document": is_policy, "resource_arn": is_arn}

    def create(self, call: Call, planned: Values) -> Values:
        """Put the policy for the account, or for one log group."""
        call.client().put_resource_policy(
            policyDocument=planned["policy_document"], **_whose(planned)
        )
        arn = planned["resource_arn"]
        return {
            "id": arn or planned["policy_name"],
            "policy_scope": _RESOURCE if arn else _ACCOUNT,
        }

    def read(self, call: Call, state: Values) -> Values | None:
        """Find the policy among the account's, or at its log group."""
        arn = state["id"] if state["policy_scope"] == _RESOURCE else None
        request = {"resourceArn": arn, "policyScope": _RESOURCE} if arn else {}
        pages = call.client().get_paginator("describe_resource_policies").paginate(**request)
        for policy in (each for page in pages for each in page["resourcePolicies"]):
            if arn or policy.get("policyName") == state["id"]:
                return {
                    "policy_document": policy["policyDocument"],
                    "policy_name": None if arn else policy["policyName"],
                    "policy_scope": policy.get("policyScope", _ACCOUNT),
                    "resource_arn": arn,
                    "revision_id": policy.get("revisionId"),
                }
        return None

    def update(self, call: Call, change: Change) -> None:
        """Put the changed policy over the revision that is known."""
        call.client().put_resource_policy(
            policyDocument=change.planned["policy_document"],
            **_whose(change.planned),
            **_revision(change.prior),
        )

    def delete(self, call: Call, state: Values) -> None:
        """Delete the policy."""
        whose = _whose(state)
        revision = _revision(state) if state["policy_scope"] == _RESOURCE else {}
        call.client().delete_resource_policy(**whose, **revision)

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take an ARN for that of the resource, anything else for the policy's name."""
        scope = _RESOURCE if identifier.startswith("arn:") else _ACCOUNT
        return {"id": identifier, "policy_scope": scope}


class DataProtectionPolicy(Resource):
    """``aws_cloudwatch_log_data_protection_policy``; its id is the log group's name."""

    type_name = "aws_cloudwatch_log_data_protection_policy"
    service = "logs"
    gone = ("ResourceNotFoundException",)
    replaces = ("log_group_name",)
    equivalent = {"policy_document": same_json}
    checks = {"policy_document": is_json}

    def create(self, call: Call, planned: Values) -> Values:
        """Put the policy."""
        self._put(call, planned)
        return {"id": planned["log_group_name"]}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the policy; a group without one does not have this resource."""
        answer = call.client().get_data_protection_policy(logGroupIdentifier=state["id"])
        document = answer.get("policyDocument")
        if not document:
            return None
        return {"log_group_name": state["id"], "policy_document": document}

    def update(self, call: Call, change: Change) -> None:
        """Put the changed policy."""
        self._put(call, change.planned)

    def delete(self, call: Call, state: Values) -> None:
        """Take the policy away from the group."""
        call.client().delete_data_protection_policy(logGroupIdentifier=state["id"])

    def _put(self, call: Call, planned: Values) -> None:
        call.client().put_data_protection_policy(
            logGroupIdentifier=planned["log_group_name"],
            policyDocument=planned["policy_document"],
        )
        _warn(call, f"log group {planned['log_group_name']}", "sensitive data is not masked")


class AccountPolicy(Resource):
    """``aws_cloudwatch_log_account_policy``; its id is the policy's name."""

    type_name = "aws_cloudwatch_log_account_policy"
    service = "logs"
    gone = ("ResourceNotFoundException",)
    replaces = ("policy_name", "policy_type", "selection_criteria")
    defaults = {"scope": "ALL"}
    equivalent = {"policy_document": same_json}
    checks = {
        "policy_document": is_json,
        "policy_type": one_of(
            "DATA_PROTECTION_POLICY",
            "SUBSCRIPTION_FILTER_POLICY",
            "FIELD_INDEX_POLICY",
            "TRANSFORMER_POLICY",
            "METRIC_EXTRACTION_POLICY",
        ),
        "scope": one_of("ALL"),
    }

    def create(self, call: Call, planned: Values) -> Values:
        """Put the policy."""
        self._put(call, planned)
        return {"id": planned["policy_name"]}

    def read(self, call: Call, state: Values) -> Values | None:
        """Find the policy by type and name."""
        answer = call.client().describe_account_policies(
            policyType=state["policy_type"], policyName=state["id"]
        )
        policy: dict[str, Any] | None = next(iter(answer["accountPolicies"]), None)
        if policy is None:
            return None
        return {
            "policy_document": policy["policyDocument"],
            "policy_name": policy["policyName"],
            "policy_type": policy["policyType"],
            "scope": policy.get("scope"),
            "selection_criteria": policy.get("selectionCriteria"),
        }

    def update(self, call: Call, change: Change) -> None:
        """Put the changed policy."""
        self._put(call, change.planned)

    def delete(self, call: Call, state: Values) -> None:
        """Delete the policy."""
        call.client().delete_account_policy(policyName=state["id"], policyType=state["policy_type"])

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take ``POLICY_NAME:POLICY_TYPE`` apart."""
        name, policy_type = id_parts(identifier, "POLICY_NAME:POLICY_TYPE")
        return {"id": name, "policy_type": policy_type}

    def _put(self, call: Call, planned: Values) -> None:
        criteria = planned["selection_criteria"]
        call.client().put_account_policy(
            policyDocument=planned["policy_document"],
            policyName=planned["policy_name"],
            policyType=planned["policy_type"],
            scope=planned["scope"],
            **({"selectionCriteria": criteria} if criteria else {}),
        )
        _warn(call, f"account policy {planned['policy_name']}", "log groups do not follow it")


def _whose(values: Values) -> dict[str, str]:
    if values["resource_arn"]:
        return {"resourceArn": values["resource_arn"]}
    return {"policyName": values["policy_name"]}


def _revision(known: Values) -> dict[str, str]:
    return {"expectedRevisionId": known["revision_id"]} if known["revision_id"] else {}


def _warn(call: Call, what: str, lacking: str) -> None:
    call.warn(f"{what}: {lacking} here", "The policy is kept and answered, and has no effect.")
