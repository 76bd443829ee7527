from __future__ import annotations

import pytest

from localtender.edge.faults.received_messages import read_messages, with_messages
from localtender.edge.protocol.messages import HttpResponse

_JSON = (("Content-Type", "application/x-amz-json-1.0"),)
_XML = (("Content-Type", "text/xml"),)
JSON = HttpResponse(200, _JSON, b'{"Messages": [{"Body": "a"}, {"Body": "b"}]}')
EMPTY_JSON = HttpResponse(200, _JSON, b"{}")
XML = HttpResponse(
    200,
    _XML,
    b"<ReceiveMessageResponse><ReceiveMessageResult><Message><Body>a</Body></Message>"
    b"<Message><Body>b\\1</Body></Message></ReceiveMessageResult></ReceiveMessageResponse>",
)
EMPTY_XML = HttpResponse(
    200, _XML, b"<ReceiveMessageResponse><ReceiveMessageResult/></ReceiveMessageResponse>"
)


@pytest.mark.parametrize(("full", "empty"), [(JSON, EMPTY_JSON), (XML, EMPTY_XML)])
def test_messages_move_between_answers_of_a_protocol(
    full: HttpResponse, empty: HttpResponse
) -> None:
    messages = read_messages(full)

    assert len(messages) == 2
    assert read_messages(empty) == []
    assert read_messages(with_messages(empty, messages)) == messages
    assert read_messages(with_messages(full, messages[::-1])) == messages[::-1]
    assert read_messages(with_messages(full, [])) == []
