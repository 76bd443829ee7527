"""IAM, after "Actions, resources, and condition keys for AWS Identity and Access Management"."""

from __future__ import annotations

from collections.abc import Iterable

from localtender.edge.authorize.actions.call_facts import CallFacts
from localtender.edge.authorize.actions.rules import (
    Resource,
    ServiceActions,
    given,
    listed,
    on,
    parameter_keys,
)


def _entity(kind: str, parameter: str) -> Resource:
    def resource(facts: CallFacts) -> Iterable[str]:
        name = facts.text(parameter)
        path = (facts.text("Path") or "/") if facts.call.name.startswith("Create") else "/"
        return () if name is None else (facts.global_arn("iam", f"{kind}{path}{name}"),)

    return resource


_user = _entity("user", "UserName")
_role = _entity("role", "RoleName")
_group = _entity("group", "GroupName")
_policy = _entity("policy", "PolicyName")
_profile = _entity("instance-profile", "InstanceProfileName")
_attachment = parameter_keys(
    iam__PolicyARN="PolicyArn", iam__PermissionsBoundary="PermissionsBoundary"
)


def _caller(facts: CallFacts) -> Iterable[str]:
    return (facts.global_arn("iam", "user/*"),)


ACTIONS = ServiceActions(
    "iam",
    {
        **listed(("AddUserToGroup", "RemoveUserFromGroup"), on(_group)),
        "CreatePolicy": on(_policy),
        **listed(("CreateAccessKey", "ListAccessKeys", "DeleteAccessKey"), on(_user, _caller)),
        **listed(("GetUser", "ChangePassword"), on(_user, _caller)),
        **listed(("ListRoles", "ListUsers", "ListGroups", "ListPolicies"), on()),
        **listed(
            ("GetAccountSummary", "GetAccountAuthorizationDetails", "SimulateCustomPolicy"), on()
        ),
        **listed(("AddRoleToInstanceProfile", "RemoveRoleFromInstanceProfile"), on(_profile)),
        "SimulatePrincipalPolicy": on(given("PolicySourceArn")),
        "CreateServiceLinkedRole": on(
            lambda facts: [
                facts.global_arn("iam", f"role/aws-service-role/{facts.text('AWSServiceName')}/*")
            ],
            keys=parameter_keys(iam__AWSServiceName="AWSServiceName"),
        ),
    },
    otherwise=on(
        _user,
        _role,
        _group,
        given("PolicyArn", "OpenIDConnectProviderArn", "SAMLProviderArn"),
        _profile,
        keys=_attachment,
    ),
)
