"""``random_password`` as an ephemeral resource: another one in every run."""

from __future__ import annotations

from collections.abc import Iterable

from localtender.provider.call import Call
from localtender.provider.declaration import EphemeralResource
from localtender.provider.errors import InvalidArgumentError
from localtender.provider.schema.model import Block
from localtender.provider.utility.random.strings import (
    RandomPassword,
    bcrypt_hash,
    drawn_string,
    string_problems,
)
from localtender.provider.values import Values


class EphemeralRandomPassword(EphemeralResource):
    """``random_password``; made for write-only arguments."""

    type_name = "random_password"
    schema = Block(
        {
            name: attribute
            for name, attribute in RandomPassword.schema.attributes.items()
            if name not in ("id", "keepers", "number")
        }
    )
    sensitive = RandomPassword.sensitive
    checks = RandomPassword.checks

    def validate(self, config: Values) -> Iterable[InvalidArgumentError]:
        """Refuse a length too short for the minimums, and a password of no characters."""
        return string_problems({**config, "number": None})

    def open(self, call: Call, config: Values) -> Values:
        """Draw the password."""
        defaults = {**RandomPassword.defaults, "numeric": True}
        arguments = {
            name: defaults.get(name) if value is None else value for name, value in config.items()
        }
        drawn = drawn_string(arguments)
        return {**arguments, "result": drawn, "bcrypt_hash": bcrypt_hash(drawn)}
