"""Answers of query services (Amazon SQS, SNS) in the JSON form that API Gateway asks them for.

These services write JSON where a request accepts it, which is how templates read
`$input.path('$.SendMessageResponse.SendMessageResult.MessageId')`, recorded on AWS in LocalStack's
`test_apigateway_sqs.snapshot.json`. An engine that knows XML only is translated.
"""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

_LISTED = ("member", "entry")


def as_json(body: bytes) -> bytes:
    """The answer as JSON; one that is no XML document is left as it is."""
    try:
        root = ElementTree.fromstring(body)
    except ElementTree.ParseError:
        return body
    name = _name(root)
    value = _value(root)
    if name == "ReceiveMessageResponse":
        _rename_messages(value)
    document = value if name == "ErrorResponse" else {name: value}
    return json.dumps(document, separators=(",", ":")).encode()


def _rename_messages(answer: Any) -> None:
    # Amazon SQS names its messages differently in its two forms; none at all is null in JSON.
    found = (answer.get("ReceiveMessageResult") or {}).get("Message")
    listed = found if isinstance(found, list) or found is None else [found]
    answer["ReceiveMessageResult"] = {"messages": listed}


def _value(element: ElementTree.Element) -> Any:
    if len(element) == 0:
        return element.text
    members: dict[str, Any] = {}
    for child in element:
        name = _name(child)
        value = _value(child)
        if name in _LISTED or name in members:
            known = members.get(name, [])
            members[name] = [*(known if isinstance(known, list) else [known]), value]
        else:
            members[name] = value
    return members["member"] if list(members) == ["member"] else members


def _name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]
