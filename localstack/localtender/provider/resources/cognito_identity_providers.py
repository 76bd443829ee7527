"""Amazon Cognito: other identity providers that a user pool lets its users sign in with.

Arguments, replace rules, the import id and the details that Cognito fills in follow the
documentation and the source of ``aws_cognito_identity_provider``.
"""

from __future__ import annotations

from typing import Final

from localtender.provider.call import Call
from localtender.provider.checks import length, one_of
from localtender.provider.declaration import Change, Resource
from localtender.provider.identifiers import id_parts
from localtender.provider.resources.cognito_pools import GONE
from localtender.provider.values import Values

_ID_FORM: Final = "USER_POOL_ID:PROVIDER_NAME"
_ARGUMENTS: Final = {
    "attribute_mapping": "AttributeMapping",
    "idp_identifiers": "IdpIdentifiers",
    "provider_details": "ProviderDetails",
}
_GOOGLES: Final = {
    "attributes_url": "https://people.googleapis.com/v1/people/me?personFields=",
    "attributes_url_add_attributes": "true",
    "authorize_url": "https://accounts.google.com/o/oauth2/v2/auth",
    "oidc_issuer": "https://accounts.google.com",
    "token_request_method": "POST",
    "token_url": "https://www.googleapis.com/oauth2/v4/token",
}
_READ_ONLY: Final = "ActiveEncryptionCertificate"
_FROM_METADATA: Final = "SSORedirectBindingURI"
_MOST_IDENTIFIERS: Final = 50
_LONGEST_IDENTIFIER: Final = 40


def same_details(old: dict[str, str], new: dict[str, str]) -> bool:
    """Tell whether two sets of details differ only in what Cognito fills in by itself.

    For Google these are the addresses of its endpoints; for SAML a certificate that can't be
    set, and the address that stands in the metadata file.
    """
    return _own(old) == _own(new)


def _own(details: dict[str, str]) -> dict[str, str]:
    return {
        name: value
        for name, value in details.items()
        if name != _READ_ONLY
        and _GOOGLES.get(name) != value
        and not (name == _FROM_METADATA and "MetadataFile" in details)
    }


def _are_identifiers(identifiers: list[str]) -> str | None:
    if len(identifiers) > _MOST_IDENTIFIERS:
        return f"expected at most {_MOST_IDENTIFIERS} identifiers, got {len(identifiers)}"
    too_long = [each for each in identifiers if not 1 <= len(each) <= _LONGEST_IDENTIFIER]
    if too_long:
        return f"expected identifiers of 1 to {_LONGEST_IDENTIFIER} characters, got {too_long[0]!r}"
    return None


class IdentityProvider(Resource):
    """``aws_cognito_identity_provider``; its id is ``USER_POOL_ID:PROVIDER_NAME``."""

    type_name = "aws_cognito_identity_provider"
    service = "cognito-idp"
    gone = GONE
    replaces = ("provider_name", "provider_type", "user_pool_id")
    equivalent = {"provider_details": same_details}
    checks = {
        "idp_identifiers": _are_identifiers,
        "provider_name": length(1, 32),
        "provider_type": one_of(
            "SAML", "Facebook", "Google", "LoginWithAmazon", "SignInWithApple", "OIDC"
        ),
    }

    def create(self, call: Call, planned: Values) -> Values:
        """Create the provider."""
        pool, name = planned["user_pool_id"], planned["provider_name"]
        request = {key: planned[argument] for argument, key in _ARGUMENTS.items()}
        call.client().create_identity_provider(
            UserPoolId=pool,
            ProviderName=name,
            ProviderType=planned["provider_type"],
            **{key: value for key, value in request.items() if value},
        )
        return {"id": f"{pool}:{name}"}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the provider."""
        pool, name = id_parts(state["id"], _ID_FORM)
        answer = call.client().describe_identity_provider(UserPoolId=pool, ProviderName=name)
        found = answer["IdentityProvider"]
        return {
            "attribute_mapping": found.get("AttributeMapping") or {},
            "idp_identifiers": found.get("IdpIdentifiers") or [],
            "provider_details": found["ProviderDetails"],
            "provider_name": found["ProviderName"],
            "provider_type": found["ProviderType"],
            "user_pool_id": found["UserPoolId"],
        }

    def update(self, call: Call, change: Change) -> None:
        """Change what changed; each of them is put as a whole."""
        pool, name = id_parts(change.prior["id"], _ID_FORM)
        planned = change.planned
        request: Values = {}
        if change.has("attribute_mapping"):
            request["AttributeMapping"] = planned["attribute_mapping"] or {}
        if change.has("idp_identifiers"):
            request["IdpIdentifiers"] = planned["idp_identifiers"] or []
        if change.has("provider_details"):
            details = planned["provider_details"]
            request["ProviderDetails"] = {
                key: value for key, value in details.items() if key != _READ_ONLY
            }
        call.client().update_identity_provider(UserPoolId=pool, ProviderName=name, **request)

    def delete(self, call: Call, state: Values) -> None:
        """Delete the provider; its users can't sign in any more."""
        pool, name = id_parts(state["id"], _ID_FORM)
        call.client().delete_identity_provider(UserPoolId=pool, ProviderName=name)
