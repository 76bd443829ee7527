"""``time_sleep``: a pause between two resources."""

from __future__ import annotations

from collections.abc import Iterable

from localtender.provider.call import Call
from localtender.provider.checks import matches
from localtender.provider.errors import InvalidArgumentError
from localtender.provider.schema.model import Block
from localtender.provider.utility.arguments import at_least_one
from localtender.provider.utility.declared import KEEPERS, UtilityResource, computed, optional
from localtender.provider.utility.time.moments import now, text_of
from localtender.provider.values import Values
from localtender.provider.waiting import duration_seconds

_is_duration = matches(
    r"[0-9]+(\.[0-9]+)?(ms|s|m|h)",
    "a duration is a number and ms, s, m or h, as in 30s or 1.5m",
)


class TimeSleep(UtilityResource):
    """``time_sleep``; its import id is ``CREATE_DURATION,DESTROY_DURATION``, one may be empty."""

    type_name = "time_sleep"
    schema = Block(
        {
            "create_duration": optional(),
            "destroy_duration": optional(),
            "id": computed(),
            "triggers": optional(KEEPERS),
        }
    )
    replaces = ("triggers",)
    checks = {"create_duration": _is_duration, "destroy_duration": _is_duration}

    def validate(self, config: Values) -> Iterable[InvalidArgumentError]:
        """Ask for a duration."""
        yield from at_least_one(config, ("create_duration", "destroy_duration"))

    def create(self, call: Call, planned: Values) -> Values:
        """Wait, unless Terraform is interrupted."""
        _sleep(call, planned["create_duration"])
        return {"id": text_of(now())}

    def delete(self, call: Call, state: Values) -> None:
        """Wait, unless Terraform is interrupted."""
        _sleep(call, state["destroy_duration"])

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take the durations from the id."""
        create, comma, destroy = identifier.partition(",")
        durations = [text for text in (create, destroy) if text]
        if not comma or not durations or any(map(_is_duration, durations)):
            raise InvalidArgumentError(
                "id", f"expected CREATEDURATION,DESTROYDURATION; got {identifier!r}"
            )
        return {
            "create_duration": create or None,
            "destroy_duration": destroy or None,
            "id": text_of(now()),
        }


def _sleep(call: Call, duration: str | None) -> None:
    if duration:
        call.pause(duration_seconds(duration))
