"""Amazon Cognito: user pools.

Arguments, defaults and replace rules follow the documentation of ``aws_cognito_user_pool``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from localtender.provider.call import Call
from localtender.provider.checks import between, each_of, every, is_arn, length, matches, one_of
from localtender.provider.declaration import Change, Plan, Resource
from localtender.provider.errors import InvalidArgumentError, OperationError
from localtender.provider.resources.cognito_members import FUNCTIONS
from localtender.provider.resources.cognito_pool_settings import (
    cleared,
    mfa_request,
    mfa_state,
    pool_request,
    pool_state,
)
from localtender.provider.resources.cognito_schema import attribute_request, attribute_states
from localtender.provider.values import Values, is_given

GONE: Final = ("ResourceNotFoundException",)
_OFF: Final = "OFF"
_MFA: Final = (
    "email_mfa_configuration",
    "mfa_configuration",
    "sms_authentication_message",
    "sms_configuration",
    "software_token_mfa_configuration",
    "web_authn_configuration",
)
_TEMPLATE_BLOCK: Final = "verification_message_template"
# The messages that have two places: an argument of their own, and one in the template.
_TEMPLATE: Final = {
    "email_verification_message": "email_message",
    "email_verification_subject": "email_subject",
    "sms_verification_message": "sms_message",
}
_SIGN_IN_FACTORS: Final = ("PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN")


def _same_constraints(old: list[Values] | None, new: list[Values] | None) -> bool:
    # An empty block constrains nothing.
    blocks = [*(old or []), *(new or [])]
    return not any(value is not None for block in blocks for value in block.values())


def _same_if_off(old: list[Values], new: list[Values]) -> bool:
    # A block that switches it off says the same as no block.
    return all(_is_off(block) for block in [*(old or []), *(new or [])])


def _is_off(block: Values) -> bool:
    return block.get("enabled") is False or (
        block.get("advanced_security_mode") == _OFF
        and not block["advanced_security_additional_flows"]
    )


class UserPool(Resource):
    """``aws_cognito_user_pool``; its id is the pool's."""

    type_name = "aws_cognito_user_pool"
    service = "cognito-idp"
    gone = GONE
    replaces = ("alias_attributes", "name", "username_attributes", "username_configuration")
    conflicts = (("alias_attributes", "username_attributes"),)
    defaults = {
        "deletion_protection": "INACTIVE",
        "email_configuration.email_sending_account": "COGNITO_DEFAULT",
        "mfa_configuration": _OFF,
        "verification_message_template.default_email_option": "CONFIRM_WITH_CODE",
    }
    computed_blocks = (
        "account_recovery_setting",
        "admin_create_user_config",
        "email_configuration",
        "lambda_config.custom_email_sender",
        "lambda_config.custom_sms_sender",
        "lambda_config.pre_token_generation_config",
        "password_policy",
        "sign_in_policy",
        "sms_configuration",
        "username_configuration",
        "verification_message_template",
        "web_authn_configuration",
    )
    element_keys = {"account_recovery_setting.recovery_mechanism": ("name",), "schema": ("name",)}
    equivalent = {
        "schema.number_attribute_constraints": _same_constraints,
        "schema.string_attribute_constraints": _same_constraints,
        "software_token_mfa_configuration": _same_if_off,
        "user_pool_add_ons": _same_if_off,
    }
    checks = {
        **{f"lambda_config.{name}": is_arn for name in (*FUNCTIONS, "kms_key_id")},
        "account_recovery_setting.recovery_mechanism.name": one_of(
            "admin_only", "verified_email", "verified_phone_number"
        ),
        "alias_attributes": each_of("email", "phone_number", "preferred_username"),
        "auto_verified_attributes": each_of("email", "phone_number"),
        "deletion_protection": one_of("ACTIVE", "INACTIVE"),
        "email_configuration.email_sending_account": one_of("COGNITO_DEFAULT", "DEVELOPER"),
        "email_configuration.source_arn": is_arn,
        "mfa_configuration": one_of("ON", _OFF, "OPTIONAL"),
        "name": every(length(1, 128), matches(r"[\w\s+=,.@-]*", "expected \\w, space or +=,.@-")),
        "password_policy.minimum_length": between(6, 99),
        "password_policy.password_history_size": between(0, 24),
        "password_policy.temporary_password_validity_days": between(0, 365),
        "schema.attribute_data_type": one_of("String", "Number", "DateTime", "Boolean"),
        "schema.name": length(1, 50),
        "sign_in_policy.allowed_first_auth_factors": each_of(*_SIGN_IN_FACTORS),
        "sms_authentication_message": matches(
            r"(?s).*\{####\}.*", "must have the placeholder {####}"
        ),
        "sms_configuration.sns_caller_arn": is_arn,
        "user_pool_add_ons.advanced_security_mode": one_of("AUDIT", "ENFORCED", _OFF),
        "user_pool_tier": one_of("LITE", "ESSENTIALS", "PLUS"),
        "username_attributes": each_of("email", "phone_number"),
        "verification_message_template.default_email_option": one_of(
            "CONFIRM_WITH_LINK", "CONFIRM_WITH_CODE"
        ),
        "web_authn_configuration.user_verification": one_of("required", "preferred"),
    }

    def validate(self, config: Values) -> Iterable[InvalidArgumentError]:
        """Check what may be said in one place only, and what goes together."""
        template = _only(config.get(_TEMPLATE_BLOCK))
        for argument, inner in _TEMPLATE.items():
            if is_given(config.get(argument)) and is_given(template.get(inner)):
                yield InvalidArgumentError(
                    argument, f"conflicts with verification_message_template.{inner}"
                )
        functions = _only(config.get("lambda_config"))
        for sender in ("custom_email_sender", "custom_sms_sender"):
            if is_given(functions.get(sender)) and functions.get("kms_key_id") is None:
                yield InvalidArgumentError(f"lambda_config.{sender}", "needs kms_key_id")

    def customize(self, call: Call, plan: Plan) -> None:
        """Expect the two places of verification messages to say the same."""
        planned, prior = plan.planned, plan.prior
        if prior is None:
            return
        configured = _only(plan.config.get(_TEMPLATE_BLOCK))
        before, after = _only(prior[_TEMPLATE_BLOCK]), _only(planned[_TEMPLATE_BLOCK])
        for argument, inner in _TEMPLATE.items():
            if configured.get(inner) is not None:
                if after.get(inner) != before.get(inner):
                    plan.make_unknown(argument)
            elif plan.config.get(argument) and plan.changes(argument) and after:
                plan.make_unknown(_TEMPLATE_BLOCK)
        if _differs(prior, planned):
            plan.make_unknown("last_modified_date")

    def create(self, call: Call, planned: Values) -> Values:
        """Create the pool, then set its second factors, which CreateUserPool does not take."""
        client = call.client()
        request = pool_request(planned)
        for argument, key in (
            ("alias_attributes", "AliasAttributes"),
            ("username_attributes", "UsernameAttributes"),
        ):
            if planned[argument]:
                request[key] = planned[argument]
        if planned["schema"]:
            request["Schema"] = [attribute_request(item) for item in planned["schema"]]
        for block in planned["username_configuration"] or []:
            if block["case_sensitive"] is not None:
                request["UsernameConfiguration"] = {"CaseSensitive": block["case_sensitive"]}
        pool = client.create_user_pool(PoolName=planned["name"], **request)["UserPool"]
        call.created({"id": pool["Id"], "arn": pool.get("Arn")})
        if planned["mfa_configuration"] != _OFF or _has_factors(planned):
            client.set_user_pool_mfa_config(UserPoolId=pool["Id"], **mfa_request(planned))
        return {"id": pool["Id"]}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the pool and its second factors."""
        client, identifier = call.client(), state["id"]
        pool = client.describe_user_pool(UserPoolId=identifier)["UserPool"]
        factors = client.get_user_pool_mfa_config(UserPoolId=identifier)
        found = pool_state(pool) | mfa_state(factors)
        found["schema"] = attribute_states(pool.get("SchemaAttributes", []), state["schema"] or [])
        found["endpoint"] = f"cognito-idp.{call.region}.{_dns_suffix(call)}/{identifier}"
        return found

    def update(self, call: Call, change: Change) -> None:
        """Change the pool; what a request leaves out, Cognito resets."""
        client, planned, identifier = call.client(), change.planned, change.prior["id"]
        if change.has(*_MFA):
            request = mfa_request(planned)
            if change.prior["software_token_mfa_configuration"]:
                request.setdefault("SoftwareTokenMfaConfiguration", {"Enabled": False})
            client.set_user_pool_mfa_config(UserPoolId=identifier, **request)
        others = [name for name in planned if name not in (*_MFA, "schema", "tags", "tags_all")]
        if change.has(*others, "sms_authentication_message", "sms_configuration"):
            _bring_together(change)
            request = cleared(change.prior, planned) | pool_request(planned)
            request["MfaConfiguration"] = planned["mfa_configuration"]
            client.update_user_pool(UserPoolId=identifier, **request)
        if change.has("schema"):
            _add_attributes(client, identifier, change)

    def delete(self, call: Call, state: Values) -> None:
        """Delete the pool with its users."""
        call.client().delete_user_pool(UserPoolId=state["id"])


def _only(blocks: Any) -> Values:
    """Return the single block of a list; an empty one if there is none or it is unknown."""
    block = blocks[0] if isinstance(blocks, list) and blocks else {}
    return block if isinstance(block, dict) else {}


def _differs(prior: Values, planned: Values) -> bool:
    apart = ("tags", "tags_all", "last_modified_date")
    return any(prior.get(name) != planned[name] for name in planned if name not in apart)


def _has_factors(planned: Values) -> bool:
    return any(
        planned[name]
        for name in (
            "email_mfa_configuration",
            "software_token_mfa_configuration",
            "web_authn_configuration",
        )
    )


def _bring_together(change: Change) -> None:
    """Write a changed verification message into the template, which wins otherwise."""
    for block in change.planned[_TEMPLATE_BLOCK] or []:
        for argument, inner in _TEMPLATE.items():
            if change.has(argument) and change.planned[argument]:
                block[inner] = change.planned[argument]


def _add_attributes(client: Any, identifier: str, change: Change) -> None:
    before = {item["name"]: item for item in change.prior["schema"]}
    after = {item["name"]: item for item in change.planned["schema"]}
    if any(after.get(name) != item for name, item in before.items()):
        raise OperationError("Cognito can't change or remove schema attributes, only add some")
    client.add_custom_attributes(
        UserPoolId=identifier,
        CustomAttributes=[attribute_request(after[name]) for name in after if name not in before],
    )


def _dns_suffix(call: Call) -> str:
    return "amazonaws.com.cn" if call.partition == "aws-cn" else "amazonaws.com"
