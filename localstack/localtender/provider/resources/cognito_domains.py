"""Amazon Cognito: domains of user pools, a prefix of Cognito's or one of the customer's.

Arguments, replace rules and attributes follow the documentation and the source of
``aws_cognito_user_pool_domain``.
"""

from __future__ import annotations

from typing import Any, Final

from localtender.provider.call import Call
from localtender.provider.checks import between, is_arn, length
from localtender.provider.declaration import Change, Plan, Resource
from localtender.provider.resources.cognito_pools import GONE
from localtender.provider.service_errors import error_code
from localtender.provider.values import Values

_ACTIVE: Final = "ACTIVE"
_CLOUDFRONT_ZONES: Final = {"aws-cn": "Z3RFFRIM2A3IF5"}
_CLOUDFRONT_ZONE: Final = "Z2FDTNDATAQYW2"


class UserPoolDomain(Resource):
    """``aws_cognito_user_pool_domain``; its id is the domain."""

    type_name = "aws_cognito_user_pool_domain"
    service = "cognito-idp"
    gone = GONE
    replaces = ("domain", "user_pool_id")
    checks = {
        "certificate_arn": is_arn,
        "domain": length(1, 63),
        "managed_login_version": between(1, 2),
    }

    def customize(self, call: Call, plan: Plan) -> None:
        """Replace the domain when it changes between a prefix and one of the customer's."""
        if plan.prior is None or not plan.changes("certificate_arn"):
            return
        # An unknown certificate is one all the same.
        if not plan.prior["certificate_arn"] or plan.planned["certificate_arn"] in (None, ""):
            plan.replace("certificate_arn")

    def create(self, call: Call, planned: Values) -> Values:
        """Create the domain and wait until it is active."""
        domain = planned["domain"]
        call.client().create_user_pool_domain(
            Domain=domain, UserPoolId=planned["user_pool_id"], **_settings(planned)
        )
        call.created({"id": domain})
        _wait_until_active(call, domain, "create")
        return {"id": domain}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the domain; of one that is not there Cognito describes nothing."""
        found = _description(call, state["id"])
        if found is None:
            return None
        return {
            "aws_account_id": found.get("AWSAccountId"),
            "certificate_arn": (found.get("CustomDomainConfig") or {}).get("CertificateArn"),
            "cloudfront_distribution": found.get("CloudFrontDistribution"),
            "cloudfront_distribution_arn": found.get("CloudFrontDistribution"),
            "cloudfront_distribution_zone_id": _CLOUDFRONT_ZONES.get(
                call.partition, _CLOUDFRONT_ZONE
            ),
            "domain": state["id"],
            "managed_login_version": found.get("ManagedLoginVersion"),
            "s3_bucket": found.get("S3Bucket"),
            "user_pool_id": found["UserPoolId"],
            "version": found.get("Version"),
        }

    def update(self, call: Call, change: Change) -> None:
        """Change the certificate or the version of the login pages."""
        domain, planned = change.prior["id"], change.planned
        call.client().update_user_pool_domain(
            Domain=domain, UserPoolId=planned["user_pool_id"], **_settings(planned)
        )
        _wait_until_active(call, domain, "update")

    def delete(self, call: Call, state: Values) -> None:
        """Delete the domain and wait until it is gone."""
        try:
            call.client().delete_user_pool_domain(
                Domain=state["id"], UserPoolId=state["user_pool_id"]
            )
        except Exception as failure:
            if error_code(failure) == "InvalidParameterException" and "No such" in str(failure):
                return
            raise
        call.wait(
            lambda: _description(call, state["id"]) is None or None,
            awaited=f"the domain {state['id']} to be deleted",
            operation="delete",
        )


def _settings(planned: Values) -> Values:
    settings: Values = {}
    if planned["certificate_arn"]:
        settings["CustomDomainConfig"] = {"CertificateArn": planned["certificate_arn"]}
    if planned["managed_login_version"]:
        settings["ManagedLoginVersion"] = planned["managed_login_version"]
    return settings


def _description(call: Call, domain: str) -> dict[str, Any] | None:
    answer = call.client().describe_user_pool_domain(Domain=domain)
    found: dict[str, Any] = answer["DomainDescription"]
    return found if found.get("Status") else None


def _wait_until_active(call: Call, domain: str, operation: str) -> None:
    call.wait(
        lambda: ((_description(call, domain) or {}).get("Status") == _ACTIVE) or None,
        awaited=f"the domain {domain} to be active",
        operation=operation,
    )
