"""Which API ids are the engine's: HTTP and WebSocket APIs share their addresses with REST APIs.

A call of an API says nothing of the account that owns it, so the engine is asked with GetApi in
the accounts and regions in which such APIs were ever managed through this edge.
"""

from __future__ import annotations

import logging

import httpx

from localtender.edge.protocol.messages import Caller
from localtender.edge.routes import api_of_host
from localtender.engines.client import EngineCallError, EngineClient
from localtender.engines.port import Scope

_MOST_REMEMBERED = 4_096

_log = logging.getLogger(__name__)


class EngineHttpApis:
    """Asks the engine once for each id and remembers the answer until an API is managed again."""

    def __init__(self, client: EngineClient, *, account_id: str, region: str) -> None:
        """`account_id` and `region` are those of clients that say nothing of either."""
        self._client = client
        self._scopes = {(account_id, region)}
        self._known: dict[str, bool] = {}

    def managed(self, caller: Caller) -> None:
        """Take note of a finished request to the API Gateway V2 API: APIs came or went."""
        self._scopes.add((caller.account_id, caller.region))
        self._known.clear()

    async def has(self, api_id: str) -> bool:
        """Whether the engine serves an API of this id."""
        known = self._known.get(api_id)
        if known is None:
            known = await self._ask(api_id)
            if len(self._known) < _MOST_REMEMBERED:
                self._known[api_id] = known
        return known

    async def _ask(self, api_id: str) -> bool:
        for account_id, region in tuple(self._scopes):
            try:
                await self._client.call(
                    "apigatewayv2",
                    "GetApi",
                    {"ApiId": api_id},
                    account_id=account_id,
                    region=region,
                )
            except EngineCallError:
                continue
            except httpx.HTTPError as error:
                _log.warning("The engine could not be asked for API %s: %s", api_id, error)
                continue
            return True
        return False


def in_path_form(scope: Scope, host: str) -> Scope:
    """A call by `{api}.execute-api.…` as the path form, which an engine knows on any host."""
    api_id = api_of_host(host)
    if api_id is None:
        return scope
    prefix = f"/_aws/execute-api/{api_id}"
    address = "{}:{}".format(*(scope.get("server") or ("127.0.0.1", 80)))
    return {
        **scope,
        # An engine looks at the host first, and only some take it apart as AWS does.
        "headers": [
            (name, address.encode() if name == b"host" else value)
            for name, value in scope["headers"]
        ],
        "path": prefix + scope["path"],
        "raw_path": prefix.encode("latin-1") + scope["raw_path"],
    }
