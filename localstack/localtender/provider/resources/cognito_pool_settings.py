"""Settings of user pools as the API takes them and answers them, from and to Terraform's values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from localtender.provider.moments import moment_text
from localtender.provider.resources.cognito_members import (
    DEVICE,
    EMAIL,
    EMAIL_MFA,
    FUNCTIONS,
    INVITATION,
    PASSWORDS,
    SMS,
    TEMPLATE,
    TEXTS,
    VERSIONED,
    VERSIONED_FUNCTIONS,
    WEB_AUTHN,
    Names,
    to_api,
    to_blocks,
    to_state,
)
from localtender.provider.values import Values

# Blocks whose arguments and API members correspond one to one.
_PLAIN_BLOCKS: Final[Mapping[str, tuple[str, Names]]] = {
    "device_configuration": ("DeviceConfiguration", DEVICE),
    "email_configuration": ("EmailConfiguration", EMAIL),
    "sms_configuration": ("SmsConfiguration", SMS),
    "verification_message_template": ("VerificationMessageTemplate", TEMPLATE),
}

_NOTHING: Final[Mapping[str, tuple[str, Any]]] = {
    "auto_verified_attributes": ("AutoVerifiedAttributes", []),
    "device_configuration": ("DeviceConfiguration", {}),
    "lambda_config": ("LambdaConfig", {}),
    "user_attribute_update_settings": (
        "UserAttributeUpdateSettings",
        {"AttributesRequireVerificationBeforeUpdate": []},
    ),
    "user_pool_add_ons": ("UserPoolAddOns", {"AdvancedSecurityMode": "OFF"}),
}


def pool_request(planned: Values) -> Values:
    """Return what ``CreateUserPool`` and ``UpdateUserPool`` both take."""
    request = to_api(planned, TEXTS)
    if planned["auto_verified_attributes"]:
        request["AutoVerifiedAttributes"] = planned["auto_verified_attributes"]
    if planned["tags_all"]:
        request["UserPoolTags"] = planned["tags_all"]
    for argument, (key, names) in _PLAIN_BLOCKS.items():
        for block in planned[argument] or []:
            request[key] = to_api(block, names)
    for block in planned["account_recovery_setting"] or []:
        request["AccountRecoverySetting"] = {
            "RecoveryMechanisms": [
                to_api(each, {"name": "Name", "priority": "Priority"})
                for each in block["recovery_mechanism"]
            ]
        }
    for block in planned["admin_create_user_config"] or []:
        administration: Values = {
            "AllowAdminCreateUserOnly": bool(block["allow_admin_create_user_only"])
        }
        for template in block["invite_message_template"] or []:
            administration["InviteMessageTemplate"] = to_api(template, INVITATION)
        request["AdminCreateUserConfig"] = administration
    for block in planned["lambda_config"] or []:
        request["LambdaConfig"] = _functions_request(block)
    policies = _policies_request(planned)
    if policies:
        request["Policies"] = policies
    for block in planned["user_attribute_update_settings"] or []:
        request["UserAttributeUpdateSettings"] = {
            "AttributesRequireVerificationBeforeUpdate": block[
                "attributes_require_verification_before_update"
            ]
        }
    for block in planned["user_pool_add_ons"] or []:
        request["UserPoolAddOns"] = _add_ons_request(block)
    return request


def cleared(prior: Values, planned: Values) -> Values:
    """Return what says to ``UpdateUserPool`` that a setting is gone.

    Cognito takes leaving it out for that; saying so makes it independent of the engine.
    """
    return {
        key: nothing
        for argument, (key, nothing) in _NOTHING.items()
        if prior[argument] and not planned[argument]
    }


def pool_state(pool: Mapping[str, Any]) -> Values:
    """Return the attributes that an answer of ``DescribeUserPool`` holds."""
    add_ons = pool.get("UserPoolAddOns") or {}
    policies = pool.get("Policies") or {}
    factors = policies.get("SignInPolicy", {}).get("AllowedFirstAuthFactors")
    update = (pool.get("UserAttributeUpdateSettings") or {}).get(
        "AttributesRequireVerificationBeforeUpdate"
    )
    name_rules = pool.get("UsernameConfiguration") or {}
    return {
        **to_state(pool, TEXTS),
        **{
            argument: to_blocks(pool.get(key), names)
            for argument, (key, names) in _PLAIN_BLOCKS.items()
        },
        "account_recovery_setting": _recovery_state(pool.get("AccountRecoverySetting")),
        "admin_create_user_config": _administration_state(pool.get("AdminCreateUserConfig")),
        "alias_attributes": pool.get("AliasAttributes"),
        "arn": pool.get("Arn"),
        "auto_verified_attributes": pool.get("AutoVerifiedAttributes"),
        "creation_date": moment_text(pool.get("CreationDate")),
        "custom_domain": pool.get("CustomDomain"),
        "deletion_protection": pool.get("DeletionProtection", "INACTIVE"),
        "domain": pool.get("Domain"),
        "estimated_number_of_users": pool.get("EstimatedNumberOfUsers", 0),
        "lambda_config": _functions_state(pool.get("LambdaConfig")),
        "last_modified_date": moment_text(pool.get("LastModifiedDate")),
        "name": pool.get("Name"),
        "password_policy": to_blocks(policies.get("PasswordPolicy"), PASSWORDS),
        "sign_in_policy": [{"allowed_first_auth_factors": factors}] if factors else [],
        "tags": pool.get("UserPoolTags") or {},
        "user_attribute_update_settings": (
            [{"attributes_require_verification_before_update": update}] if update else []
        ),
        "user_pool_add_ons": _add_ons_state(add_ons),
        "username_attributes": pool.get("UsernameAttributes"),
        "username_configuration": (
            [{"case_sensitive": name_rules.get("CaseSensitive")}] if name_rules else []
        ),
    }


def mfa_request(planned: Values) -> Values:
    """Return what ``SetUserPoolMfaConfig`` takes."""
    mode = planned["mfa_configuration"]
    request: Values = {"MfaConfiguration": mode}
    for block in planned["software_token_mfa_configuration"]:
        request["SoftwareTokenMfaConfiguration"] = {"Enabled": block["enabled"]}
    for block in planned["email_mfa_configuration"]:
        request["EmailMfaConfiguration"] = to_api(block, EMAIL_MFA)
    for block in planned["web_authn_configuration"] or []:
        request["WebAuthnConfiguration"] = to_api(block, WEB_AUTHN)
    # SMS also serve to verify users; with the second factor off, Cognito refuses them here.
    if mode != "OFF":
        for block in planned["sms_configuration"] or []:
            request["SmsMfaConfiguration"] = {"SmsConfiguration": to_api(block, SMS)}
            if planned["sms_authentication_message"]:
                request["SmsMfaConfiguration"]["SmsAuthenticationMessage"] = planned[
                    "sms_authentication_message"
                ]
    return request


def mfa_state(answer: Mapping[str, Any]) -> Values:
    """Return the attributes that an answer of ``GetUserPoolMfaConfig`` holds."""
    token = answer.get("SoftwareTokenMfaConfiguration")
    return {
        "email_mfa_configuration": to_blocks(answer.get("EmailMfaConfiguration"), EMAIL_MFA),
        "mfa_configuration": answer.get("MfaConfiguration", "OFF"),
        "software_token_mfa_configuration": (
            [] if token is None else [{"enabled": token.get("Enabled", False)}]
        ),
        "web_authn_configuration": to_blocks(answer.get("WebAuthnConfiguration"), WEB_AUTHN),
    }


def _policies_request(planned: Values) -> Values:
    policies: Values = {}
    for block in planned["password_policy"] or []:
        rules = to_api(block, PASSWORDS)
        for name in ("require_lowercase", "require_numbers", "require_symbols"):
            rules.setdefault(PASSWORDS[name], False)
        rules.setdefault("RequireUppercase", False)
        policies["PasswordPolicy"] = rules
    for block in planned["sign_in_policy"] or []:
        if block["allowed_first_auth_factors"]:
            policies["SignInPolicy"] = {
                "AllowedFirstAuthFactors": block["allowed_first_auth_factors"]
            }
    return policies


def _functions_request(block: Values) -> Values:
    request = to_api(block, {**FUNCTIONS, "kms_key_id": "KMSKeyID"})
    for argument, key in VERSIONED_FUNCTIONS.items():
        for inner in block[argument] or []:
            request[key] = to_api(inner, VERSIONED)
    return request


def _functions_state(answer: Mapping[str, Any] | None) -> list[Values]:
    if not answer:
        return []
    found = to_state(answer, {**FUNCTIONS, "kms_key_id": "KMSKeyID"})
    for argument, key in VERSIONED_FUNCTIONS.items():
        found[argument] = to_blocks(answer.get(key), VERSIONED)
    return [found]


def _add_ons_request(block: Values) -> Values:
    request: Values = {"AdvancedSecurityMode": block["advanced_security_mode"]}
    for inner in block["advanced_security_additional_flows"] or []:
        if inner["custom_auth_mode"]:
            request["AdvancedSecurityAdditionalFlows"] = {
                "CustomAuthMode": inner["custom_auth_mode"]
            }
    return request


def _add_ons_state(answer: Mapping[str, Any]) -> list[Values]:
    if not answer:
        return []
    flows = to_blocks(
        answer.get("AdvancedSecurityAdditionalFlows"), {"custom_auth_mode": "CustomAuthMode"}
    )
    return [
        {
            "advanced_security_mode": answer.get("AdvancedSecurityMode"),
            "advanced_security_additional_flows": flows,
        }
    ]


def _recovery_state(answer: Mapping[str, Any] | None) -> list[Values]:
    mechanisms = (answer or {}).get("RecoveryMechanisms")
    if not mechanisms:
        return []
    names = {"name": "Name", "priority": "Priority"}
    return [{"recovery_mechanism": [to_state(each, names) for each in mechanisms]}]


def _administration_state(answer: Mapping[str, Any] | None) -> list[Values]:
    if not answer:
        return []
    return [
        {
            "allow_admin_create_user_only": answer.get("AllowAdminCreateUserOnly", False),
            "invite_message_template": to_blocks(answer.get("InviteMessageTemplate"), INVITATION),
        }
    ]
