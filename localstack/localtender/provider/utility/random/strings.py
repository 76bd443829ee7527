"""``random_string`` and ``random_password``."""

from __future__ import annotations

import secrets
import string
from collections.abc import Iterable, Iterator
from typing import Final

from localtender.provider.call import Call
from localtender.provider.checks import between
from localtender.provider.declaration import Plan
from localtender.provider.errors import InvalidArgumentError
from localtender.provider.schema.model import Block
from localtender.provider.utility.declared import (
    KEEPERS,
    computed,
    defaulted,
    optional,
    required,
)
from localtender.provider.utility.random.kept import Kept
from localtender.provider.values import UNKNOWN, Values, is_wholly_known

SPECIAL_CHARACTERS: Final = "!@#$%&*()-_=+[]{}<>:?"
_LONGEST: Final = 1 << 20
_BCRYPT_BYTES: Final = 72
_BCRYPT_ROUNDS: Final = 10
_CLASSES: Final = {
    "lower": string.ascii_lowercase,
    "numeric": string.digits,
    "upper": string.ascii_uppercase,
}
_KINDS: Final = ("lower", "numeric", "special", "upper")
_MINIMUMS: Final = tuple(f"min_{kind}" for kind in _KINDS)

_ATTRIBUTES: Final = {
    "id": computed(),
    "keepers": optional(KEEPERS),
    "length": required("number"),
    "number": defaulted("bool"),
    "override_special": optional(),
    "result": computed(),
    **{kind: defaulted("bool") for kind in _KINDS},
    **{minimum: defaulted("number") for minimum in _MINIMUMS},
}


class RandomString(Kept):
    """``random_string``; the import id is the string itself."""

    type_name = "random_string"
    schema = Block(_ATTRIBUTES)
    replaces = ("keepers", "length", "number", "override_special", *_KINDS, *_MINIMUMS)
    defaults = {
        **dict.fromkeys(("lower", "special", "upper"), True),
        **dict.fromkeys(_MINIMUMS, 0),
    }
    checks = {"length": between(1, _LONGEST)}

    def validate(self, config: Values) -> Iterable[InvalidArgumentError]:
        """Refuse a length too short for the minimums, and a string of no characters."""
        return string_problems(config)

    def customize(self, call: Call, plan: Plan) -> None:
        """Keep ``number`` and ``numeric`` the same: they are two names of one argument."""
        configured = [plan.config[name] for name in ("number", "numeric")]
        given = [value for value in configured if value is not None]
        value = given[0] if given else True
        plan.planned |= {"number": value, "numeric": value}

    def create(self, call: Call, planned: Values) -> Values:
        """Draw the string."""
        drawn = drawn_string(planned)
        return {"id": drawn, "result": drawn}

    def read(self, call: Call, state: Values) -> Values | None:
        """Complete a state that an older provider wrote, lest the string be drawn again."""
        numeric = next(
            (state[name] for name in ("numeric", "number") if state[name] is not None), True
        )
        length = len(state["result"]) if state["length"] is None else state["length"]
        return {"length": length, "number": numeric, "numeric": numeric}

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take the string from the id; how it was to be drawn is taken for defaulted."""
        return {"id": identifier, **_imported(identifier)}


class RandomPassword(RandomString):
    """``random_password``: the same, sensitive and with a bcrypt hash."""

    type_name = "random_password"
    schema = Block({**_ATTRIBUTES, "bcrypt_hash": computed()})
    sensitive = ("bcrypt_hash", "result")

    def create(self, call: Call, planned: Values) -> Values:
        """Draw the password."""
        drawn = drawn_string(planned)
        return {"id": "none", "result": drawn, "bcrypt_hash": bcrypt_hash(drawn)}

    def read(self, call: Call, state: Values) -> Values | None:
        """Complete a state that an older provider wrote."""
        completed = super().read(call, state) or {}
        if state["bcrypt_hash"] is None:
            completed["bcrypt_hash"] = bcrypt_hash(state["result"])
        return completed

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take the password from the id."""
        return {
            "id": "none",
            "bcrypt_hash": bcrypt_hash(identifier),
            **_imported(identifier),
        }


def string_problems(config: Values) -> Iterator[InvalidArgumentError]:
    """Yield what does not go together in the arguments of a string."""
    minimums = [config[name] for name in _MINIMUMS]
    known = [item for item in (config["length"], *minimums) if item is not UNKNOWN]
    if len(known) == 1 + len(minimums) and config["length"] < sum(n or 0 for n in minimums):
        yield InvalidArgumentError("length", f"must be at least the sum of {', '.join(_MINIMUMS)}")
    number, numeric = config["number"], config["numeric"]
    if number is not UNKNOWN and numeric is not UNKNOWN:
        if None not in (number, numeric) and number != numeric:
            yield InvalidArgumentError("number", "is the former name of numeric and differs")
        chosen = [config[kind] for kind in ("lower", "special", "upper")]
        chosen.append(number if numeric is None else numeric)
        if is_wholly_known(chosen) and all(item is False for item in chosen):
            yield InvalidArgumentError("lower", f"at least one of {', '.join(_KINDS)} must be true")


def drawn_string(arguments: Values) -> str:
    """Return a new string of the characters that the arguments allow and demand."""
    classes = {**_CLASSES, "special": arguments["override_special"] or SPECIAL_CHARACTERS}
    allowed = "".join(classes[kind] for kind in _KINDS if arguments[kind])
    drawn = [
        secrets.choice(classes[kind])
        for kind in _KINDS
        for _ in range(arguments[f"min_{kind}"] or 0)
    ]
    drawn += [secrets.choice(allowed) for _ in range(arguments["length"] - len(drawn))]
    secrets.SystemRandom().shuffle(drawn)
    return "".join(drawn)


def bcrypt_hash(password: str) -> str:
    """Return the hash of a password, of which bcrypt takes the first 72 bytes."""
    import bcrypt

    salt = bcrypt.gensalt(_BCRYPT_ROUNDS, prefix=b"2a")
    return bcrypt.hashpw(password.encode()[:_BCRYPT_BYTES], salt).decode()


def _imported(text: str) -> Values:
    return {"result": text, "length": len(text), "number": True, "numeric": True}
