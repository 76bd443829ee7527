from __future__ import annotations

import urllib.request

import pytest

from localtender.harness.loopback_proxy import curl_options, loopback_without_proxy


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "127.0.0.1,localhost"),
        ({"no_proxy": "a.example, b.example"}, "127.0.0.1,localhost,a.example,b.example"),
        ({"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}, "127.0.0.1,localhost"),
        ({"NO_PROXY": "*"}, "*"),
    ],
)
def test_this_machine_is_added_to_what_goes_without_a_proxy(
    environment: dict[str, str], expected: str
) -> None:
    assert loopback_without_proxy(environment) == {"NO_PROXY": expected, "no_proxy": expected}


def test_python_s_own_clients_follow_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    for name, value in loopback_without_proxy({}).items():
        monkeypatch.setenv(name, value)
    assert urllib.request.proxy_bypass("127.0.0.1:4566")
    assert not urllib.request.proxy_bypass("api.example")


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, ""),
        ({"http_proxy": "http://p:1"}, "--noproxy 127.0.0.1 "),
        # curl reads the upper-case name of this one for no scheme but https.
        ({"HTTP_PROXY": "http://p:1"}, ""),
        ({"ALL_PROXY": "socks5://p:1"}, "--noproxy 127.0.0.1 "),
        ({"http_proxy": "http://p:1", "NO_PROXY": "127.0.0.1,x"}, ""),
    ],
)
def test_a_printed_curl_goes_round_the_proxy_where_there_is_one(
    environment: dict[str, str], expected: str
) -> None:
    assert curl_options(environment) == expected
