"""Callers by their access keys, and the policies they have, from the engine's IAM and STS.

Access keys that IAM does not make (twelve digits for an account, `test`, LocalStack's `LKIA…` and
`LSIA…`) stand for the root of an account, as local tools use them; they may do everything there.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field

from localtender.edge.authorize.policy_documents import PolicyDocument
from localtender.edge.authorize.policy_reader import PolicyReader, parsed
from localtender.edge.authorize.requests import ANONYMOUS, Principal
from localtender.edge.authorize.sessions import Session, Sessions
from localtender.edge.protocol.credential_scope import DEFAULT_ACCOUNT_ID
from localtender.engines.calls import EngineCalls
from localtender.engines.client import EngineCallError

_MADE_BY_IAM = re.compile(r"A(?:KIA|SIA)[A-Z0-9]{12,}")
_ACCOUNT_ID = re.compile(r"\d{12}")
_SESSION = re.compile(
    r"arn:(?P<partition>[^:]+):sts::(?P<account>\d{12}):assumed-role/(?P<role>[^/]+)/.+"
)
# A change that passes the edge is known at once; this is for one that is made behind it.
_KEPT_SECONDS = 5.0


class UnknownAccessKeyError(Exception):
    """No such access key, or one that is not valid any more."""


@dataclass(frozen=True)
class Identity:
    """A caller, and what its own policies are; `is_root` may do everything in its account.

    `session_policies` is None for a caller whose session was not narrowed. `tags` are those of the
    user or role, with the session's own above them.
    """

    principal: Principal
    policies: tuple[PolicyDocument, ...] = ()
    is_root: bool = False
    boundary: PolicyDocument | None = None
    session_policies: tuple[PolicyDocument, ...] | None = None
    tags: Mapping[str, str] = field(default_factory=dict)


NOBODY = Identity(ANONYMOUS)


def is_root_key(access_key_id: str) -> bool:
    """Whether a key is not of the kinds that IAM and STS make."""
    return _MADE_BY_IAM.fullmatch(access_key_id) is None


class Identities:
    """Looks up identities by access key and keeps them until IAM changes; `clock` in seconds."""

    def __init__(
        self,
        engine: EngineCalls,
        clock: Callable[[], float] = time.monotonic,
        sessions: Sessions | None = None,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._sessions = sessions or Sessions()
        self._kept: dict[str, tuple[float, Identity]] = {}
        self._generation = 0

    async def of_access_key(self, access_key_id: str, region: str) -> Identity:
        """The identity behind an access key; raises UnknownAccessKeyError."""
        if is_root_key(access_key_id):
            return root_of(access_key_id)
        return await self._remembered(access_key_id, lambda: self._look_up(access_key_id, region))

    async def of_role(self, role_arn: str, session_name: str, region: str) -> Identity:
        """A role as a service has assumed it."""
        return await self._remembered(
            f"{role_arn} {session_name}", lambda: self._role(role_arn, session_name, region)
        )

    def forget(self) -> None:
        """Look everybody up again: IAM has changed."""
        self._generation += 1
        self._kept.clear()

    async def _remembered(
        self, key: str, look_up: Callable[[], Coroutine[None, None, Identity]]
    ) -> Identity:
        kept = self._kept.get(key)
        if kept is not None and kept[0] > self._clock():
            return kept[1]
        generation = self._generation
        identity = await look_up()
        if len(self._kept) > 1_024:
            self._kept.clear()
        # What was read while IAM changed may be of before.
        if generation == self._generation:
            self._kept[key] = (self._clock() + _KEPT_SECONDS, identity)
        return identity

    async def _look_up(self, access_key_id: str, region: str) -> Identity:
        try:
            answer = await self._engine.call(
                "sts", "GetCallerIdentity", {}, account_id=access_key_id, region=region
            )
        except EngineCallError as error:
            raise UnknownAccessKeyError(access_key_id) from error
        arn, account_id, user_id = answer["Arn"], answer["Account"], answer["UserId"]
        if arn.endswith(":root"):
            raise UnknownAccessKeyError(access_key_id)
        session = self._sessions.get(access_key_id)
        found = _SESSION.fullmatch(arn)
        reader = PolicyReader(self._engine, account_id, region)
        if found is None:
            user = Principal("User", arn, account_id, user_id, access_key_id)
            entity = await reader.user(user.name)
        else:
            entity = await reader.role(found["role"])
            # The ARN of a session has no path, that of its role does.
            pathless = f"arn:{found['partition']}:iam::{account_id}:role/{found['role']}"
            role_arn = entity.arn or pathless
            user = Principal("AssumedRole", arn, account_id, user_id, access_key_id, role_arn)
        return Identity(
            user,
            entity.policies,
            boundary=entity.boundary,
            session_policies=await _session_policies(session, reader),
            tags={**entity.tags, **(session.tags if session else {})},
        )

    async def _role(self, role_arn: str, session_name: str, region: str) -> Identity:
        account_id, name = role_arn.split(":")[4], role_arn.rpartition("/")[2]
        arn = f"arn:aws:sts::{account_id}:assumed-role/{name}/{session_name}"
        entity = await PolicyReader(self._engine, account_id, region).role(name)
        principal = Principal("AssumedRole", arn, account_id, session_name, "", role_arn)
        return Identity(principal, entity.policies, boundary=entity.boundary, tags=entity.tags)


def root_of(access_key_id: str) -> Identity:
    """The root of the account that a key stands for."""
    is_account = _ACCOUNT_ID.fullmatch(access_key_id) is not None
    account_id = access_key_id if is_account else DEFAULT_ACCOUNT_ID
    arn = f"arn:aws:iam::{account_id}:root"
    return Identity(Principal("Account", arn, account_id, account_id, access_key_id), is_root=True)


async def _session_policies(
    session: Session | None, reader: PolicyReader
) -> tuple[PolicyDocument, ...] | None:
    if session is None or not session.is_narrowed:
        return None
    own = tuple(parsed(text, "session policy") for text in session.policies)
    return (*own, *[await reader.managed(arn) for arn in session.policy_arns])
