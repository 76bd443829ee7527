"""Trying methods and authorizers: TestInvokeMethod, TestInvokeAuthorizer.

After these operations of the API Gateway API reference.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Mapping
from typing import Any

from localtender.edge.gateway.control_plane.lookup import method, not_found, present, rest_api
from localtender.edge.gateway.data_plane.authorizers.cognito import CognitoAuthorizers
from localtender.edge.gateway.data_plane.authorizers.function import FunctionAuthorizers
from localtender.edge.gateway.data_plane.errors import GatewayError
from localtender.edge.gateway.data_plane.method_trials import (
    MethodTrials,
    TrialRequest,
    trial_exchange,
)
from localtender.edge.gateway.store import Store
from localtender.edge.protocol.messages import Caller
from localtender.edge.protocol.service import Operation, Parameters

# What a failure has of its headers only where a client called the API.
_OF_REAL_REQUESTS = ("content-type", "x-amzn-requestid", "x-amz-apigw-id")


class Trials:
    """The operations that try what an API has."""

    def __init__(
        self,
        store: Store,
        invocations: MethodTrials,
        functions: FunctionAuthorizers,
        cognito: CognitoAuthorizers,
    ) -> None:
        self._store = store
        self._invocations = invocations
        self._functions = functions
        self._cognito = cognito

    def operations(self) -> Mapping[str, Operation]:
        """What this family offers, by operation name."""
        return {
            "TestInvokeMethod": self.test_invoke_method,
            "TestInvokeAuthorizer": self.test_invoke_authorizer,
        }

    async def test_invoke_method(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Call a method as it stands."""
        verb = parameters["httpMethod"]
        api, owner, found = method(self._store, caller, parameters)
        exchange = trial_exchange(
            api,
            _request("GET" if verb == "ANY" else verb, parameters, owner.path),
            account_id=caller.account_id,
            region=caller.region,
        )
        outcome = await self._invocations.invoke(exchange, owner, found)
        headers: dict[str, list[str]] = {}
        for name, value in outcome.response.headers:
            if exchange.error is None or name.lower() not in _OF_REAL_REQUESTS:
                headers.setdefault(name, []).append(value)
        integration = found.integration
        if integration is not None and integration.type != "MOCK" and exchange.error is None:
            headers.setdefault("X-Amzn-Trace-Id", [exchange.trace_id])
        return {
            "status": outcome.response.status,
            "body": outcome.response.body.decode(errors="replace"),
            "headers": {name: values[-1] for name, values in headers.items()},
            "multiValueHeaders": headers,
            "log": outcome.log,
            "latency": outcome.latency,
        }

    async def test_invoke_authorizer(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Ask an authorizer about a request."""
        api = rest_api(self._store, caller, parameters["restApiId"])
        authorizer = api.authorizers.get(parameters["authorizerId"])
        if authorizer is None:
            raise not_found("Invalid Authorizer identifier specified")
        exchange = trial_exchange(
            api,
            _request("GET", parameters, "/"),
            account_id=caller.account_id,
            region=caller.region,
        )
        began = time.perf_counter()
        answer: dict[str, Any] = {}
        status = 0
        reason = "Successfully completed authorizer execution"
        try:
            if authorizer.type == "COGNITO_USER_POOLS":
                context = await self._cognito.authorize(exchange, authorizer)
                answer["claims"] = dict(context["claims"])
            else:
                principal, policy = await self._functions.ask(exchange, authorizer)
                answer = {"principalId": principal, "policy": json.dumps(policy)}
        except GatewayError as error:
            status = error.status
            reason = f"Execution failed: {error.reason or error.message}"
        latency = int((time.perf_counter() - began) * 1000)
        log = (
            f"Execution log for request {exchange.request.request_id}\n"
            f"Starting authorizer: {authorizer.id}\n{reason}\n"
        )
        return present(clientStatus=status, latency=latency, log=log, **answer)


def _request(verb: str, parameters: Parameters, path: str) -> TrialRequest:
    headers = [
        (name, value)
        for name, values in (parameters.get("multiValueHeaders") or {}).items()
        for value in values
    ]
    named = {name.lower() for name, _ in headers}
    for name, value in (parameters.get("headers") or {}).items():
        if name.lower() not in named:
            headers.append((name, value))
    return TrialRequest(
        verb=verb,
        path_with_query=parameters.get("pathWithQueryString") or path,
        headers=tuple(headers),
        body=parameters.get("body") or "",
        stage_variables=parameters.get("stageVariables") or {},
        request_id=str(uuid.uuid4()),
    )
