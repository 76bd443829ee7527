"""Arguments of Cognito's blocks and the members of the API that they stand for, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from localtender.provider.values import Values

Names = Mapping[str, str]

FUNCTIONS: Final = {
    "create_auth_challenge": "CreateAuthChallenge",
    "custom_message": "CustomMessage",
    "define_auth_challenge": "DefineAuthChallenge",
    "post_authentication": "PostAuthentication",
    "post_confirmation": "PostConfirmation",
    "pre_authentication": "PreAuthentication",
    "pre_sign_up": "PreSignUp",
    "pre_token_generation": "PreTokenGeneration",
    "user_migration": "UserMigration",
    "verify_auth_challenge_response": "VerifyAuthChallengeResponse",
}
VERSIONED_FUNCTIONS: Final = {
    "custom_email_sender": "CustomEmailSender",
    "custom_sms_sender": "CustomSMSSender",
    "pre_token_generation_config": "PreTokenGenerationConfig",
}
VERSIONED: Final = {"lambda_arn": "LambdaArn", "lambda_version": "LambdaVersion"}
TEXTS: Final = {
    "deletion_protection": "DeletionProtection",
    "email_verification_message": "EmailVerificationMessage",
    "email_verification_subject": "EmailVerificationSubject",
    "sms_authentication_message": "SmsAuthenticationMessage",
    "sms_verification_message": "SmsVerificationMessage",
    "user_pool_tier": "UserPoolTier",
}
DEVICE: Final = {
    "challenge_required_on_new_device": "ChallengeRequiredOnNewDevice",
    "device_only_remembered_on_user_prompt": "DeviceOnlyRememberedOnUserPrompt",
}
EMAIL: Final = {
    "configuration_set": "ConfigurationSet",
    "email_sending_account": "EmailSendingAccount",
    "from_email_address": "From",
    "reply_to_email_address": "ReplyToEmailAddress",
    "source_arn": "SourceArn",
}
EMAIL_MFA: Final = {"message": "Message", "subject": "Subject"}
INVITATION: Final = {
    "email_message": "EmailMessage",
    "email_subject": "EmailSubject",
    "sms_message": "SMSMessage",
}
PASSWORDS: Final = {
    "minimum_length": "MinimumLength",
    "password_history_size": "PasswordHistorySize",
    "require_lowercase": "RequireLowercase",
    "require_numbers": "RequireNumbers",
    "require_symbols": "RequireSymbols",
    "require_uppercase": "RequireUppercase",
    "temporary_password_validity_days": "TemporaryPasswordValidityDays",
}
SMS: Final = {
    "external_id": "ExternalId",
    "sns_caller_arn": "SnsCallerArn",
    "sns_region": "SnsRegion",
}
TEMPLATE: Final = {
    "default_email_option": "DefaultEmailOption",
    "email_message": "EmailMessage",
    "email_message_by_link": "EmailMessageByLink",
    "email_subject": "EmailSubject",
    "email_subject_by_link": "EmailSubjectByLink",
    "sms_message": "SmsMessage",
}
WEB_AUTHN: Final = {
    "relying_party_id": "RelyingPartyId",
    "user_verification": "UserVerification",
}


def to_api(block: Values, names: Names) -> Values:
    """Return a block's arguments under the API's names, without those that are not set."""
    return {key: block[name] for name, key in names.items() if block.get(name) not in (None, "")}


def to_state(answer: Mapping[str, Any], names: Names) -> Values:
    """Return an answer's members under the arguments' names; null for those that it lacks."""
    return {name: answer.get(key) for name, key in names.items()}


def to_blocks(answer: Mapping[str, Any] | None, names: Names) -> list[Values]:
    """Return the block that an API structure stands for; none for an empty structure."""
    found = to_state(answer or {}, names)
    return [found] if any(value not in (None, "") for value in found.values()) else []
