from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from localtender.edge.http_apis import EngineHttpApis
from localtender.edge.protocol.messages import Caller
from localtender.engines.client import EngineCallError


@dataclass
class PretendedEngine:
    """Has some HTTP APIs, each in an account and a region; `down` makes it unreachable."""

    apis: set[tuple[str, str, str]] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    down: bool = False

    async def call(
        self,
        service: str,
        operation: str,
        parameters: Mapping[str, Any],
        *,
        account_id: str,
        region: str,
    ) -> dict[str, Any]:
        self.asked.append(f"{service}.{operation} in {account_id}/{region}")
        if self.down:
            raise httpx.ConnectError("refused")
        if (account_id, region, parameters["ApiId"]) not in self.apis:
            raise EngineCallError(service, operation, "NotFoundException", "no such API", 404)
        return {"ApiId": parameters["ApiId"]}


def http_apis(engine: PretendedEngine) -> EngineHttpApis:
    client: Any = engine
    return EngineHttpApis(client, account_id="000000000000", region="us-east-1")


def has(apis: EngineHttpApis, api_id: str) -> bool:
    return asyncio.run(apis.has(api_id))


def test_the_engine_is_asked_once_for_an_id() -> None:
    engine = PretendedEngine({("000000000000", "us-east-1", "abc")})
    apis = http_apis(engine)
    assert has(apis, "abc")
    assert has(apis, "abc")
    assert not has(apis, "other")
    assert not has(apis, "other")
    assert engine.asked == ["apigatewayv2.GetApi in 000000000000/us-east-1"] * 2


def test_it_is_asked_again_when_apis_came_or_went() -> None:
    engine = PretendedEngine()
    apis = http_apis(engine)
    assert not has(apis, "abc")
    engine.apis.add(("210987654321", "eu-west-1", "abc"))
    apis.managed(Caller("210987654321", "eu-west-1"))
    assert has(apis, "abc")
    engine.apis.clear()
    apis.managed(Caller("210987654321", "eu-west-1"))
    assert not has(apis, "abc")


def test_an_engine_that_cannot_be_asked_has_no_apis() -> None:
    assert not has(http_apis(PretendedEngine(down=True)), "abc")
