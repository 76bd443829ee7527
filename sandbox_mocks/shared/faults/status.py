"""The provider answers with an error.

    client ──request──▶ ✗ ──▶ 503 ──▶ client                          when: before
    client ──request──▶ work ──▶ (answer lost) 503 ──▶ client         when: after

Without a body of its own the error has the provider's shape. With ``times`` it is a burst.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self, cast

from fault_injection.effects import WHENS, Effect, When
from fault_injection.fields import FaultRuleError
from sandbox_mocks.shared.faults.answers import Reply
from sandbox_mocks.shared.json_documents import write_json

if TYPE_CHECKING:
    from random import Random

    from fault_injection.fields import RuleFields


@dataclass(frozen=True, slots=True)
class Status:
    """Answers with a status, instead of doing the work or after it."""

    kind: ClassVar[str] = "status"

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: Any = None
    when: When = "before"

    @classmethod
    def parse(cls, fields: RuleFields) -> Self:
        """Read ``status``, and optionally ``body`` (JSON or text), ``headers`` and ``when``."""
        status = fields.integer("status", minimum=200, maximum=599)
        if status is None:
            raise FaultRuleError("status", "is required", "a whole number, 200 to 599")
        headers = _headers(fields.value("headers"))
        body = fields.value("body")
        return cls(status, headers, body, cast("When", fields.choice("when", WHENS, "before")))

    def describe(self) -> dict[str, Any]:
        """Return the parameters as they are written in a rule."""
        shown: dict[str, Any] = {"status": self.status, "when": self.when}
        if self.headers:
            shown["headers"] = dict(self.headers)
        if self.body is not None:
            shown["body"] = self.body
        return shown

    def effect(self, random: Random) -> Effect:  # noqa: ARG002 - the port's signature
        """Answer with the status."""
        return Effect(self.when, Reply(self.status, self.headers, self._body_bytes()))

    def _body_bytes(self) -> bytes | None:
        if self.body is None:
            return None
        if isinstance(self.body, str):
            return self.body.encode("utf-8", "replace")
        return write_json(self.body)


def _headers(value: Any) -> tuple[tuple[str, str], ...]:
    allowed = "an object of header names and printable values"
    if value is None:
        return ()
    if not isinstance(value, dict):
        raise FaultRuleError("headers", "must be an object", allowed)
    for name, text in value.items():
        if not isinstance(text, str) or not text.isprintable() or not text.isascii():
            raise FaultRuleError("headers", f"{name!r} needs a printable value", allowed)
        if not name.isascii() or not name.replace("-", "").replace("_", "").isalnum():
            raise FaultRuleError("headers", f"{name!r} is not a header name", allowed)
    return tuple(value.items())
