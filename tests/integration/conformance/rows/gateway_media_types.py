"""Binary bodies, content types and compression."""

from __future__ import annotations

import base64
import gzip

from tests.integration.conformance import documentation as docs
from tests.integration.conformance.laboratory import MOCK, Laboratory
from tests.integration.conformance.observing import said
from tests.integration.conformance.row import Area
from tests.rest_api_workshop import DeployedRestApi

AREA = Area("API Gateway: media types")

PICTURE = bytes(range(256))


@AREA.row(
    "A content type without template where passing through is `NEVER`",
    aws='415 {"message": "Unsupported Media Type"}',
    source=docs.PASSTHROUGH,
)
def never(lab: Laboratory) -> str:
    return said(_passing(lab, "NEVER").post("/", data="a", headers={"Content-Type": "text/plain"}))


@AREA.row(
    "A content type without template where passing through is `WHEN_NO_TEMPLATES`",
    aws='415 {"message": "Unsupported Media Type"}',
    source=docs.PASSTHROUGH,
)
def when_no_templates(lab: Laboratory) -> str:
    api = _passing(lab, "WHEN_NO_TEMPLATES")
    return said(api.post("/", data="a", headers={"Content-Type": "text/plain"}))


@AREA.row("No content type is `application/json`", aws="200", source=docs.PASSTHROUGH)
def no_content_type(lab: Laboratory) -> str:
    return str(_passing(lab, "NEVER").post("/", data="{}").status_code)


def _passing(lab: Laboratory, behaviour: str) -> DeployedRestApi:
    api = lab.rest_api({})
    api.method("POST /", {**MOCK, "passthroughBehavior": behaviour})
    lab.answers(api, "POST /", "200")
    api.deploy()
    return api


def _binary_api(lab: Laboratory, *types: str) -> DeployedRestApi:
    def make() -> DeployedRestApi:
        return lab.shared.rest_api({"POST /": lab.obedient()}, binaryMediaTypes=list(types))

    return lab.stack.keep(("binary", types), make)


@AREA.row(
    "A binary body comes to the function as base64",
    aws="true, the same bytes",
    source=docs.BINARY_MEDIA_TYPES,
)
def binary_request(lab: Laboratory) -> str:
    api = _binary_api(lab, "image/*")
    event = api.post("/", data=PICTURE, headers={"Content-Type": "image/png"}).json()
    told = str(event["isBase64Encoded"]).lower()
    same = event["isBase64Encoded"] and base64.b64decode(event["body"]) == PICTURE
    return f"{told}, {'the same bytes' if same else 'other bytes'}"


@AREA.row(
    "A body of another type comes as text beside a binary type",
    aws="false, a",
    source=docs.BINARY_MEDIA_TYPES,
)
def text_request(lab: Laboratory) -> str:
    api = _binary_api(lab, "image/*")
    event = api.post("/", data="a", headers={"Content-Type": "text/plain"}).json()
    return f"{str(event['isBase64Encoded']).lower()}, {event['body']}"


def _returned_picture(api: DeployedRestApi, accept: str) -> str:
    order = {
        "result": {
            "statusCode": 200,
            "headers": {"Content-Type": "image/png"},
            "isBase64Encoded": True,
            "body": base64.b64encode(PICTURE).decode(),
        }
    }
    answer = api.post("/", json=order, headers={"Accept": accept})
    if answer.content == PICTURE:
        return "the bytes"
    return "base64" if answer.text == order["result"]["body"] else said(answer)


@AREA.row(
    "A base64 answer to a client that accepts a binary type",
    aws="the bytes",
    source=docs.BINARY_MEDIA_TYPES,
)
def binary_answer(lab: Laboratory) -> str:
    return _returned_picture(_binary_api(lab, "image/png"), "image/png")


@AREA.row(
    "A base64 answer to a client that accepts another type",
    aws="base64",
    source=docs.BINARY_MEDIA_TYPES,
)
def not_accepted_answer(lab: Laboratory) -> str:
    return _returned_picture(_binary_api(lab, "image/png"), "text/html")


@AREA.row("A base64 answer where `*/*` is binary", aws="the bytes", source=docs.BINARY_MEDIA_TYPES)
def everything_is_binary(lab: Laboratory) -> str:
    return _returned_picture(_binary_api(lab, "*/*"), "text/html")


@AREA.row(
    "An answer above `minimumCompressionSize` to a client that accepts gzip",
    aws="gzip, the same text",
    source=docs.COMPRESSION,
)
def compressed(lab: Laboratory) -> str:
    api = lab.rest_api({"POST /": lab.obedient()}, minimumCompressionSize=100)
    answer = api.post("/", json={"size": 1000}, headers={"Accept-Encoding": "gzip"})
    same = "the same text" if answer.text == "x" * 1000 else "another text"
    return f"{answer.headers.get('Content-Encoding', 'not compressed')}, {same}"


@AREA.row("An answer below `minimumCompressionSize`", aws="not compressed", source=docs.COMPRESSION)
def not_compressed(lab: Laboratory) -> str:
    api = lab.rest_api({"POST /": lab.obedient()}, minimumCompressionSize=100)
    answer = api.post("/", json={"size": 10}, headers={"Accept-Encoding": "gzip"})
    return answer.headers.get("Content-Encoding", "not compressed")


@AREA.row(
    "A gzip request of an API with `minimumCompressionSize`",
    aws="the text",
    source=docs.COMPRESSION,
)
def decompressed(lab: Laboratory) -> str:
    api = lab.rest_api({"POST /": lab.obedient()}, minimumCompressionSize=0)
    headers = {"Content-Encoding": "gzip", "Content-Type": "text/plain"}
    event = api.post("/", data=gzip.compress(b"hello"), headers=headers).json()
    return "the text" if event["body"] == "hello" else "the compressed bytes"


def _converting(lab: Laboratory, template: str, *, request: str, response: str) -> DeployedRestApi:
    """An API with `image/png` binary whose MOCK answers with a template of the request's body."""
    api = lab.rest_api({}, binaryMediaTypes=["image/png"])
    keeping = f'#set($context.requestOverride.path.kept = {template}){{"statusCode": 200}}'
    templates = {"image/png": keeping, "application/json": keeping}
    api.method(
        "POST /", {"type": "MOCK", "requestTemplates": templates, "contentHandling": request}
    )
    lab.answers(
        api,
        "POST /",
        "200",
        responseTemplates={"application/json": "$context.requestOverride.path.kept"},
        contentHandling=response,
    )
    api.deploy()
    return api


@AREA.row(
    "A binary body in a template with `CONVERT_TO_TEXT`",
    aws="its base64",
    source=docs.CONTENT_CONVERSIONS,
)
def request_to_text(lab: Laboratory) -> str:
    api = _converting(lab, "$input.body", request="CONVERT_TO_TEXT", response="CONVERT_TO_TEXT")
    answer = api.post("/", data=PICTURE, headers={"Content-Type": "image/png"})
    return "its base64" if answer.content == base64.b64encode(PICTURE) else said(answer)


@AREA.row(
    "A text answer with `CONVERT_TO_BINARY`",
    aws="the bytes",
    source=docs.CONTENT_CONVERSIONS,
)
def response_to_binary(lab: Laboratory) -> str:
    text = base64.b64encode(PICTURE).decode()
    api = _converting(lab, f'"{text}"', request="CONVERT_TO_TEXT", response="CONVERT_TO_BINARY")
    answer = api.post("/", data="{}", headers={"Content-Type": "application/json"})
    return "the bytes" if answer.content == PICTURE else said(answer)
