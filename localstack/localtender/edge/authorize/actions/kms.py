"""KMS, after "Actions, resources, and condition keys for AWS Key Management Service"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from localtender.edge.authorize.actions.call_facts import CallFacts
from localtender.edge.authorize.actions.permission import Permission
from localtender.edge.authorize.actions.rules import ServiceActions, both, listed, on


def _key(facts: CallFacts, parameter: str = "KeyId") -> Iterable[str]:
    name = facts.text(parameter) or facts.text("TargetKeyId")
    if name is None:
        return ()
    if name.startswith("arn:"):
        return (name,)
    return (facts.arn("kms", name if name.startswith("alias/") else f"key/{name}"),)


def _alias(facts: CallFacts, prefix: str) -> Iterable[Permission]:
    # The alias is checked by identity policies alone, the key by its own policy too.
    yield Permission(f"{prefix}:{facts.call.name}", facts.arn("kms", str(facts.text("AliasName"))))


def _keys(facts: CallFacts) -> Mapping[str, Iterable[str]]:
    context = facts.value("EncryptionContext")
    found: dict[str, Iterable[str]] = {}
    if isinstance(context, Mapping):
        found = {f"kms:EncryptionContext:{key}": (str(text),) for key, text in context.items()}
        found["kms:EncryptionContextKeys"] = tuple(context)
    algorithm, alias = facts.text("EncryptionAlgorithm"), facts.text("KeyId") or ""
    if algorithm:
        found["kms:EncryptionAlgorithm"] = (algorithm,)
    if "alias/" in alias:
        found["kms:RequestAlias"] = (alias[alias.index("alias/") :],)
    return found


_on_key = on(_key, keys=_keys)

ACTIONS = ServiceActions(
    "kms",
    {
        **listed(("CreateKey", "ListKeys", "ListAliases", "GenerateRandom"), on()),
        **listed(("CreateAlias", "UpdateAlias"), both(_alias, _on_key)),
        "DeleteAlias": _alias,
        "ReEncrypt": both(
            on(lambda facts: _key(facts, "SourceKeyId"), action="ReEncryptFrom", keys=_keys),
            on(lambda facts: _key(facts, "DestinationKeyId"), action="ReEncryptTo", keys=_keys),
        ),
    },
    otherwise=_on_key,
)
