"""Fixtures of the gateway's tests."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from joserfc import jwt
from joserfc.jwk import RSAKey

from localtender.edge.gateway.data_plane.admission import Admission
from localtender.edge.gateway.data_plane.caching.cached_responses import CachedResponses
from localtender.edge.gateway.data_plane.caching.stage_cache import StageCache
from localtender.edge.gateway.service import GatewayService
from localtender.edge.protocol.models import ServiceModels
from tests.unit.edge.gateway.in_process import (
    ACCOUNT,
    FUNCTION_ARN,
    ISSUER,
    REGION,
    Clock,
    FakeEngine,
    FakeFunctions,
    FakeLogs,
    Gateway,
    sender,
)


@pytest.fixture(scope="session")
def service_models() -> ServiceModels:
    return ServiceModels()


@pytest.fixture(scope="session")
def aws_session() -> boto3.Session:
    return boto3.Session(
        aws_access_key_id=ACCOUNT, aws_secret_access_key="test", region_name=REGION
    )


@pytest.fixture
def gateway(service_models: ServiceModels, aws_session: boto3.Session) -> Iterator[Gateway]:
    functions, engine, logs, clock = FakeFunctions(), FakeEngine(), FakeLogs(), Clock()
    functions.handlers[FUNCTION_ARN] = lambda event: {"statusCode": 200, "body": "ok"}
    service = GatewayService(
        engine=engine,  # type: ignore[arg-type]
        functions=functions,
        logs=logs,
        endpoint_url="http://127.0.0.1:4566",
        models=service_models,
        admission=Admission(clock=clock),
        cache=StageCache(CachedResponses(clock)),
    )
    client = aws_session.client(
        "apigateway",
        endpoint_url="http://127.0.0.1:4566",
        config=Config(retries={"max_attempts": 0}),
    )
    with asyncio.Runner() as runner:
        made = Gateway(service, client, functions, engine, logs, clock, runner)
        client.meta.events.register("before-send.apigateway", sender(made))
        yield made
        made.run(service.close())


@pytest.fixture(scope="session")
def signing_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "key-1", "alg": "RS256", "use": "sig"})


@pytest.fixture
def token(gateway: Gateway, signing_key: RSAKey) -> Callable[..., str]:
    """Makes a token of the user pool; keyword arguments are claims, None takes one away."""
    gateway.engine.keys = [signing_key]

    def make(key: RSAKey = signing_key, **claims: Any) -> str:
        now = int(time.time())
        payload = {
            "sub": "user-1",
            "iss": ISSUER,
            "aud": "client-1",
            "token_use": "id",
            "iat": now,
            "exp": now + 3600,
            **claims,
        }
        payload = {name: value for name, value in payload.items() if value is not None}
        return jwt.encode({"alg": "RS256", "kid": key.kid}, payload, key)

    return make
