"""Names and ids of EventBridge: buses, rules, and what belongs to them.

Forms follow the "Import" sections of the documentation of ``aws_cloudwatch_event_rule``,
``aws_cloudwatch_event_target`` and ``aws_cloudwatch_event_permission``.
"""

from __future__ import annotations

import re
from typing import Final

from localtender.provider.checks import every, length, matches
from localtender.provider.errors import OperationError

DEFAULT_BUS: Final = "default"
_BUS_WITH_SLASHES: Final = re.compile(
    r"(arn:aws[\w-]*:events:[\w-]+:\d{12}:event-bus/[\w.-]+)"
    r"|((arn:aws[\w-]*:events:[\w-]+:\d{12}:event-bus/)?aws\.partner(/[\w.-]+){2,})"
)

is_bus_name = every(
    length(1, 256), matches(r"[/.\-_A-Za-z0-9]+", "expected the name of an event bus")
)
is_bus_name_or_arn = every(
    length(1, 1600),
    matches(r"(arn:aws[\w-]*:events:.+|[/.\-_A-Za-z0-9]+)", "expected an event bus"),
)
is_rule_name = every(
    length(1, 64), matches(r"[.\-_A-Za-z0-9]+", "expected letters, digits or any of .-_")
)


def on_bus(bus: str | None, name: str) -> str:
    """Return the id of something on an event bus; the default bus is not named."""
    return name if bus in (None, "", DEFAULT_BUS) else f"{bus}/{name}"


def bus_and_name(identifier: str, word: str) -> tuple[str, str]:
    """Take ``BUS/NAME`` or ``NAME`` apart; an ARN or the name of a partner's bus has slashes.

    Raises
    ------
    OperationError
        When the id is of another form; ``word`` says what the name is of.
    """
    bus, _, name = identifier.rpartition("/")
    named = bool(bus) and ("/" not in bus or _BUS_WITH_SLASHES.fullmatch(bus) is not None)
    if not name or (bus and not named) or identifier.startswith("/"):
        raise OperationError(
            f"unexpected format of the id {identifier!r}, expected EVENT_BUS_NAME/{word} or {word}"
        )
    return bus or DEFAULT_BUS, name
