"""Rotates secrets: the four steps, what comes of them, and the clock that begins them.

Follows "Rotation by Lambda function" and "Lambda rotation functions"
(https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda.html,
.../rotate-secrets_lambda-functions.html).
"""

from __future__ import annotations

import asyncio
import json
import logging
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx

from localtender.edge.invocation import Invocation
from localtender.edge.protocol.errors import ServiceError
from localtender.engines.client import EngineCallError

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping

    from localtender.edge.functions.engine_triggers.secret_rotation.registry import (
        Rotation,
        RotationRegistry,
    )
    from localtender.edge.invocation import FunctionInvoker
    from localtender.engines.calls import EngineCalls

CURRENT, PENDING = "AWSCURRENT", "AWSPENDING"
PRINCIPAL = "secretsmanager.amazonaws.com"
_STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")
# AWS says that it tries a failed rotation again, not when.
_FIRST_RETRY = timedelta(minutes=1)
_LONGEST_RETRY = timedelta(hours=1)
_LONGEST_SLEEP_SECONDS = 3600.0
_FAILURES = (EngineCallError, ServiceError, httpx.HTTPError, OSError)
_log = logging.getLogger(__name__)


class RotationFailedError(Exception):
    """A step of a rotation failed; the version stays AWSPENDING."""


