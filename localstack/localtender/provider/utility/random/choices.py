"""``random_integer`` and ``random_shuffle``, which a seed makes repeatable."""

from __future__ import annotations

import random
from collections.abc import Iterable

from localtender.provider.call import Call
from localtender.provider.checks import between
from localtender.provider.errors import InvalidArgumentError
from localtender.provider.schema.model import Block
from localtender.provider.utility.declared import KEEPERS, computed, optional, required
from localtender.provider.utility.random.kept import Kept
from localtender.provider.values import Values, is_wholly_known


class RandomInteger(Kept):
    """``random_integer``; the import id is ``RESULT,MIN,MAX[,SEED]``."""

    type_name = "random_integer"
    schema = Block(
        {
            "id": computed(),
            "keepers": optional(KEEPERS),
            "max": required("number"),
            "min": required("number"),
            "result": computed("number"),
            "seed": optional(),
        }
    )
    replaces = ("keepers", "max", "min", "seed")

    def validate(self, config: Values) -> Iterable[InvalidArgumentError]:
        """Refuse a range without a number in it."""
        lowest, highest = config["min"], config["max"]
        if is_wholly_known([lowest, highest]) and lowest > highest:
            yield InvalidArgumentError("min", f"must not be greater than max, which is {highest}")

    def create(self, call: Call, planned: Values) -> Values:
        """Draw the number."""
        if planned["min"] > planned["max"]:
            raise InvalidArgumentError("min", "must not be greater than max")
        drawn = _source(planned["seed"]).randint(planned["min"], planned["max"])
        return {"id": str(drawn), "result": drawn}

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take the number, and how it was drawn, from the id."""
        try:
            result, lowest, highest, *seed = identifier.split(",")
            state = {"result": int(result), "min": int(lowest), "max": int(highest)}
        except ValueError as failure:
            raise InvalidArgumentError(
                "id", f"expected RESULT,MIN,MAX or RESULT,MIN,MAX,SEED; got {identifier!r}"
            ) from failure
        return {"id": result, "seed": seed[0] if seed else None, **state}


class RandomShuffle(Kept):
    """``random_shuffle``: some or all of the items of a list, in another order."""

    type_name = "random_shuffle"
    schema = Block(
        {
            "id": computed(),
            "input": required(["list", "string"]),
            "keepers": optional(KEEPERS),
            "result": computed(["list", "string"]),
            "result_count": optional("number"),
            "seed": optional(),
        }
    )
    replaces = ("input", "keepers", "result_count", "seed")
    checks = {"result_count": between(0, 1 << 20)}

    def create(self, call: Call, planned: Values) -> Values:
        """Shuffle; for more items than there are, shuffle again and go on."""
        items, source = planned["input"], _source(planned["seed"])
        count = len(items) if planned["result_count"] is None else planned["result_count"]
        result: list[str | None] = []
        while items and len(result) < count:
            result += source.sample(items, len(items))[: count - len(result)]
        return {"id": "-", "result": result}


def _source(seed: str | None) -> random.Random:
    return random.Random(seed) if seed else random.SystemRandom()
