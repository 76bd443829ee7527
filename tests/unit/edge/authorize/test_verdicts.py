"""All kinds of policies together, after "Policy evaluation logic" of the IAM user guide."""

from __future__ import annotations

from typing import Any

import pytest

from localtender.edge.authorize.identities import Identity, root_of
from localtender.edge.authorize.requests import ANONYMOUS
from localtender.edge.authorize.verdicts import Verdict, decide

from .test_policy_evaluation import ACCOUNT, ANA, ROLE, TABLE, asked, policy, statement

OTHER_ACCOUNT = "444455556666"
EVERYTHING = policy(statement())
NOTHING = policy()
DENIAL = policy(statement(Effect="Deny"))


def opened_to(principal: Any, **members: Any) -> Any:
    return policy(statement(Principal=principal, **members))


def outcome(verdict: Verdict) -> str:
    if verdict.allowed:
        return "allowed"
    return f"{'explicit' if verdict.explicit else 'implicit'}: {verdict.kind}"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, "implicit: identity-based policy"),
        ({"policies": (EVERYTHING,)}, "allowed"),
        ({"policies": (EVERYTHING, DENIAL)}, "explicit: identity-based policy"),
        ({"policies": (EVERYTHING,), "boundary": EVERYTHING}, "allowed"),
        ({"policies": (EVERYTHING,), "boundary": NOTHING}, "implicit: permissions boundary"),
        ({"policies": (EVERYTHING,), "boundary": DENIAL}, "explicit: permissions boundary"),
        ({"boundary": EVERYTHING}, "implicit: identity-based policy"),
        ({"policies": (EVERYTHING,), "session_policies": (EVERYTHING,)}, "allowed"),
        ({"policies": (EVERYTHING,), "session_policies": (NOTHING,)}, "implicit: session policy"),
        ({"policies": (EVERYTHING,), "session_policies": (DENIAL,)}, "explicit: session policy"),
    ],
)
def test_policies_of_an_identity_limit_each_other(given: dict[str, Any], expected: str) -> None:
    assert outcome(decide(Identity(ROLE, **given), asked(principal=ROLE))) == expected


@pytest.mark.parametrize(
    ("principal", "owner", "policies", "expected"),
    [
        ({"AWS": ANA.arn}, ACCOUNT, (), "allowed"),
        ("*", ACCOUNT, (), "allowed"),
        # Naming the account leaves it to the account's own policies.
        ({"AWS": ACCOUNT}, ACCOUNT, (), "implicit: identity-based policy"),
        ({"AWS": ACCOUNT}, ACCOUNT, (EVERYTHING,), "allowed"),
        ({"AWS": OTHER_ACCOUNT}, ACCOUNT, (), "implicit: identity-based policy"),
        # Another account's resource needs both.
        ({"AWS": ANA.arn}, OTHER_ACCOUNT, (), "implicit: identity-based policy"),
        ({"AWS": ANA.arn}, OTHER_ACCOUNT, (EVERYTHING,), "allowed"),
        ({"AWS": ACCOUNT}, OTHER_ACCOUNT, (EVERYTHING,), "allowed"),
        ({"AWS": ROLE.arn}, OTHER_ACCOUNT, (EVERYTHING,), "implicit: resource-based policy"),
    ],
)
def test_a_resources_policy_opens_it(
    principal: Any, owner: str, policies: tuple[Any, ...], expected: str
) -> None:
    verdict = decide(Identity(ANA, policies), asked(), [opened_to(principal)], owner=owner)

    assert outcome(verdict) == expected


def test_a_resources_denial_goes_before_everything() -> None:
    closed = opened_to("*", Effect="Deny")

    verdict = decide(Identity(ANA, (EVERYTHING,)), asked(), [closed])

    assert outcome(verdict) == "explicit: resource-based policy"


@pytest.mark.parametrize(
    ("named", "expected"),
    [(ROLE.arn, "allowed"), (ROLE.role_arn, "implicit: permissions boundary")],
)
def test_a_boundary_limits_what_is_opened_to_a_role_but_not_to_its_session(
    named: str, expected: str
) -> None:
    identity = Identity(ROLE, boundary=NOTHING)

    verdict = decide(identity, asked(principal=ROLE), [opened_to({"AWS": named})])

    assert outcome(verdict) == expected


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ({"AWS": ACCOUNT}, "allowed"),
        ({"AWS": ROLE.role_arn}, "implicit: resource-based policy"),
    ],
)
def test_a_key_is_opened_by_its_policy_alone(principal: Any, expected: str) -> None:
    verdict = decide(
        Identity(ANA, (EVERYTHING,)), asked(), [opened_to(principal)], needs_resource_policy=True
    )

    assert outcome(verdict) == expected


def test_nobody_may_what_is_open_to_everybody() -> None:
    request, nobody = asked(principal=ANONYMOUS), Identity(ANONYMOUS)

    assert decide(nobody, request, [opened_to("*")]).allowed
    assert not decide(nobody, request, [opened_to({"AWS": ACCOUNT})]).allowed


def test_root_may_do_everything_in_its_own_account() -> None:
    root = root_of(ACCOUNT)

    assert decide(root, asked(principal=root.principal), owner=ACCOUNT).allowed
    assert not decide(root, asked(principal=root.principal), owner=OTHER_ACCOUNT).allowed


def test_a_denial_is_worded_as_aws_words_it() -> None:
    # "Troubleshoot access denied error messages" has the forms.
    request = asked()

    assert decide(Identity(ANA), request).message(request) == (
        f"User: {ANA.arn} is not authorized to perform: dynamodb:GetItem on resource: {TABLE} "
        "because no identity-based policy allows the dynamodb:GetItem action"
    )
    assert (
        decide(Identity(ANA, (DENIAL,)), request)
        .message(request)
        .endswith("with an explicit deny in an identity-based policy")
    )
    bounded = Identity(ANA, (EVERYTHING,), boundary=DENIAL)
    assert (
        decide(bounded, request)
        .message(request)
        .endswith("with an explicit deny in a permissions boundary")
    )
