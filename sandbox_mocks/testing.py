"""The sandboxes inside a unit test, through the ``responses`` library, without a socket.

    model = PayPalModel()
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        sandbox = register(mock, model, "https://api-m.sandbox.paypal.com")
        sandbox.faults.add({"kind": "reset", "when": "after", "nth": 1})
        ...                                       # what is under test calls with requests
        assert len(sandbox.journal) == 2

Faults work as over HTTP, but no time passes: what would take longer than the caller's read
time-out raises ``requests.exceptions.ReadTimeout`` at once, and shorter delays advance the clock.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

import requests

from fault_injection.effects import Hold, Reset, Truncate, Wait
from sandbox_mocks.shared.faults.answers import Reply, Rewrite
from sandbox_mocks.shared.messages import Answer, Request
from sandbox_mocks.shared.sandbox import ProviderSandbox

if TYPE_CHECKING:
    from collections.abc import Iterable

    import responses

    from fault_injection.effects import Action
    from fault_injection.rules import FiredFault
    from sandbox_mocks.shared.model import ProviderModel

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_Result = tuple[int, dict[str, str], bytes]


def register(mock: responses.RequestsMock, model: ProviderModel, base_url: str) -> ProviderSandbox:
    """Answer all requests below ``base_url`` with the model; return its journal and faults."""
    base_url = base_url.rstrip("/")
    sandbox = ProviderSandbox(model)
    transport = _InProcess(sandbox, base_url)
    for method in _METHODS:
        mock.add_callback(
            method,
            re.compile(re.escape(base_url) + r"(?:/|\?|$)"),
            callback=transport,
            content_type=None,
        )
    return sandbox


class _InProcess:
    def __init__(self, sandbox: ProviderSandbox, base_url: str) -> None:
        self._sandbox = sandbox
        self._base_url = base_url
        self._clock = sandbox.model.clock

    def __call__(self, prepared: requests.PreparedRequest) -> _Result:
        request = _read(prepared, self._base_url)
        faults = self._sandbox.fire(request)
        started = self._clock.now()
        entry = self._sandbox.journal.begin(started, request, faults)
        call = _Call(self._sandbox.model, request.path, _read_timeout(prepared))
        try:
            answer = call.make(request, faults)
        finally:
            self._sandbox.journal.complete(
                entry,
                call.answer,
                delivered=call.delivered,
                duration_ms=(self._clock.now() - started) * 1000,
            )
        return answer.status, dict(answer.headers), answer.body


class _Call:
    """One call under its faults; ``delivered`` once the client has the answer."""

    def __init__(self, model: ProviderModel, path: str, timeout: float | None) -> None:
        self.answer: Answer | None = None
        self.delivered = False
        self._model = model
        self._path = path
        self._timeout = timeout
        self._waited = 0.0

    def make(self, request: Request, faults: tuple[FiredFault, ...]) -> Answer:
        self._carry_out(fault.effect.action for fault in faults if fault.effect.when == "before")
        if self.answer is None:
            self.answer = self._model.handle(request)
        self._carry_out(fault.effect.action for fault in faults if fault.effect.when == "after")
        if self._timeout is not None and self._waited >= self._timeout:
            # The provider did its work meanwhile; only the client has given up.
            raise requests.exceptions.ReadTimeout(f"Read timed out. (read timeout={self._timeout})")
        self.delivered = True
        return self.answer

    def _carry_out(self, actions: Iterable[Action]) -> None:
        for action in actions:
            match action:
                case Wait(seconds):
                    self._waited += seconds
                    self._model.clock.advance(seconds)
                case Hold(seconds):
                    if self._timeout is not None and self._timeout <= seconds:
                        raise requests.exceptions.ReadTimeout(
                            f"Read timed out. (read timeout={self._timeout})"
                        )
                    self._model.clock.advance(seconds)
                    raise _reset()
                case Reset():
                    raise _reset()
                case Truncate():
                    raise requests.exceptions.ChunkedEncodingError("IncompleteRead")
                case Reply(status, headers, body):
                    self.answer = self._model.fault_answer(status, headers, body, path=self._path)
                case Rewrite(rewrite) if self.answer is not None:
                    before = self.answer
                    self.answer = Answer(before.status, before.headers, rewrite(before.body))


def _reset() -> requests.exceptions.ConnectionError:
    cause = ConnectionResetError(104, "Connection reset by peer")
    return requests.exceptions.ConnectionError("Connection aborted.", cause)


def _read(prepared: requests.PreparedRequest, base_url: str) -> Request:
    url = prepared.url or base_url
    parts = urlsplit(url)
    path = parts.path[len(urlsplit(base_url).path) :]
    body = prepared.body or b""
    return Request(
        method=prepared.method or "GET",
        path=unquote(path) or "/",
        query=tuple(parse_qsl(parts.query, keep_blank_values=True)),
        headers=tuple((name, str(value)) for name, value in prepared.headers.items()),
        body=body.encode() if isinstance(body, str) else body,
        base_url=base_url,
    )


def _read_timeout(prepared: requests.PreparedRequest) -> float | None:
    # responses keeps what the caller passed to requests beside the prepared request.
    timeout = getattr(prepared, "req_kwargs", {}).get("timeout")
    if isinstance(timeout, tuple):
        timeout = timeout[1]
    return None if timeout is None else float(timeout)
