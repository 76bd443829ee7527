"""The clock of secret rotation, and what a failure does to it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from localtender.edge.functions.engine_triggers.secret_rotation.registry import (
    Rotation,
    RotationRegistry,
)
from localtender.edge.functions.engine_triggers.secret_rotation.rotator import SecretRotator
from localtender.edge.functions.engine_triggers.secret_rotation.rules import RotationRules
from localtender.edge.invocation import Invocation, InvocationResult
from localtender.engines.client import EngineCallError

pytestmark = pytest.mark.anyio

SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:paypal-AbCdEf"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:rotate"


class PretendedSecrets:
    """One secret's versions, as Secrets Manager keeps them."""

    def __init__(self) -> None:
        self.stages: dict[str, list[str]] = {"first": ["AWSCURRENT"]}
        self.gone = False

    async def call(
        self,
        service: str,
        operation: str,
        parameters: Mapping[str, Any],
        *,
        account_id: str,
        region: str,
    ) -> dict[str, Any]:
        assert (service, account_id, region) == ("secretsmanager", "123456789012", "us-east-1")
        assert parameters["SecretId"] == SECRET
        if self.gone:
            raise EngineCallError(service, operation, "ResourceNotFoundException", "gone", 400)
        if operation == "PutSecretValue":
            self.stages[parameters["ClientRequestToken"]] = list(parameters["VersionStages"])
        return {"ARN": SECRET, "Name": "paypal", "VersionIdsToStages": self.stages}


class PretendedFunction:
    """Finishes rotations, or fails."""

    def __init__(self, secrets: PretendedSecrets) -> None:
        self._secrets = secrets
        self.steps: list[str] = []
        self.fails = False
        self.called = asyncio.Event()

    async def invoke(self, invocation: Invocation) -> InvocationResult:
        event = json.loads(invocation.payload)
        self.steps.append(event["Step"])
        self.called.set()
        if event["Step"] == "finishSecret":
            self._secrets.stages = {
                "first": ["AWSPREVIOUS"],
                event["ClientRequestToken"]: ["AWSCURRENT", "AWSPENDING"],
            }
        return InvocationResult(b"{}", "Unhandled" if self.fails else None, "$LATEST", "id")

    def permits(self, *_: object, **__: object) -> bool:
        return True


def a_due_rotation() -> Rotation:
    return Rotation(
        SECRET,
        FUNCTION,
        RotationRules(automatically_after_days=7),
        due=datetime.now(UTC) - timedelta(seconds=1),
    )


async def rotated(registry: RotationRegistry, *, failures: int = 0) -> Rotation:
    async with asyncio.timeout(10):
        while True:
            rotation = registry.get(SECRET)
            if rotation and rotation.due and rotation.due > datetime.now(UTC):
                assert rotation.failures == failures
                return rotation
            await asyncio.sleep(0.005)


async def test_a_rotation_that_is_due_begins_by_itself_and_schedules_the_next() -> None:
    secrets, registry = PretendedSecrets(), RotationRegistry(None)
    function = PretendedFunction(secrets)
    rotator = SecretRotator(secrets, function, registry)
    rotator.start()
    rotator.schedule(a_due_rotation())
    rotation = await rotated(registry)
    await rotator.stop()
    assert function.steps == ["createSecret", "setSecret", "testSecret", "finishSecret"]
    assert rotation.last_rotated is not None
    assert rotation.next_rotation is not None
    assert (rotation.next_rotation - rotation.last_rotated).days == 7


async def test_a_failed_rotation_is_tried_again_with_the_same_version() -> None:
    secrets, registry = PretendedSecrets(), RotationRegistry(None)
    function = PretendedFunction(secrets)
    function.fails = True
    rotator = SecretRotator(secrets, function, registry)
    rotator.start()
    rotator.schedule(a_due_rotation())
    rotation = await rotated(registry, failures=1)
    (pending,) = [version for version, stages in secrets.stages.items() if "AWSPENDING" in stages]
    assert rotation.due is not None

    function.fails = False
    rotator.schedule(a_due_rotation())
    await rotated(registry)
    await rotator.stop()
    assert secrets.stages[pending] == ["AWSCURRENT", "AWSPENDING"]


async def test_a_secret_that_is_gone_is_forgotten() -> None:
    secrets, registry = PretendedSecrets(), RotationRegistry(None)
    secrets.gone = True
    rotator = SecretRotator(secrets, PretendedFunction(secrets), registry)
    rotator.start()
    rotator.schedule(a_due_rotation())
    async with asyncio.timeout(10):
        while registry.get(SECRET) is not None:
            await asyncio.sleep(0.005)
    await rotator.stop()
    assert registry.get(SECRET) is None
