"""``time_static``, ``time_offset`` and ``time_rotating``: moments that Terraform keeps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Final

from localtender.provider.call import Call
from localtender.provider.checks import between
from localtender.provider.declaration import Plan
from localtender.provider.errors import InvalidArgumentError
from localtender.provider.schema.model import Block
from localtender.provider.utility.arguments import at_least_one
from localtender.provider.utility.declared import (
    KEEPERS,
    UtilityResource,
    computed,
    defaulted,
    optional,
)
from localtender.provider.utility.time.moments import (
    PARTS,
    is_rfc3339,
    later,
    now,
    parse,
    parts_of,
    text_of,
)
from localtender.provider.values import UNKNOWN, Values, is_wholly_known

_MOST: Final = 1 << 40
# In the order in which they are added.
_OFFSETS: Final = ("days", "hours", "minutes", "months", "seconds", "years")
_ROTATIONS: Final = ("days", "hours", "minutes", "months", "years")
_IMPORTED: Final = ("years", "months", "days", "hours", "minutes", "seconds")


class TimeStatic(UtilityResource):
    """``time_static``: when it was created; the import id is the moment."""

    type_name = "time_static"
    schema = Block(
        {**PARTS, "id": computed(), "rfc3339": defaulted(), "triggers": optional(KEEPERS)}
    )
    replaces = ("rfc3339", "triggers")
    checks = {"rfc3339": is_rfc3339}

    def create(self, call: Call, planned: Values) -> Values:
        """Look at the clock, unless the moment is given."""
        return _static(_base(planned, "rfc3339"))

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take the moment from the id."""
        return _static(parse("id", identifier))


