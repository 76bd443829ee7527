from __future__ import annotations

from localtender.edge.protocol.credential_scope import credential_scope
from localtender.edge.protocol.messages import Caller

AUTHORIZATION = (
    b"AWS4-HMAC-SHA256 Credential=%s/20261123/eu-west-1/lambda/aws4_request, "
    b"SignedHeaders=host, Signature=0"
)


def test_the_scope_of_the_authorization_header_names_service_and_region() -> None:
    scope = credential_scope(AUTHORIZATION % b"test", b"", "us-east-1")
    assert scope.service == "lambda"
    assert scope.caller == Caller("000000000000", "eu-west-1", "test")


def test_a_twelve_digit_access_key_is_an_account_of_its_own() -> None:
    scope = credential_scope(AUTHORIZATION % b"123456789012", b"", "us-east-1")
    assert scope.caller.account_id == "123456789012"


def test_a_presigned_url_carries_the_scope_in_its_query() -> None:
    query = b"X-Amz-Credential=test%2F20261123%2Fus-west-2%2Fs3%2Faws4_request&X-Amz-Expires=60"
    scope = credential_scope(None, query, "us-east-1")
    assert (scope.service, scope.caller.region) == ("s3", "us-west-2")


def test_an_unsigned_request_belongs_to_the_default_account_and_region() -> None:
    scope = credential_scope(None, b"", "eu-north-1")
    assert scope.service is None
    assert scope.caller == Caller("000000000000", "eu-north-1")
