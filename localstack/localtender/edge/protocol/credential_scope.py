"""Who a request comes from and for which service, by its SigV4 credential scope.

The scope is documented in "Elements of an AWS API request signature" of the IAM user guide:
`Credential=ACCESS_KEY/DATE/REGION/SERVICE/aws4_request`, in the Authorization header or in the
query parameter X-Amz-Credential.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl

from localtender.edge.protocol.messages import Caller

DEFAULT_ACCOUNT_ID = "000000000000"
_CREDENTIAL = re.compile(rb"Credential=([^/,\s]+)/\d{8}/([^/]+)/([^/]+)/aws4_request")
_PRESIGNED = re.compile(r"([^/]+)/\d{8}/([^/]+)/([^/]+)/aws4_request")
_ACCOUNT_ID = re.compile(r"\d{12}")


@dataclass(frozen=True)
class CredentialScope:
    """The caller and the signing name of the service (`lambda`, `dynamodb`); None when unsigned."""

    caller: Caller
    service: str | None


def credential_scope(
    authorization: bytes | None, query_string: bytes, default_region: str
) -> CredentialScope:
    """Read the scope of a request; unsigned ones belong to the default account and region.

    A twelve-digit access key is an account of its own, so that test runs can be kept apart.
    """
    if authorization is not None:
        found = _CREDENTIAL.search(authorization)
        if found:
            return _scope(*(group.decode("latin-1") for group in found.groups()))
    if b"X-Amz-Credential=" in query_string:
        value = dict(parse_qsl(query_string.decode("latin-1"))).get("X-Amz-Credential", "")
        presigned = _PRESIGNED.fullmatch(value)
        if presigned:
            return _scope(*presigned.groups())
    return CredentialScope(Caller(DEFAULT_ACCOUNT_ID, default_region), None)


def _scope(access_key_id: str, region: str, service: str) -> CredentialScope:
    account_id = access_key_id if _ACCOUNT_ID.fullmatch(access_key_id) else DEFAULT_ACCOUNT_ID
    return CredentialScope(Caller(account_id, region, access_key_id), service)