class TimeOffset(UtilityResource):
    """``time_offset``: a moment, and another one some time before or after it.

    Its import id is ``BASE,YEARS,MONTHS,DAYS,HOURS,MINUTES,SECONDS``, with empty numbers.
    """

    type_name = "time_offset"
    arguments = tuple(f"offset_{unit}" for unit in _OFFSETS)
    schema = Block(
        {
            **PARTS,
            **{f"offset_{unit}": optional("number") for unit in _OFFSETS},
            "base_rfc3339": defaulted(),
            "id": computed(),
            "rfc3339": computed(),
            "triggers": optional(KEEPERS),
        }
    )
    replaces = ("triggers",)
    checks = {"base_rfc3339": is_rfc3339}

    def validate(self, config: Values) -> Iterable[InvalidArgumentError]:
        """Ask for an offset."""
        yield from at_least_one(config, self.arguments)

    def customize(self, call: Call, plan: Plan) -> None:
        """Show what a change of the base or an offset comes to."""
        arguments = ("base_rfc3339", *self.arguments)
        if plan.prior is not None and any(plan.changes(name) for name in arguments):
            _replan(plan, arguments, self._computed)

    def create(self, call: Call, planned: Values) -> Values:
        """Look at the clock, unless the base is given, and add the offsets."""
        return self._computed({**planned, "base_rfc3339": text_of(_base(planned, "base_rfc3339"))})

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take the base and the offsets from the id."""
        base, offsets = _apart(identifier, _IMPORTED, "offset")
        return offsets | self._computed({**offsets, "base_rfc3339": base})

    def _computed(self, values: Values) -> Values:
        base = parse("base_rfc3339", values["base_rfc3339"])
        moment = base
        for unit in _OFFSETS:
            moment = later(moment, values.get(f"offset_{unit}") or 0, unit)
        text = text_of(base)
        return {
            **parts_of(moment),
            "base_rfc3339": text,
            "id": text,
            "rfc3339": text_of(moment),
        }


class TimeRotating(UtilityResource):
    """``time_rotating``: a moment that is replaced by a new one after some time.

    Where several rotations are given, the last in the order days, hours, minutes, months,
    ``rotation_rfc3339``, years counts, as in the real provider. Its import id is
    ``BASE,YEARS,MONTHS,DAYS,HOURS,MINUTES``, with empty numbers, or ``BASE,ROTATION``.
    """

    type_name = "time_rotating"
    arguments = (*(f"rotation_{unit}" for unit in _ROTATIONS), "rotation_rfc3339")
    schema = Block(
        {
            **PARTS,
            **{f"rotation_{unit}": optional("number") for unit in _ROTATIONS},
            "id": computed(),
            "rfc3339": defaulted(),
            "rotation_rfc3339": defaulted(),
            "triggers": optional(KEEPERS),
        }
    )
    replaces = ("rfc3339", "triggers")
    checks = {
        "rfc3339": is_rfc3339,
        "rotation_rfc3339": is_rfc3339,
        **{f"rotation_{unit}": between(1, _MOST) for unit in _ROTATIONS},
    }

    def validate(self, config: Values) -> Iterable[InvalidArgumentError]:
        """Ask for a rotation."""
        yield from at_least_one(config, self.arguments)

    def customize(self, call: Call, plan: Plan) -> None:
        """Show when it rotates after a change."""
        if plan.prior is None:
            return
        if any(plan.changes(name) for name in self.arguments):
            # A moment that is not configured is the one computed before, of no account now.
            plan.planned["rotation_rfc3339"] = plan.config["rotation_rfc3339"]
            _replan(plan, ("rfc3339", *self.arguments), self._computed)
        rotation = plan.planned["rotation_rfc3339"]
        if is_wholly_known(rotation) and parse("rotation_rfc3339", rotation) < now():
            plan.replace("rotation_rfc3339")

    def create(self, call: Call, planned: Values) -> Values:
        """Look at the clock, unless the moment is given."""
        return self._computed({**planned, "rfc3339": text_of(_base(planned, "rfc3339"))})

    def read(self, call: Call, state: Values) -> Values | None:
        """Be gone when the time has come."""
        rotation = state["rotation_rfc3339"]
        return None if rotation and parse("rotation_rfc3339", rotation) < now() else {}

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take the moment and its rotation from the id."""
        base, _, rest = identifier.partition(",")
        if "," not in rest:
            rotations: Values = {"rotation_rfc3339": text_of(parse("id", rest))}
        else:
            base, rotations = _apart(identifier, _IMPORTED[:5], "rotation")
        return rotations | self._computed({**rotations, "rfc3339": base})

    def _computed(self, values: Values) -> Values:
        base = parse("rfc3339", values["rfc3339"])
        moment = base
        for unit in _ROTATIONS:
            if unit == "years" and values.get("rotation_rfc3339"):
                moment = parse("rotation_rfc3339", values["rotation_rfc3339"])
            if values.get(f"rotation_{unit}"):
                moment = later(base, values[f"rotation_{unit}"], unit)
        text = text_of(base)
        return {
            **parts_of(moment),
            "id": text,
            "rfc3339": text,
            "rotation_rfc3339": text_of(moment),
        }


def _replan(plan: Plan, arguments: Sequence[str], compute: Callable[[Values], Values]) -> None:
    """Put what the arguments come to into the plan, or unknown where they are."""
    if is_wholly_known([plan.planned[name] for name in arguments]):
        plan.planned |= compute(plan.planned)
        return
    for name in (*PARTS, "rfc3339", "rotation_rfc3339", "id"):
        if name in plan.planned and plan.config.get(name) is None:
            plan.planned[name] = UNKNOWN


def _base(planned: Values, argument: str) -> datetime:
    given = planned[argument]
    return parse(argument, given) if given else now()


def _static(moment: datetime) -> Values:
    text = text_of(moment)
    return {**parts_of(moment), "id": text, "rfc3339": text}


def _apart(identifier: str, units: Sequence[str], kind: str) -> tuple[str, Values]:
    base, *numbers = identifier.split(",")
    try:
        if len(numbers) != len(units) or not any(numbers):
            raise ValueError
        amounts = [int(number) if number else None for number in numbers]
    except ValueError as failure:
        form = ",".join(("BASETIMESTAMP", *(unit.upper() for unit in units)))
        raise InvalidArgumentError(
            "id", f"expected {form} with at least one number; got {identifier!r}"
        ) from failure
    return base, {f"{kind}_{unit}": n for unit, n in zip(units, amounts, strict=True)}
