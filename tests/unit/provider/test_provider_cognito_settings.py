from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from localtender.provider.moments import moment_text
from localtender.provider.resources.cognito_pool_settings import (
    cleared,
    mfa_request,
    pool_request,
    pool_state,
)
from localtender.provider.resources.cognito_schema import attribute_request, attribute_states
from localtender.provider.schema.loading import load_schema

SCHEMA = load_schema().block("resource", "aws_cognito_user_pool")


def planned(**arguments: Any) -> dict[str, Any]:
    return SCHEMA.complete({"name": "users", "mfa_configuration": "OFF", **arguments})


SETTINGS: dict[str, Any] = {
    "account_recovery_setting": [
        {"recovery_mechanism": [{"name": "verified_email", "priority": 1}]}
    ],
    "admin_create_user_config": [
        {
            "allow_admin_create_user_only": True,
            "invite_message_template": [
                {"email_message": "{####}", "email_subject": "Hello", "sms_message": "{####}"}
            ],
        }
    ],
    "auto_verified_attributes": ["email"],
    "deletion_protection": "ACTIVE",
    "lambda_config": [
        {
            "custom_email_sender": [{"lambda_arn": "arn:f", "lambda_version": "V1_0"}],
            "custom_sms_sender": [],
            "kms_key_id": "arn:k",
            "pre_sign_up": "arn:p",
            "pre_token_generation_config": [],
        }
    ],
    "password_policy": [
        {
            "minimum_length": 12,
            "require_lowercase": True,
            "require_numbers": False,
            "require_symbols": False,
            "require_uppercase": False,
        }
    ],
    "sign_in_policy": [{"allowed_first_auth_factors": ["PASSWORD"]}],
    "sms_configuration": [{"external_id": "x", "sns_caller_arn": "arn:r"}],
    "user_attribute_update_settings": [
        {"attributes_require_verification_before_update": ["email"]}
    ],
    "user_pool_add_ons": [
        {
            "advanced_security_mode": "ENFORCED",
            "advanced_security_additional_flows": [{"custom_auth_mode": "AUDIT"}],
        }
    ],
    "user_pool_tier": "PLUS",
    "verification_message_template": [{"default_email_option": "CONFIRM_WITH_CODE"}],
}


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_is_read_as_it_was_sent(name: str) -> None:
    values = planned(**{name: SETTINGS[name]})
    found = SCHEMA.complete(pool_state(pool_request(values)))
    assert found[name] == values[name]


def test_a_setting_that_is_taken_away_is_said_to_be_nothing() -> None:
    assert cleared(planned(**SETTINGS), planned()) == {
        "AutoVerifiedAttributes": [],
        "LambdaConfig": {},
        "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": []},
        "UserPoolAddOns": {"AdvancedSecurityMode": "OFF"},
    }
    assert cleared(planned(), planned(**SETTINGS)) == {}


def test_messages_to_phones_are_no_second_factor_while_that_is_off() -> None:
    values = planned(sms_configuration=SETTINGS["sms_configuration"])
    assert mfa_request(values) == {"MfaConfiguration": "OFF"}
    values |= {"mfa_configuration": "ON", "sms_authentication_message": "{####}"}
    assert mfa_request(values)["SmsMfaConfiguration"] == {
        "SmsConfiguration": {"ExternalId": "x", "SnsCallerArn": "arn:r"},
        "SmsAuthenticationMessage": "{####}",
    }


def test_standard_attributes_are_left_out_unless_somebody_speaks_of_them() -> None:
    answers: list[dict[str, Any]] = [
        {"Name": "sub", "AttributeDataType": "String", "Required": True},
        {"Name": "email", "AttributeDataType": "String", "Mutable": True, "Required": True},
        {"Name": "name", "AttributeDataType": "String", "Mutable": True, "Required": False},
        {"Name": "locale", "AttributeDataType": "String", "Mutable": True, "Required": False},
        {"Name": "identities", "AttributeDataType": "String", "StringAttributeConstraints": {}},
        {
            "Name": "custom:limit",
            "AttributeDataType": "Number",
            "NumberAttributeConstraints": {"MinValue": "1"},
        },
    ]
    found = attribute_states(answers, known=[{"name": "locale"}])
    assert [state["name"] for state in found] == ["email", "locale", "limit"]
    assert found[2]["number_attribute_constraints"] == [{"max_value": None, "min_value": "1"}]
    assert found[2]["string_attribute_constraints"] == []


def test_an_attribute_is_sent_with_the_limits_that_it_has() -> None:
    block = {
        "name": "limit",
        "attribute_data_type": "Number",
        "developer_only_attribute": None,
        "mutable": True,
        "required": None,
        "number_attribute_constraints": [{"max_value": "9", "min_value": None}],
        "string_attribute_constraints": [],
    }
    assert attribute_request(block) == {
        "AttributeDataType": "Number",
        "DeveloperOnlyAttribute": False,
        "Mutable": True,
        "Name": "limit",
        "NumberAttributeConstraints": {"MaxValue": "9"},
        "Required": False,
    }


def test_times_are_written_in_utc() -> None:
    local = datetime(2024, 5, 1, 12, 0, 0, 999, tzinfo=timezone(timedelta(hours=2)))
    assert (
        moment_text(local)
        == moment_text(datetime(2024, 5, 1, 10, tzinfo=UTC))
        == "2024-05-01T10:00:00Z"
    )
    assert moment_text(None) is None
