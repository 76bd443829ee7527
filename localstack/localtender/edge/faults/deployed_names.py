"""Looks up, in gateway, functions and STS, by which names a rule may know a call and its caller."""

from __future__ import annotations

import re

from localtender.edge.faults.calls import NOBODY, CallerNames
from localtender.edge.functions.names import FunctionReference
from localtender.edge.functions.service import FunctionsService
from localtender.edge.gateway.data_plane.deployed_methods import DeployedMethod
from localtender.edge.gateway.service import GatewayService
from localtender.edge.protocol.messages import Caller
from localtender.engines.calls import EngineCalls
from localtender.engines.client import EngineCallError

_ROLE_SESSION = re.compile(
    r"arn:(?P<partition>[^:]+):sts::(?P<account>\d{12}):assumed-role/(?P<role>[^/]+)/.+"
)
_MOST_KEPT = 1_024


class DeployedNames:
    """What was deployed, by its names; satisfies `Deployed`."""

    def __init__(
        self, gateway: GatewayService, functions: FunctionsService, engine: EngineCalls
    ) -> None:
        self._gateway = gateway
        self._functions = functions
        self._engine = engine
        self._roles: dict[str, tuple[str, ...]] = {}

    def method(self, api_id: str, stage: str, verb: str, path: str) -> DeployedMethod | None:
        """The method of a REST API behind a request, None for an unknown API."""
        return self._gateway.find_method(api_id=api_id, stage=stage, verb=verb, path=path)

    def function_of_url(self, identifier: str) -> FunctionReference | None:
        """The function behind a function URL, None for an unknown one."""
        return self._functions.function_of_url(identifier)

    async def caller(self, caller: Caller) -> CallerNames:
        """The function that runs by these credentials, and the role that they are of."""
        key = caller.access_key_id
        if key is None:
            return NOBODY
        function = self._functions.function_of_access_key(key)
        if function is not None:
            reference, role = function
            names = (reference.name, reference.unqualified_arn)
            return CallerNames(names, _role_names(role))
        if not key.startswith("ASIA"):
            return NOBODY
        return CallerNames((), await self._role(key, caller.region))

    async def _role(self, access_key_id: str, region: str) -> tuple[str, ...]:
        known = self._roles.get(access_key_id)
        if known is None:
            if len(self._roles) >= _MOST_KEPT:
                self._roles.clear()
            known = self._roles[access_key_id] = await self._ask(access_key_id, region)
        return known

    async def _ask(self, access_key_id: str, region: str) -> tuple[str, ...]:
        try:
            answer = await self._engine.call(
                "sts", "GetCallerIdentity", {}, account_id=access_key_id, region=region
            )
        except EngineCallError:
            return ()
        session = _ROLE_SESSION.fullmatch(answer["Arn"])
        if session is None:
            return ()
        return _role_names(
            f"arn:{session['partition']}:iam::{session['account']}:role/{session['role']}"
        )


def _role_names(arn: str) -> tuple[str, ...]:
    return (arn.rsplit("/", 1)[-1], arn)
