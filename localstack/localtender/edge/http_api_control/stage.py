"""The stage before the engine's API Gateway V2 that answers for what the engine leaves out.

After the API Gateway V2 API reference: maps of an update are merged with what is there, entries
are removed by sending them empty or by operations of their own.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import unquote

from localtender.edge.asgi_messages import send_response
from localtender.edge.http_api_control.descriptions import described_api
from localtender.edge.http_api_control.kept_members import Document, KeptMembers
from localtender.edge.http_api_control.made_apis import MadeApis
from localtender.edge.protocol.error_answers import error_answer
from localtender.edge.protocol.errors import ServiceError
from localtender.edge.protocol.messages import HttpResponse
from localtender.edge.protocol.service_calls import ServiceCall
from localtender.edge.stages import Arrival, Onward, answered
from localtender.engines.client import EngineCallError, EngineClient
from localtender.engines.port import Send

_Answering = Callable[[ServiceCall, Arrival, Onward], Awaitable[HttpResponse]]
_NOTHING: Final = HttpResponse(204, (), b"")
_IDENTIFIERS: Final = {
    "apimappings": "apiMappingId",
    "apis": "apiId",
    "authorizers": "authorizerId",
    "deployments": "deploymentId",
    "domainnames": "domainName",
    "integrationresponses": "integrationResponseId",
    "integrations": "integrationId",
    "routeresponses": "routeResponseId",
    "routes": "routeId",
    "stages": "stageName",
}
# Maps that an update adds to, with the value that removes an entry.
_MERGED: Final[Mapping[str, Mapping[str, Any]]] = {
    "UpdateIntegration": {"requestParameters": "", "responseParameters": {}},
    "UpdateRoute": {"requestParameters": None},
    "UpdateStage": {"routeSettings": None, "stageVariables": ""},
}


class HttpApiStage:
    """Answers or completes what concerns HTTP and WebSocket APIs."""

    def __init__(self, client: EngineClient, kept: KeptMembers) -> None:
        self._kept = kept
        self._apis = MadeApis(client, kept)
        self._answers: dict[str, _Answering] = {
            "CreateApi": self._create_api,
            "DeleteAccessLogSettings": self._delete_access_log_settings,
            "DeleteRouteRequestParameter": self._delete_route_request_parameter,
            "DeleteRouteSettings": self._delete_route_settings,
            "ImportApi": self._import_api,
            "ReimportApi": self._reimport_api,
            "UpdateDeployment": self._update_deployment,
        }

    async def serve(self, arrival: Arrival, send: Send, onward: Onward) -> None:
        """Answer, or have the request answered by the engine."""
        call = arrival.call
        if call is None or call.service != "apigatewayv2":
            await onward(arrival, send)
            return
        answer = self._answers.get(call.name, self._completed)
        try:
            response = await answer(call, arrival, onward)
        except EngineCallError as failure:
            error = ServiceError(failure.code, failure.message, failure.status)
            response = error_answer(call, error)
        except ServiceError as error:
            response = error_answer(call, error)
        await send_response(response, send, head=False)

    async def _completed(self, call: ServiceCall, arrival: Arrival, onward: Onward) -> HttpResponse:
        caller, method, path = arrival.identity.caller, arrival.request.method, _path(arrival)
        if method == "PATCH" and call.name in _MERGED:
            arrival = await _merged(call.name, arrival, onward)
        response = await answered(arrival, onward)
        if response.status >= 300:
            return response
        if method == "DELETE":
            self._kept.forget(caller, path)
            return response
        answer = _document(response.body)
        collection = path.rpartition("/")[2]
        if method == "GET" and "items" in answer and collection in _IDENTIFIERS:
            name = _IDENTIFIERS[collection]
            items = [
                self._kept.completed(caller, f"{path}/{item[name]}", item)
                for item in answer["items"]
            ]
            return _with_document(response, {**answer, "items": items})
        sent, members = _document(arrival.body), _output_members(call)
        if method == "POST" and collection in _IDENTIFIERS:
            path = f"{path}/{answer[_IDENTIFIERS[collection]]}"
            self._kept.created(caller, path, sent, answer, members)
        elif method == "PATCH":
            self._kept.changed(caller, path, sent, answer, members)
        if not answer:
            return response
        return _with_document(response, self._kept.completed(caller, path, answer))

    async def _create_api(
        self, call: ServiceCall, arrival: Arrival, onward: Onward
    ) -> HttpResponse:
        response = await self._completed(call, arrival, onward)
        if response.status == 201 and call.parameters.get("Target"):
            api_id = _document(response.body)["apiId"]
            await self._apis.quick(arrival.identity.caller, api_id, call.parameters)
        return response

    async def _import_api(
        self, call: ServiceCall, arrival: Arrival, onward: Onward
    ) -> HttpResponse:
        described = described_api(call.parameters.get("Body", ""))
        api_id = await self._apis.import_new(arrival.identity.caller, described)
        return await self._api(f"/v2/apis/{api_id}", arrival, onward)

    async def _reimport_api(
        self, call: ServiceCall, arrival: Arrival, onward: Onward
    ) -> HttpResponse:
        api_id = call.parameters["ApiId"]
        described = described_api(call.parameters.get("Body", ""))
        await self._apis.ask(arrival.identity.caller, "GetApi", ApiId=api_id)
        await self._apis.import_again(arrival.identity.caller, api_id, described)
        return await self._api(f"/v2/apis/{api_id}", arrival, onward)

    async def _api(self, path: str, arrival: Arrival, onward: Onward) -> HttpResponse:
        found = await answered(_asking(arrival, path), onward)
        answer = self._kept.completed(
            arrival.identity.caller, path.strip("/"), _document(found.body)
        )
        return replace(_with_document(found, answer), status=201)

    async def _delete_access_log_settings(
        self, call: ServiceCall, arrival: Arrival, _onward: Onward
    ) -> HttpResponse:
        key = {name: call.parameters[name] for name in ("ApiId", "StageName")}
        caller = arrival.identity.caller
        await self._apis.ask(caller, "GetStage", **key)
        await self._apis.ask(caller, "UpdateStage", **key, AccessLogSettings={})
        return _NOTHING

    async def _delete_route_settings(
        self, call: ServiceCall, arrival: Arrival, _onward: Onward
    ) -> HttpResponse:
        key = {name: call.parameters[name] for name in ("ApiId", "StageName")}
        caller = arrival.identity.caller
        stage = await self._apis.ask(caller, "GetStage", **key)
        rest = _without(stage.get("RouteSettings"), call.parameters["RouteKey"])
        await self._apis.ask(caller, "UpdateStage", **key, RouteSettings=rest)
        return _NOTHING

    async def _delete_route_request_parameter(
        self, call: ServiceCall, arrival: Arrival, _onward: Onward
    ) -> HttpResponse:
        key = {name: call.parameters[name] for name in ("ApiId", "RouteId")}
        caller = arrival.identity.caller
        route = await self._apis.ask(caller, "GetRoute", **key)
        name = call.parameters["RequestParameterKey"]
        rest = _without(route.get("RequestParameters"), name)
        await self._apis.ask(caller, "UpdateRoute", **key, RequestParameters=rest)
        return _NOTHING

    async def _update_deployment(
        self, _call: ServiceCall, arrival: Arrival, onward: Onward
    ) -> HttpResponse:
        path, caller = _path(arrival), arrival.identity.caller
        found = await answered(_asking(arrival, arrival.request.raw_path), onward)
        if found.status != 200:
            return found
        description = _document(arrival.body).get("description")
        if description is not None:
            self._kept.add(caller, path, {"description": description})
        return _with_document(found, self._kept.completed(caller, path, _document(found.body)))


async def _merged(operation: str, arrival: Arrival, onward: Onward) -> Arrival:
    """The request with each map as it is to be in the end."""
    sent = _document(arrival.body)
    maps = {name: empty for name, empty in _MERGED[operation].items() if sent.get(name)}
    if not maps:
        return arrival
    found = await answered(_asking(arrival, arrival.request.raw_path), onward)
    present = _document(found.body) if found.status == 200 else {}
    for name, empty in maps.items():
        together = {**(present.get(name) or {}), **sent[name]}
        sent[name] = {key: value for key, value in together.items() if value != empty}
    return _with_body(arrival, json.dumps(sent).encode())


def _with_body(arrival: Arrival, body: bytes, *, method: str | None = None) -> Arrival:
    headers = [pair for pair in arrival.scope["headers"] if pair[0].lower() != b"content-length"]
    headers.append((b"content-length", str(len(body)).encode()))
    scope = {**arrival.scope, "headers": headers, "method": method or arrival.scope["method"]}
    return replace(arrival, scope=scope, body=body)


def _asking(arrival: Arrival, path: str) -> Arrival:
    """A request of the same caller for what is at a path."""
    asking = _with_body(arrival, b"", method="GET")
    place = {"path": unquote(path), "raw_path": path.encode("latin-1"), "query_string": b""}
    return replace(asking, scope={**asking.scope, **place})


def _path(arrival: Arrival) -> str:
    return unquote(arrival.request.raw_path).strip("/")


def _document(body: bytes) -> Document:
    try:
        document = json.loads(body)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _with_document(response: HttpResponse, document: Document) -> HttpResponse:
    return replace(response, body=json.dumps(document).encode())


def _output_members(call: ServiceCall) -> set[str]:
    shape = call.operation.output_shape
    if shape is None:
        return set()
    members = shape.members.items()
    return {member.serialization.get("name", name) for name, member in members}


def _without(entries: Mapping[str, Any] | None, key: str) -> dict[str, Any]:
    if key not in (entries or {}):
        raise ServiceError("NotFoundException", f"Unable to find {key}", 404)
    return {name: value for name, value in (entries or {}).items() if name != key}
