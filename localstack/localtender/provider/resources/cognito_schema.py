"""The attributes of a user pool's users, from and to Terraform's ``schema`` blocks.

The standard attributes are those of "Working with user attributes" in Cognito's developer guide.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from localtender.provider.resources.cognito_members import to_state
from localtender.provider.values import Values

CUSTOM_PREFIX: Final = "custom:"
_DEVELOPER_PREFIX: Final = "dev:"

# Of every pool; what a schema block can change about them is `required` and `mutable`.
STANDARD_ATTRIBUTES: Final = frozenset(
    {
        "address",
        "birthdate",
        "email",
        "email_verified",
        "family_name",
        "gender",
        "given_name",
        "locale",
        "middle_name",
        "name",
        "nickname",
        "phone_number",
        "phone_number_verified",
        "picture",
        "preferred_username",
        "profile",
        "sub",
        "updated_at",
        "website",
        "zoneinfo",
    }
)
# Added by Cognito, which makes them none of Terraform's business.
_OF_THE_SERVICE: Final = frozenset({"identities"})
_CONSTRAINTS: Final = {
    "number_attribute_constraints": (
        "NumberAttributeConstraints",
        {"max_value": "MaxValue", "min_value": "MinValue"},
    ),
    "string_attribute_constraints": (
        "StringAttributeConstraints",
        {"max_length": "MaxLength", "min_length": "MinLength"},
    ),
}


def attribute_request(block: Values) -> Values:
    """Return a ``schema`` block as the API takes it."""
    request: Values = {
        "AttributeDataType": block["attribute_data_type"],
        "DeveloperOnlyAttribute": bool(block["developer_only_attribute"]),
        "Mutable": bool(block["mutable"]),
        "Name": block["name"],
        "Required": bool(block["required"]),
    }
    for argument, (key, names) in _CONSTRAINTS.items():
        for inner in block[argument]:
            request[key] = {names[name]: inner[name] for name in names if inner[name]}
    return request


def attribute_states(answers: Sequence[Mapping[str, Any]], known: Sequence[Values]) -> list[Values]:
    """Return the ``schema`` blocks of a pool's attributes.

    Cognito answers all standard attributes with every pool; those that are not ``known`` from the
    configuration are left out as long as nobody made them required.
    """
    configured = {block["name"] for block in known}
    found = []
    for answer in answers:
        name = answer["Name"].removeprefix(_DEVELOPER_PREFIX).removeprefix(CUSTOM_PREFIX)
        if name not in configured and _is_as_delivered(name, answer):
            continue
        state: Values = {
            "attribute_data_type": answer.get("AttributeDataType"),
            "developer_only_attribute": answer.get("DeveloperOnlyAttribute", False),
            "mutable": answer.get("Mutable", False),
            "name": name,
            "required": answer.get("Required", False),
        }
        found.append(state | constraint_states(answer))
    return found


def constraint_states(answer: Mapping[str, Any]) -> Values:
    """Return the blocks of an attribute's constraints; none where it is not constrained."""
    return {
        argument: [to_state(answer[key], names)] if answer.get(key) else []
        for argument, (key, names) in _CONSTRAINTS.items()
    }


def _is_as_delivered(name: str, answer: Mapping[str, Any]) -> bool:
    if name in _OF_THE_SERVICE:
        return True
    # `sub` is the one that is required and fixed from the start.
    required = bool(answer.get("Required", False)) and name != "sub"
    return name in STANDARD_ATTRIBUTES and answer["Name"] == name and not required
