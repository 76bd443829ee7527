"""From a request at the edge to the call that fault rules see."""

from __future__ import annotations

from typing import Protocol

from localtender.edge.faults.calls import NOBODY, POINT, Call, CallerNames, api_call
from localtender.edge.faults.error_codes import EXECUTE_API, FUNCTION_URL
from localtender.edge.functions.names import FunctionReference
from localtender.edge.gateway.data_plane.deployed_methods import DeployedMethod
from localtender.edge.protocol.messages import Caller
from localtender.edge.routes import Target
from localtender.edge.stages import Arrival

_ON_CONNECTION = ("connection", "service")


class Deployed(Protocol):
    """What was deployed, as far as a rule may name it."""

    def method(self, api_id: str, stage: str, verb: str, path: str) -> DeployedMethod | None:
        """The method of a REST API behind a request, None for an unknown API."""
        ...

    def function_of_url(self, identifier: str) -> FunctionReference | None:
        """The function behind a function URL, None for an unknown one."""
        ...

    async def caller(self, caller: Caller) -> CallerNames:
        """The function and the role that a caller is."""
        ...


class ArrivingCalls:
    """Says of a request what it calls; None for what is nobody's call, as a look at health."""

    def __init__(self, deployed: Deployed) -> None:
        self._deployed = deployed

    async def of(self, arrival: Arrival, *, with_caller: bool) -> Call | None:
        """The call that a request is; who makes it is looked up on demand only."""
        route = arrival.route
        if route.target is Target.EXECUTE_API or (route.target is Target.ENGINE and route.api_id):
            return self._rest_api(arrival)
        if route.target is Target.FUNCTION_URL:
            return self._function_url(arrival)
        caller = arrival.identity.caller
        names = await self._deployed.caller(caller) if with_caller else NOBODY
        if arrival.call is not None:
            return api_call(
                arrival.call.service,
                arrival.call.model.signing_name,
                arrival.call.name,
                arrival.call.parameters,
                account_id=caller.account_id,
                region=caller.region,
                caller=names,
            )
        return _plain(arrival, names)

    def _rest_api(self, arrival: Arrival) -> Call:
        route, verb = arrival.route, arrival.request.method
        found = self._deployed.method(route.api_id, route.stage, verb, route.path)
        account_id, region = arrival.identity.caller.account_id, arrival.identity.caller.region
        operations, apis = [f"{verb} {route.path}"], [route.api_id]
        if found is not None:
            account_id, region = found.account_id, found.region
            apis.append(found.api_name)
            if found.resource_path is not None:
                operations.append(f"{verb} {found.resource_path}")
        arn = f"arn:aws:execute-api:{region}:{account_id}:{route.api_id}/{route.stage}"
        return _deployed_call(
            EXECUTE_API,
            operations,
            [*apis, *(f"{api}/{route.stage}" for api in apis), f"{arn}/{verb}{route.path}"],
            account_id,
            region,
        )

    def _function_url(self, arrival: Arrival) -> Call:
        identifier, caller = arrival.route.api_id, arrival.identity.caller
        account_id, region, resources = caller.account_id, caller.region, [identifier]
        function = self._deployed.function_of_url(identifier)
        if function is not None:
            account_id, region = function.account_id, function.region
            resources += [function.name, function.unqualified_arn, function.arn]
        operation = f"{arrival.request.method} {arrival.route.path}"
        return _deployed_call(FUNCTION_URL, [operation], resources, account_id, region)


def _deployed_call(
    service: str, operations: list[str], resources: list[str], account_id: str, region: str
) -> Call:
    return Call(
        service,
        operations[-1],
        {},
        {
            "service": (service,),
            "operation": tuple(operations),
            "resource": tuple(resources),
            "region": (region,),
            "account": (account_id,),
            POINT: _ON_CONNECTION,
        },
    )


def _plain(arrival: Arrival, caller: CallerNames) -> Call | None:
    """A document that is no operation, as a user pool's keys; the emulator's own are spared."""
    path, service = arrival.request.path, arrival.identity.service or ""
    if path.startswith("/_") or not path.strip("/"):
        return None
    operation = f"{arrival.request.method} {path}"
    return Call(
        service,
        operation,
        {},
        {
            "service": (service,),
            "operation": (operation,),
            "resource": (path.strip("/").split("/")[0],),
            "region": (arrival.identity.caller.region,),
            "account": (arrival.identity.caller.account_id,),
            "function": caller.functions,
            "role": caller.roles,
            POINT: _ON_CONNECTION,
        },
    )
