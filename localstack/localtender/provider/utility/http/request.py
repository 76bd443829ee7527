"""The data source ``http``: one request, made while planning."""

from __future__ import annotations

import base64
import ssl
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPException
from typing import Final
from urllib.parse import urlsplit

from localtender.provider.call import Call
from localtender.provider.checks import between, matches, one_of
from localtender.provider.errors import InvalidArgumentError, OperationError
from localtender.provider.schema.model import Block, NestedBlock
from localtender.provider.utility.arguments import conflicting
from localtender.provider.utility.declared import (
    KEEPERS,
    UtilityDataSource,
    computed,
    optional,
    required,
)
from localtender.provider.values import UNKNOWN, Values

_SHORTEST_DELAY_MS: Final = 1_000
_LONGEST_DELAY_MS: Final = 30_000
_MOST: Final = 1 << 40
_NOT_IMPLEMENTED: Final = 501
_SERVER_ERROR: Final = 500


class Http(UtilityDataSource):
    """``http``; a status of 500 and above (but 501) is tried again, and then a failure."""

    type_name = "http"
    schema = Block(
        {
            "body": computed(),
            "ca_cert_pem": optional(),
            "client_cert_pem": optional(),
            "client_key_pem": optional(),
            "id": computed(),
            "insecure": optional("bool"),
            "method": optional(),
            "request_body": optional(),
            "request_headers": optional(KEEPERS),
            "request_timeout_ms": optional("number"),
            "response_body": computed(),
            "response_body_base64": computed(),
            "response_headers": computed(KEEPERS),
            "response_is_sensitive": optional("bool"),
            "sensitive_response_body": computed(),
            "status_code": computed("number"),
            "url": required(),
        },
        {
            "retry": NestedBlock(
                "single",
                Block(
                    {
                        "attempts": optional("number"),
                        "max_delay_ms": optional("number"),
                        "min_delay_ms": optional("number"),
                    }
                ),
            )
        },
    )
    sensitive = ("sensitive_response_body",)
    checks = {
        "method": one_of("GET", "HEAD", "POST"),
        "request_timeout_ms": between(1, _MOST),
        "retry.attempts": between(0, _MOST),
        "retry.max_delay_ms": between(0, _MOST),
        "retry.min_delay_ms": between(0, _MOST),
        "url": matches(r"(?i:https?)://.+", "expected an http or https URL"),
    }

    def validate(self, config: Values) -> Iterable[InvalidArgumentError]:
        """Hold the arguments about TLS to each other."""
        yield from conflicting(config, "ca_cert_pem", ("insecure",))
        pair = [config["client_cert_pem"], config["client_key_pem"]]
        if UNKNOWN not in pair and pair.count(None) == 1:
            yield InvalidArgumentError("client_cert_pem", "goes together with client_key_pem")

    def read(self, call: Call, config: Values) -> Values:
        """Make the request."""
        answer = _with_retries(call, config)
        try:
            text = answer.body.decode()
        except UnicodeDecodeError:
            call.warn(
                "the response body is not UTF-8",
                f"{config['url']} answered with something else; use response_body_base64.",
            )
            text = answer.body.decode(errors="replace")
        return {
            "body": text,
            "id": config["url"],
            "response_body": text,
            "response_body_base64": base64.b64encode(answer.body).decode(),
            "response_headers": answer.headers,
            "sensitive_response_body": text if config["response_is_sensitive"] else None,
            "status_code": answer.status,
        }


@dataclass(frozen=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


def _with_retries(call: Call, config: Values) -> _Answer:
    retry = config["retry"] or {}
    attempts = 1 + (retry.get("attempts") or 0)
    delay = _either(retry.get("min_delay_ms"), _SHORTEST_DELAY_MS)
    longest = _either(retry.get("max_delay_ms"), _LONGEST_DELAY_MS)
    environment = call.caller_environment()
    problem = ""
    for attempt in range(attempts):
        if attempt:
            call.pause(min(delay * 2 ** (attempt - 1), longest) / 1000)
        try:
            answer = _answer(config, environment)
        except (OSError, HTTPException) as failure:
            problem = str(getattr(failure, "reason", None) or failure)
            continue
        if answer.status < _SERVER_ERROR or answer.status == _NOT_IMPLEMENTED:
            return answer
        problem = f"unexpected HTTP status {answer.status}"
    method = config["method"] or "GET"
    raise OperationError(
        f"{method} {config['url']} giving up after {attempts} attempt(s): {problem}"
    )


def _answer(config: Values, environment: Mapping[str, str]) -> _Answer:
    body = config["request_body"]
    request = urllib.request.Request(
        config["url"],
        data=None if body is None else body.encode(),
        headers=config["request_headers"] or {},
        method=config["method"] or "GET",
    )
    timeout = config["request_timeout_ms"]
    with _tls(config) as context:
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler(_proxies(config["url"], environment)),
            urllib.request.HTTPSHandler(context=context),
        )
        try:
            with opener.open(request, timeout=timeout / 1000 if timeout else None) as response:
                return _Answer(response.status, _headers(response.headers), response.read())
        except urllib.error.HTTPError as failure:
            with failure:
                return _Answer(failure.code, _headers(failure.headers), failure.read())


@contextmanager
def _tls(config: Values) -> Iterator[ssl.SSLContext]:
    context = ssl.create_default_context(cadata=config["ca_cert_pem"])
    if config["insecure"]:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if config["client_cert_pem"]:
        # The ssl module reads certificates of its own side from files only.
        with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
            file.write(f"{config['client_cert_pem']}\n{config['client_key_pem']}")
            file.flush()
            context.load_cert_chain(file.name)
    yield context


def _proxies(url: str, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the proxies of Terraform's environment, none where it excepts the host."""
    variables = {
        name.lower().removesuffix("_proxy"): value
        for name, value in sorted(environment.items())
        if name.lower().endswith("_proxy") and value
    }
    host = urlsplit(url).netloc.rpartition("@")[2]
    excepted = urllib.request.proxy_bypass_environment(host, variables)  # type: ignore[attr-defined]
    if excepted or urlsplit(url).hostname in ("localhost", "127.0.0.1", "::1"):
        return {}
    return {scheme: variables[scheme] for scheme in ("http", "https") if scheme in variables}


def _headers(headers: Message) -> dict[str, str]:
    """Return the headers under canonical names, repeated ones joined."""
    found: dict[str, list[str]] = {}
    for name, value in headers.items():
        canonical = "-".join(part.capitalize() for part in name.split("-"))
        found.setdefault(canonical, []).append(value)
    return {name: ", ".join(values) for name, values in found.items()}


def _either(value: int | None, default: int) -> int:
    return default if value is None else value
