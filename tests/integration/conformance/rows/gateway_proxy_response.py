"""What a caller gets of a function's proxy response."""

from __future__ import annotations

import base64
from typing import Any

import requests

from tests.integration.conformance import documentation as docs
from tests.integration.conformance.laboratory import Laboratory
from tests.integration.conformance.observing import said
from tests.integration.conformance.row import Area

AREA = Area("API Gateway: the proxy response")


def returned(lab: Laboratory, result: dict[str, Any], **request: Any) -> requests.Response:
    """The answer to a request whose function returns this."""
    return lab.obedient_api().post("/", json={"result": result}, **request)


@AREA.row("Status and body", aws="418 short and stout", source=docs.PROXY_RESPONSE)
def status_and_body(lab: Laboratory) -> str:
    return said(returned(lab, {"statusCode": 418, "body": "short and stout"}))


@AREA.row("A status code that is a string", aws="201 (empty)", source=docs.PROXY_RESPONSE)
def status_as_text(lab: Laboratory) -> str:
    return said(returned(lab, {"statusCode": "201"}))


@AREA.row(
    "The content type where the function names none",
    aws="application/json",
    source=docs.PROXY_RESPONSE,
)
def default_content_type(lab: Laboratory) -> str:
    return str(returned(lab, {"statusCode": 200, "body": "{}"}).headers.get("Content-Type"))


@AREA.row("A header of the function's", aws="a", source=docs.PROXY_RESPONSE)
def own_header(lab: Laboratory) -> str:
    answer = returned(lab, {"statusCode": 200, "headers": {"X-Own": "a"}})
    return answer.headers.get("X-Own", "no such header")


@AREA.row("Two values of one header by `multiValueHeaders`", aws="a, b", source=docs.PROXY_RESPONSE)
def multi_value_headers(lab: Laboratory) -> str:
    answer = returned(lab, {"statusCode": 200, "multiValueHeaders": {"X-Own": ["a", "b"]}})
    return answer.headers.get("X-Own", "no such header")


@AREA.row("Two cookies by `multiValueHeaders`", aws="a=1; b=2", source=docs.PROXY_RESPONSE)
def two_cookies(lab: Laboratory) -> str:
    result = {"statusCode": 200, "multiValueHeaders": {"Set-Cookie": ["a=1", "b=2"]}}
    answer = requests.post(f"{lab.obedient_api().url}/", json={"result": result}, timeout=40)
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in answer.cookies)


@AREA.row(
    "Different values in `headers` and in `multiValueHeaders`",
    aws="a, b, c",
    source=docs.PROXY_RESPONSE,
)
def both_kinds_of_headers(lab: Laboratory) -> str:
    result = {"headers": {"X-Own": "a"}, "multiValueHeaders": {"X-Own": ["b", "c"]}}
    answer = returned(lab, {"statusCode": 200, **result})
    return answer.headers.get("X-Own", "no such header")


@AREA.row(
    "The same value in `headers` and in `multiValueHeaders`", aws="a, b", source=docs.PROXY_RESPONSE
)
def the_same_value_twice(lab: Laboratory) -> str:
    result = {"headers": {"X-Own": "a"}, "multiValueHeaders": {"X-Own": ["a", "b"]}}
    answer = returned(lab, {"statusCode": 200, **result})
    return answer.headers.get("X-Own", "no such header")


@AREA.row("A header value that is a truth value", aws="true", source=docs.RECORDED_PROXY_RESPONSES)
def header_value_true(lab: Laboratory) -> str:
    answer = returned(lab, {"statusCode": 200, "headers": {"X-True": True}})
    return answer.headers.get("X-True", "no such header")


@AREA.row("A header value that is a number", aws="502", source=docs.RECORDED_PROXY_RESPONSES)
def header_value_number(lab: Laboratory) -> str:
    return str(returned(lab, {"statusCode": 200, "headers": {"X-Number": 5}}).status_code)


@AREA.row("A header value with a line break", aws="502", source=docs.PROXY_RESPONSE)
def split_header(lab: Laboratory) -> str:
    answer = returned(lab, {"statusCode": 200, "headers": {"X-Own": "a\r\nSet-Cookie: b=1"}})
    return str(answer.status_code)


@AREA.row(
    "Headers that API Gateway adds",
    aws="X-Amzn-Trace-Id, x-amz-apigw-id, x-amzn-RequestId",
    source=docs.PROXY_RESPONSE,
)
def added_headers(lab: Laboratory) -> str:
    answer = returned(lab, {"statusCode": 200})
    known = ("X-Amzn-Trace-Id", "x-amz-apigw-id", "x-amzn-RequestId")
    return ", ".join(name for name in known if name in answer.headers) or "none of them"


@AREA.row(
    "Reserved headers of the function's are renamed",
    aws="x-amzn-remapped-authorization, x-amzn-remapped-www-authenticate",
    source=docs.KNOWN_ISSUES,
)
def remapped_headers(lab: Laboratory) -> str:
    own = {"Authorization": "a", "WWW-Authenticate": "Basic"}
    answer = returned(lab, {"statusCode": 200, "headers": own})
    names = sorted(name.lower() for name in answer.headers)
    return ", ".join(name for name in names if "auth" in name) or "no such headers"


@AREA.row(
    "A base64 body of an API without binary types", aws="200 AAEC", source=docs.BINARY_MEDIA_TYPES
)
def base64_without_binary_types(lab: Laboratory) -> str:
    encoded = base64.b64encode(bytes(range(3))).decode()
    result = {"statusCode": 200, "isBase64Encoded": True, "body": encoded}
    return said(returned(lab, result, headers={"Accept": "image/png"}))
