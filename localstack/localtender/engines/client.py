"""Calls to the services of an engine through their public AWS API only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import httpx
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.model import ServiceModel
from botocore.parsers import create_parser
from botocore.serialize import create_serializer

from localtender.edge.protocol.models import ServiceModels

_TIMEOUT = {"timeout": httpx.Timeout(90.0).as_dict()}


class EngineCallError(Exception):
    """An engine's service answered with an error."""

    def __init__(self, service: str, operation: str, code: str, message: str, status: int) -> None:
        super().__init__(f"{service}.{operation}: {code}: {message}")
        self.operation = operation
        self.code = code
        self.message = message
        self.status = status


class EngineClient:
    """An asynchronous client of every AWS service that an engine offers.

    Requests are serialised and answers parsed by botocore from AWS's models; the bytes go by any
    httpx transport: in process to an ASGI engine, or over HTTP. Account and region travel in the
    SigV4 credential, as with any client.
    """

    def __init__(
        self, transport: httpx.AsyncBaseTransport, base_url: str, models: ServiceModels
    ) -> None:
        # Without httpx's client around it: redirects, cookies and proxies are nothing that a call
        # of AWS has, and looking for them takes as long as the engine's answer.
        self._transport = transport
        self._base_url = base_url.rstrip("/")
        self._models = models
        self._serializers: dict[str, Any] = {}
        self._parsers: dict[str, Any] = {}

    async def call(
        self,
        service: str,
        operation: str,
        parameters: Mapping[str, Any],
        *,
        account_id: str,
        region: str,
    ) -> dict[str, Any]:
        """Call an operation by its API name (`logs`, `PutLogEvents`) and return its output.

        Raises EngineCallError when the service answers with an error, httpx.HTTPError when it
        can't be reached.
        """
        model = self._models.get(service)
        operation_model = model.operation_model(operation)
        serialized = self._serializer(model).serialize_to_request(dict(parameters), operation_model)
        request = self._signed(serialized, model, account_id, region)
        answer = await self._exchange(
            request.method, request.url, request.headers, request.body or b""
        )
        streams = operation_model.has_streaming_output and answer.status_code < 300
        parsed: dict[str, Any] = self._parser(model).parse(
            {
                "status_code": answer.status_code,
                "headers": answer.headers,
                # Botocore decodes a body of type bytes as text, also where it is a file.
                "body": bytearray(answer.content) if streams else answer.content,
            },
            operation_model.output_shape,
        )
        if streams:
            output: Any = operation_model.output_shape
            parsed[output.serialization["payload"]] = answer.content
        if answer.status_code >= 300:
            error = parsed.get("Error", {})
            raise EngineCallError(
                service,
                operation,
                error.get("Code", str(answer.status_code)),
                error.get("Message", ""),
                answer.status_code,
            )
        parsed.pop("ResponseMetadata", None)
        return parsed

    async def get(self, path: str, *, account_id: str, region: str) -> tuple[int, bytes]:
        """A plain GET, for documents that are no operation (a user pool's JWKS)."""
        request = AWSRequest("GET", f"{self._base_url}{path}")
        SigV4Auth(Credentials(account_id, "test"), "cognito-idp", region).add_auth(request)
        prepared = request.prepare()
        answer = await self._exchange("GET", prepared.url, dict(prepared.headers.items()))
        return answer.status_code, answer.content

    async def send(
        self,
        service: str,
        method: str,
        path: str,
        *,
        query: Sequence[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        account_id: str,
        region: str,
    ) -> httpx.Response:
        """A request of the caller's own making, signed for a service (`sqs`, `s3`).

        `path` is percent-encoded. Raises httpx.HTTPError when the engine can't be reached.
        """
        url = f"{self._base_url}{path}" + (f"?{urlencode(query)}" if query else "")
        request = AWSRequest(method=method, url=url, headers=dict(headers or {}), data=body)
        SigV4Auth(Credentials(account_id, "test"), service, region).add_auth(request)
        prepared = request.prepare()
        return await self._exchange(method, prepared.url, dict(prepared.headers.items()), body)

    async def close(self) -> None:
        """Give up the connections."""
        await self._transport.aclose()

    async def _exchange(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes = b""
    ) -> httpx.Response:
        request = httpx.Request(
            method, url, headers=dict(headers), content=body, extensions=_TIMEOUT
        )
        answer = await self._transport.handle_async_request(request)
        await answer.aread()
        return answer

    def _signed(
        self, serialized: dict[str, Any], model: ServiceModel, account_id: str, region: str
    ) -> Any:
        url = f"{self._base_url}{serialized['url_path']}"
        query = serialized["query_string"]
        if query:
            url += ("&" if "?" in url else "?") + urlencode(query, doseq=True)
        request = AWSRequest(
            method=serialized["method"],
            url=url,
            headers=serialized["headers"],
            data=serialized["body"],
        )
        credentials = Credentials(account_id, "test")
        SigV4Auth(credentials, model.signing_name, region).add_auth(request)
        return request.prepare()

    def _serializer(self, model: ServiceModel) -> Any:
        protocol = model.resolved_protocol
        if protocol not in self._serializers:
            self._serializers[protocol] = create_serializer(protocol, include_validation=False)
        return self._serializers[protocol]

    def _parser(self, model: ServiceModel) -> Any:
        protocol = model.resolved_protocol
        if protocol not in self._parsers:
            self._parsers[protocol] = create_parser(protocol)
        return self._parsers[protocol]
