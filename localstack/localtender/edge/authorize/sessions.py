"""Temporary credentials that STS and Cognito gave out, as far as their answers were seen.

STS tells nobody afterwards with which policies and tags a session was made, so that is noted when
it passes the edge.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

_MOST_KEPT = 4_096
_FIELD = r'(?:<{name}>|"{name}"\s*:\s*"?)(?P<value>[^<",}}\s]+)'
_ACCESS_KEY = re.compile(_FIELD.format(name="AccessKeyId"))
_TOKEN = re.compile(_FIELD.format(name="SessionToken"))
_EXPIRATION = re.compile(_FIELD.format(name="Expiration"))


@dataclass(frozen=True)
class Session:
    """One set of temporary credentials.

    `policies` are the documents and `policy_arns` the managed policies that narrow it; both empty
    for a session that was not narrowed.
    """

    access_key_id: str
    token: str | None = None
    expires_at: datetime | None = None
    policies: tuple[str, ...] = ()
    policy_arns: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    issued_at: datetime | None = None

    @property
    def is_narrowed(self) -> bool:
        """Whether it has session policies."""
        return bool(self.policies or self.policy_arns)


class Sessions:
    """Sessions by access key id, the latest ones."""

    def __init__(self) -> None:
        self._sessions: OrderedDict[str, Session] = OrderedDict()

    def get(self, access_key_id: str) -> Session | None:
        """What is known of a session."""
        return self._sessions.get(access_key_id)

    def add(self, session: Session) -> None:
        """Note a session."""
        self._sessions[session.access_key_id] = session
        if len(self._sessions) > _MOST_KEPT:
            self._sessions.popitem(last=False)

    def learn(self, asked: Mapping[str, Any], answer: bytes) -> None:
        """Note the session in an answer to a call with these parameters, in XML or JSON."""
        text = answer.decode("utf-8", "replace")
        key, token = _ACCESS_KEY.search(text), _TOKEN.search(text)
        if key is None or token is None:
            return
        policy = asked.get("Policy")
        self.add(
            Session(
                access_key_id=key["value"],
                token=token["value"],
                expires_at=_instant(_EXPIRATION.search(text)),
                policies=(policy,) if isinstance(policy, str) and policy else (),
                policy_arns=tuple(
                    item["arn"] for item in asked.get("PolicyArns") or () if "arn" in item
                ),
                tags={item["Key"]: item.get("Value", "") for item in asked.get("Tags") or ()},
                issued_at=datetime.now(UTC),
            )
        )


def _instant(found: re.Match[str] | None) -> datetime | None:
    if found is None:
        return None
    text = found["value"]
    try:
        return datetime.fromtimestamp(float(text), UTC)
    except ValueError:
        pass
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
