"""A service answers with one of its errors.

    client ──call──▶ ✗ ──▶ InternalServerError ──▶ client                        when: before
    client ──call──▶ work ──▶ (answer lost) InternalServerError ──▶ client       when: after

Status and message are the service's own. Several codes take turns by chance; without any, the
service is at fault itself, with its internal error or as unavailable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, ClassVar, cast

from fault_injection.effects import WHENS, Effect, When
from fault_injection.fields import FaultRuleError, RuleFields
from localtender.edge.faults.actions import AnswerError
from localtender.edge.faults.calls import Call
from localtender.edge.faults.documented_errors import COMMON_ERRORS, ErrorCode
from localtender.edge.faults.error_codes import ErrorCodes
from localtender.edge.faults.error_members import members_of
from localtender.edge.faults.rule_targets import is_glob
from localtender.edge.protocol.errors import ServiceError


@dataclass(frozen=True)
class Error:
    """Answers with an error. `any_code` says that the codes need not be the service's."""

    kind: ClassVar[str] = "error"

    known: ErrorCodes
    codes: tuple[str, ...] = ()
    message: str | None = None
    status: int | None = None
    when: When = "before"
    any_code: bool = False

    def describe(self) -> dict[str, Any]:
        """Return the parameters as they are written in a rule."""
        shown: dict[str, Any] = {"when": self.when}
        if self.codes:
            shown["code"] = self.codes[0] if len(self.codes) == 1 else list(self.codes)
        if self.message is not None:
            shown["message"] = self.message
        if self.status is not None:
            shown["status"] = self.status
        if self.any_code:
            shown["any_code"] = True
        return shown

    def effect(self, random: Random) -> Effect:
        """Answer with one of the errors."""
        chance = random.random()
        return Effect(self.when, AnswerError(lambda call: self._error(call, chance)))

    def _error(self, call: Call, chance: float) -> ServiceError:
        choices = self._choices(call)
        chosen = choices[int(chance * len(choices))]
        return ServiceError(
            chosen.code,
            self.message or chosen.message,
            self.status or chosen.status,
            fields=members_of(chosen.code, call),
        )

    def _choices(self, call: Call) -> Sequence[ErrorCode]:
        if not self.codes:
            return self.known.server_errors(call.service)
        errors = self.known.of_service(call.service)
        unknown = self.status or 500
        return [
            errors.get(code) or COMMON_ERRORS.get(code) or ErrorCode(code, unknown, code)
            for code in self.codes
        ]


def parse_error(known: ErrorCodes, fields: RuleFields) -> Error:
    """Read `code` (one, or a list), `message`, `status`, `when`; raises FaultRuleError.

    A code has to be one of the service's, or one common to all where the rule names no single
    service; `any_code` takes every one.
    """
    any_code = fields.value("any_code") is True
    codes = _codes(fields.value("code"))
    if not any_code:
        _check(known, fields.text("service"), codes)
    when = cast("When", fields.choice("when", WHENS, "before"))
    status = fields.integer("status", minimum=400, maximum=599)
    return Error(known, codes, fields.text("message"), status, when, any_code)


def _codes(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    codes = value if isinstance(value, list) else [value]
    if not codes or not all(isinstance(code, str) and code for code in codes):
        raise FaultRuleError("code", "must name an error", "an error code, or a list of them")
    return tuple(codes)


def _check(known: ErrorCodes, service: str | None, codes: tuple[str, ...]) -> None:
    single = service is not None and not is_glob(service)
    allowed = known.of_service(service) if service and single else COMMON_ERRORS
    whose = service if single else "every service (name one service for its own)"
    for code in codes:
        if code not in allowed:
            raise FaultRuleError("code", f"{code!r} is no error of {whose}", tuple(sorted(allowed)))
