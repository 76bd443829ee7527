from __future__ import annotations

import gzip
import zlib

import pytest

from tests.unit.edge.gateway.in_process import FUNCTION_ARN, Api, Gateway


@pytest.fixture
def api(gateway: Gateway) -> Api:
    gateway.functions.handlers[FUNCTION_ARN] = lambda event: {"body": event["body"]}
    api = gateway.rest_api(minimumCompressionSize=10)
    api.method("/", "POST")
    api.deploy()
    return api


def test_a_long_answer_is_compressed_for_who_accepts_it(api: Api) -> None:
    body = "x" * 100

    packed = api.call("/", "POST", body=body, headers={"Accept-Encoding": "br, gzip;q=0.5"})
    deflated = api.call("/", "POST", body=body, headers={"Accept-Encoding": "deflate"})
    plain = api.call("/", "POST", body=body)

    assert (packed.headers["content-encoding"], gzip.decompress(packed.body)) == (
        "gzip",
        body.encode(),
    )
    assert zlib.decompress(deflated.body) == body.encode()
    assert (plain.body, "content-encoding" in plain.headers) == (body.encode(), False)


def test_a_short_answer_is_not(api: Api) -> None:
    answer = api.call("/", "POST", body="short", headers={"Accept-Encoding": "gzip"})

    assert answer.body == b"short"


def test_a_compressed_request_is_unpacked(gateway: Gateway, api: Api) -> None:
    headers = {"Content-Encoding": "gzip"}

    assert api.call("/", "POST", body=gzip.compress(b"data"), headers=headers).body == b"data"
    assert "Content-Encoding" not in gateway.functions.events[0]["headers"]
    assert api.call("/", "POST", body=b"not gzip", headers=headers).status == 400
    truncated = gzip.compress(b"data")[:-4]
    assert api.call("/", "POST", body=truncated, headers=headers).status == 400
    bomb = gzip.compress(b"0" * (10 * 1024 * 1024 + 1))
    assert api.call("/", "POST", body=bomb, headers=headers).status == 413
    assert api.call("/", "POST", body=b"x", headers={"Content-Encoding": "br"}).status == 415


def test_without_a_minimum_size_nothing_is_touched(gateway: Gateway) -> None:
    gateway.functions.handlers[FUNCTION_ARN] = lambda event: {"body": "x" * 100}
    api = gateway.rest_api()
    api.method("/")
    api.deploy()

    answer = api.call("/", headers={"Accept-Encoding": "gzip"})

    assert answer.body == b"x" * 100
