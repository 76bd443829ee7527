"""Noting the secrets that answers of the engine tell on their way to a client."""

from __future__ import annotations

from localtender.edge.authorize.credentials import KnownSecrets
from localtender.engines.port import Message, Send

_TELL_SECRETS = frozenset({"iam", "sts", "cognito-identity"})


def learning(send: Send, secrets: KnownSecrets, service: str | None) -> Send:
    """A `send` that passes an answer on unchanged and learns the access keys in it."""
    if service not in _TELL_SECRETS:
        return send
    body: list[bytes] = []

    async def passed_on(message: Message) -> None:
        if message["type"] == "http.response.body":
            body.append(message.get("body", b""))
            if not message.get("more_body"):
                secrets.learn_from(b"".join(body))
        await send(message)

    return passed_on
