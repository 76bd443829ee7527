"""Secrets Manager, after "Actions, resources, and condition keys for AWS Secrets Manager"."""

from __future__ import annotations

from collections.abc import Iterable

from localtender.edge.authorize.actions.call_facts import CallFacts
from localtender.edge.authorize.actions.permission import Permission
from localtender.edge.authorize.actions.rules import (
    ServiceActions,
    listed,
    named,
    on,
    parameter_keys,
)

_secret = named("secretsmanager", "secret:{SecretId}")


def _batch(facts: CallFacts, prefix: str) -> Iterable[Permission]:
    yield Permission(f"{prefix}:BatchGetSecretValue")
    for name in facts.items("SecretIdList"):
        arn = name if name.startswith("arn:") else facts.arn("secretsmanager", f"secret:{name}")
        yield Permission(f"{prefix}:GetSecretValue", arn)


ACTIONS = ServiceActions(
    "secretsmanager",
    {
        "CreateSecret": on(
            named("secretsmanager", "secret:{Name}"),
            keys=parameter_keys(secretsmanager__Name="Name", secretsmanager__KmsKeyId="KmsKeyId"),
        ),
        "GetSecretValue": on(
            _secret,
            keys=parameter_keys(
                secretsmanager__SecretId="SecretId",
                secretsmanager__VersionId="VersionId",
                secretsmanager__VersionStage="VersionStage",
            ),
        ),
        "RotateSecret": on(
            _secret,
            keys=parameter_keys(
                secretsmanager__SecretId="SecretId",
                secretsmanager__RotationLambdaARN="RotationLambdaARN",
            ),
        ),
        "BatchGetSecretValue": _batch,
        **listed(("ListSecrets", "GetRandomPassword"), on()),
        "ValidateResourcePolicy": on(_secret),
    },
    otherwise=on(_secret, keys=parameter_keys(secretsmanager__SecretId="SecretId")),
)
