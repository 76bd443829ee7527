"""Credentials of functions' roles, from STS as Lambda gets them."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from localtender.edge.protocol.errors import ServiceError
from localtender.engines.client import EngineCallError

if TYPE_CHECKING:
    from localtender.edge.functions.configuration import FunctionConfiguration
    from localtender.engines.calls import EngineCalls

_RENEWED_BEFORE_EXPIRY = timedelta(minutes=10)
_SESSION_NAME_LENGTH = 64
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RoleCredentials:
    """Temporary credentials and the instant they end."""

    access_key_id: str
    secret_access_key: str
    session_token: str
    expires_at: datetime

    @cached_property
    def _renewed_at(self) -> float:
        return (self.expires_at - _RENEWED_BEFORE_EXPIRY).timestamp()

    def are_fresh(self) -> bool:
        """Whether they hold for another while; asked several times for each invocation."""
        return time.time() < self._renewed_at


class ExecutionRoles:
    """Assumes functions' roles; the session's name is the function's, as on AWS."""

    def __init__(self, engine: EngineCalls) -> None:
        self._engine = engine
        self._held: dict[tuple[str, str], RoleCredentials] = {}

    async def credentials(self, configuration: FunctionConfiguration) -> RoleCredentials:
        """Credentials that hold for a while. Raises ServiceError when the role is refused."""
        reference = configuration.reference
        key = (reference.unqualified_arn, configuration.role)
        held = self._held.get(key)
        if held is not None and held.are_fresh():
            return held
        try:
            answer = await self._engine.call(
                "sts",
                "AssumeRole",
                {
                    "RoleArn": configuration.role,
                    "RoleSessionName": reference.name[:_SESSION_NAME_LENGTH],
                },
                account_id=reference.account_id,
                region=reference.region,
            )
        except EngineCallError as error:
            _log.warning("STS did not give credentials for %s: %s", configuration.role, error)
            raise ServiceError(
                "AccessDeniedException",
                "The role defined for the function cannot be assumed by Lambda.",
                403,
            ) from error
        given = answer["Credentials"]
        credentials = RoleCredentials(
            given["AccessKeyId"],
            given["SecretAccessKey"],
            given["SessionToken"],
            given["Expiration"],
        )
        self._held[key] = credentials
        return credentials

    def holder(self, access_key_id: str) -> tuple[str, str] | None:
        """The ARNs of the function and the role that credentials were got for, None for others."""
        for holder, held in self._held.items():
            if held.access_key_id == access_key_id:
                return holder
        return None

    def forget(self, function_arn: str) -> None:
        """Drop what is held for a function that is gone."""
        for key in [key for key in self._held if key[0] == function_arn]:
            del self._held[key]
