"""The control API below ``/_sandbox``: health, clock, reset, and each provider's inside.

GET                    /_sandbox/health
GET, POST              /_sandbox/clock                  {"advance_seconds": 3600}
POST                   /_sandbox/reset
GET, DELETE            /_sandbox/{provider}/requests    ?method= &path= &since= &limit=
GET, POST, PUT, DELETE /_sandbox/{provider}/faults      and GET, DELETE .../faults/{id}
GET, PUT               /_sandbox/{provider}/settings
GET                    /_sandbox/{provider}/{listing}   for PayPal: payouts, orders, captures
POST                   /_sandbox/{provider}/{listing}/{id}/{action}   PayPal: orders/{id}/approve
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router

from fault_injection.fields import FaultRuleError
from fault_injection.rules import UnknownFaultRuleError
from sandbox_mocks.server.control_errors import ControlError, bad_request
from sandbox_mocks.server.journal_query import journal_filter
from sandbox_mocks.shared.clock import internet_time
from sandbox_mocks.shared.json_documents import MalformedJsonError, read_json, write_json
from sandbox_mocks.shared.model import ActionError, SettingError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from fault_injection.holding import HeldRequests
    from sandbox_mocks.shared.sandbox import ProviderSandbox, Sandboxes

    Endpoint = Callable[[Request], Awaitable[Response]]

ROOT = "/_sandbox"


def _json(document: Any, status: int = 200) -> Response:
    return Response(write_json(document), status, media_type="application/json")


async def _read(request: Request) -> Any:
    try:
        return read_json(await request.body())
    except MalformedJsonError as error:
        raise bad_request("body", f"must be a JSON document: {error}") from error


class Control:
    """Answers the control API for some sandboxes."""

    def __init__(self, sandboxes: Sandboxes, held: HeldRequests) -> None:
        self._sandboxes = sandboxes
        self._held = held
        provider = ROOT + "/{provider}"
        self.router = Router(
            [
                self._route(ROOT + "/health", GET=self._health),
                self._route(ROOT + "/clock", GET=self._clock, POST=self._advance_clock),
                self._route(ROOT + "/reset", POST=self._reset),
                self._route(
                    provider + "/requests", GET=self._requests, DELETE=self._clear_requests
                ),
                self._route(
                    provider + "/faults",
                    GET=self._faults,
                    POST=self._add_faults,
                    PUT=self._replace_faults,
                    DELETE=self._clear_faults,
                ),
                self._route(
                    provider + "/faults/{rule}", GET=self._fault, DELETE=self._remove_fault
                ),
                self._route(provider + "/settings", GET=self._settings, PUT=self._change_settings),
                self._route(provider + "/{listing}", GET=self._listing),
                self._route(provider + "/{listing}/{id}/{action}", POST=self._act),
                self._route("/{path:path}", GET=self._unknown),
            ]
        )

    def _route(self, path: str, **endpoints: Endpoint) -> Route:
        async def answer(request: Request) -> Response:
            method = "GET" if request.method == "HEAD" else request.method
            endpoint = endpoints.get(method)
            if endpoint is None:
                allowed = ", ".join(endpoints)
                message = f"{request.method} is not served here; {allowed} is"
                document = {"error": "MethodNotAllowed", "message": message}
                return _json(document, 405)
            try:
                return await endpoint(request)
            except ControlError as error:
                return _json(error.document, error.status)
            except FaultRuleError as error:
                return _json(error.document(), 400)
            except ActionError as error:
                shown = {"error": "ActionRefused", "message": error.message}
                return _json(shown, error.status)
            except SettingError as error:
                shown = {"error": "BadSetting", "field": error.field, "message": error.message}
                return _json(shown, 400)

        methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
        return Route(path, answer, methods=methods)

    def _provider(self, request: Request) -> ProviderSandbox:
        name = request.path_params["provider"]
        provider = self._sandboxes.providers.get(name)
        if provider is None:
            served = ", ".join(self._sandboxes.providers)
            message = f"there is no sandbox {name!r} here; served: {served}"
            raise ControlError(404, {"error": "UnknownSandbox", "message": message})
        return provider

    async def _unknown(self, request: Request) -> Response:
        message = f"{request.url.path} is not part of the control API"
        return _json({"error": "NotFound", "message": message}, 404)

    async def _health(self, _request: Request) -> Response:
        providers = list(self._sandboxes.providers)
        return _json({"status": "ok", "providers": providers, **self._time()})

    async def _clock(self, _request: Request) -> Response:
        return _json(self._time())

    def _time(self) -> dict[str, Any]:
        clock = self._sandboxes.clock
        return {"time": internet_time(clock.now()), "offset_seconds": clock.offset}

    async def _advance_clock(self, request: Request) -> Response:
        document = await _read(request)
        known = isinstance(document, dict) and set(document) == {"advance_seconds"}
        if not known:
            raise bad_request("advance_seconds", "is required, and nothing else is known")
        seconds = document["advance_seconds"]
        number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
        if not number or not 0 <= seconds <= 10 * 366 * 86_400:
            raise bad_request("advance_seconds", "must be a number from 0 to ten years")
        self._sandboxes.clock.advance(seconds)
        return _json(self._time())

    async def _reset(self, _request: Request) -> Response:
        # A delayed request must not do its work on the state of whoever comes next.
        self._held.release()
        self._sandboxes.reset()
        return _json({"status": "reset", **self._time()})

    async def _requests(self, request: Request) -> Response:
        journal = self._provider(request).journal
        entries = journal.select(journal_filter(request))
        return _json([entry.document() for entry in entries])

    async def _clear_requests(self, request: Request) -> Response:
        self._provider(request).journal.clear()
        return Response(status_code=204)

    async def _faults(self, request: Request) -> Response:
        return _json(self._provider(request).faults.describe())

    async def _add_faults(self, request: Request) -> Response:
        faults = self._provider(request).faults
        document = await _read(request)
        if isinstance(document, list):
            return _json([rule.describe() for rule in faults.add_all(document)], 201)
        return _json(faults.add(document).describe(), 201)

    async def _replace_faults(self, request: Request) -> Response:
        document = await _read(request)
        if not isinstance(document, list):
            raise FaultRuleError("rules", "must be a list of rules", "a list")
        rules = self._provider(request).faults.replace(document)
        return _json([rule.describe() for rule in rules])

    async def _clear_faults(self, request: Request) -> Response:
        self._provider(request).faults.clear()
        return Response(status_code=204)

    async def _fault(self, request: Request) -> Response:
        faults = self._provider(request).faults
        try:
            return _json(faults.rule(request.path_params["rule"]).describe())
        except UnknownFaultRuleError as error:
            raise _unknown_rule(error) from error

    async def _remove_fault(self, request: Request) -> Response:
        try:
            self._provider(request).faults.remove(request.path_params["rule"])
        except UnknownFaultRuleError as error:
            raise _unknown_rule(error) from error
        return Response(status_code=204)

    async def _settings(self, request: Request) -> Response:
        return _json(self._provider(request).model.settings())

    async def _change_settings(self, request: Request) -> Response:
        model = self._provider(request).model
        document = await _read(request)
        if not isinstance(document, dict):
            raise bad_request("body", "must be an object of settings")
        model.change_settings(document)
        return _json(model.settings())

    async def _listing(self, request: Request) -> Response:
        listings = self._provider(request).model.listings()
        name = request.path_params["listing"]
        if name not in listings:
            known = ", ".join(["requests", "faults", "settings", *listings])
            message = f"there is no {name!r} to look at; known: {known}"
            raise ControlError(404, {"error": "NotFound", "message": message})
        wanted = dict(request.query_params)
        rows = [
            row
            for row in listings[name]()
            if all(str(row.get(field)) == value for field, value in wanted.items())
        ]
        return _json(rows)

    async def _act(self, request: Request) -> Response:
        model = self._provider(request).model
        wanted = request.path_params
        action = model.actions().get((wanted["listing"], wanted["action"]))
        if action is None:
            known = ", ".join(f"{listing}/{{id}}/{name}" for listing, name in model.actions())
            message = f"{request.url.path} is nothing to do here; known: {known or 'nothing'}"
            raise ControlError(404, {"error": "NotFound", "message": message})
        document = await _read(request) if await request.body() else None
        base_url = f"{request.url.scheme}://{request.url.netloc}/{model.name}"
        return _json(action(wanted["id"], document, base_url))


def _unknown_rule(error: UnknownFaultRuleError) -> ControlError:
    message = f"there is no fault rule {error.args[0]!r}"
    return ControlError(404, {"error": "UnknownFaultRule", "message": message})