class SecretRotator:
    """Runs rotations, one at a time for a secret."""

    def __init__(
        self, engine: EngineCalls, functions: FunctionInvoker, registry: RotationRegistry
    ) -> None:
        self._engine = engine
        self._functions = functions
        self._registry = registry
        self._running: dict[str, asyncio.Task[None]] = {}
        self._changed = asyncio.Event()
        self._clock: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look at the clock."""
        self._clock = asyncio.create_task(self._watch_clock())

    async def stop(self) -> None:
        """End; a rotation under way is tried again by the next run, where state is kept."""
        tasks = [*self._running.values(), *([self._clock] if self._clock else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def is_running(self, secret_arn: str) -> bool:
        """Whether the function works on this secret now."""
        return secret_arn in self._running

    def may_invoke(self, rotation: Rotation) -> bool:
        """Whether the function is there and its policy lets Secrets Manager in."""
        try:
            return self._functions.permits(
                rotation.function_arn,
                principal=PRINCIPAL,
                source_arn=rotation.secret_arn,
                source_account=rotation.account_id,
            )
        except ServiceError:
            return False

    def schedule(self, rotation: Rotation) -> None:
        """Keep a rotation as it is to be from now on."""
        self._registry.keep(rotation)
        self._changed.set()

    def begin(self, rotation: Rotation, token: str) -> None:
        """Rotate a secret in the background; `token` is the id of the new version."""
        self._run(rotation.secret_arn, self._rotate(rotation, token))

    def try_out(self, rotation: Rotation, token: str) -> None:
        """Run the testSecret step alone on a version that is taken away again."""
        self._run(rotation.secret_arn, self._test(rotation, token))

    async def call(
        self, rotation: Rotation, operation: str, parameters: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Call Secrets Manager about the secret. Raises EngineCallError."""
        return await self._engine.call(
            "secretsmanager",
            operation,
            {"SecretId": rotation.secret_arn, **parameters},
            account_id=rotation.account_id,
            region=rotation.region,
        )

    def _run(self, secret_arn: str, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._running[secret_arn] = task
        task.add_done_callback(lambda _: self._running.pop(secret_arn, None))

    async def _rotate(self, rotation: Rotation, token: str) -> None:
        try:
            await self._stage(rotation, token)
            for step in _STEPS:
                await self._step(rotation, step, token)
            stages = (await self.call(rotation, "DescribeSecret", {}))["VersionIdsToStages"]
            if CURRENT not in stages.get(token, ()):
                raise RotationFailedError(
                    f"finishSecret did not move {CURRENT} to version {token}."
                )
        except (RotationFailedError, *_FAILURES) as error:
            self._failed(rotation, error)
        else:
            now = datetime.now(UTC)
            known = self._registry.get(rotation.secret_arn) or rotation
            self.schedule(replace(known, last_rotated=now).scheduled_after(now))

    async def _test(self, rotation: Rotation, token: str) -> None:
        try:
            await self._stage(rotation, token)
            await self._step(rotation, "testSecret", token)
        except (RotationFailedError, *_FAILURES) as error:
            _log.warning("The rotation of %s fails its test: %s", rotation.secret_arn, error)
        try:
            await self.call(
                rotation,
                "UpdateSecretVersionStage",
                {"VersionStage": PENDING, "RemoveFromVersionId": token},
            )
        except _FAILURES as error:
            _log.warning("%s keeps its version %s: %s", rotation.secret_arn, token, error)

    async def _stage(self, rotation: Rotation, token: str) -> None:
        """Make an empty version AWSPENDING, unless an earlier attempt has made it."""
        versions = (await self.call(rotation, "DescribeSecret", {})).get("VersionIdsToStages", {})
        if PENDING in versions.get(token, ()):
            return
        for version, stages in versions.items():
            if PENDING in stages:
                await self.call(
                    rotation,
                    "UpdateSecretVersionStage",
                    {"VersionStage": PENDING, "RemoveFromVersionId": version},
                )
        await self.call(
            rotation, "PutSecretValue", {"ClientRequestToken": token, "VersionStages": [PENDING]}
        )

    async def _step(self, rotation: Rotation, step: str, token: str) -> None:
        if not self.may_invoke(rotation):
            raise RotationFailedError(
                f"{PRINCIPAL} has no permission to invoke {rotation.function_arn}."
            )
        event = {
            "Step": step,
            "SecretId": rotation.secret_arn,
            "ClientRequestToken": token,
            "RotationToken": str(uuid.uuid4()),
        }
        result = await self._functions.invoke(
            Invocation(rotation.function_arn, json.dumps(event).encode())
        )
        if result.function_error is not None:
            answer = result.payload.decode("utf-8", "replace")
            raise RotationFailedError(f"{step} of {rotation.function_arn} failed: {answer}")

    def _failed(self, rotation: Rotation, error: Exception) -> None:
        _log.warning("The rotation of %s failed: %s", rotation.secret_arn, error)
        known = self._registry.get(rotation.secret_arn)
        if known is not None:
            delay = min(_FIRST_RETRY * 2**known.failures, _LONGEST_RETRY)
            again = datetime.now(UTC) + delay
            self.schedule(replace(known, due=again, failures=known.failures + 1))

    async def _watch_clock(self) -> None:
        while True:
            self._changed.clear()
            rotation = self._registry.earliest()
            seconds = _LONGEST_SLEEP_SECONDS
            if rotation is not None and rotation.due is not None:
                seconds = min(seconds, (rotation.due - datetime.now(UTC)).total_seconds())
            if rotation is not None and seconds <= 0:
                await self._begin_due(rotation)
                continue
            try:
                async with asyncio.timeout(seconds):
                    await self._changed.wait()
            except TimeoutError:
                continue

    async def _begin_due(self, rotation: Rotation) -> None:
        # Whatever happens it is not due a second time before this attempt has ended.
        self._registry.keep(replace(rotation, due=None))
        if self.is_running(rotation.secret_arn):
            return
        try:
            described = await self.call(rotation, "DescribeSecret", {})
        except _FAILURES as error:
            _log.warning("%s can't be rotated: %s", rotation.secret_arn, error)
            if isinstance(error, EngineCallError):
                self._registry.forget(rotation.secret_arn)
            return
        if not described.get("DeletedDate"):
            token = pending_version(described) or str(uuid.uuid4())
            self.begin(replace(rotation, due=None), token)


def pending_version(described: Mapping[str, Any]) -> str | None:
    """The version of a rotation that has not been completed, as DescribeSecret shows it."""
    for version, stages in (described.get("VersionIdsToStages") or {}).items():
        if PENDING in stages and CURRENT not in stages:
            return str(version)
    return None
