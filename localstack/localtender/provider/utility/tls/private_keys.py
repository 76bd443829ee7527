"""``tls_private_key``, also as an ephemeral resource, and the data source ``tls_public_key``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from localtender.provider.call import Call
from localtender.provider.checks import between, one_of
from localtender.provider.declaration import EphemeralResource
from localtender.provider.errors import InvalidArgumentError
from localtender.provider.schema.model import Block
from localtender.provider.utility.arguments import exactly_one
from localtender.provider.utility.declared import (
    UtilityDataSource,
    UtilityResource,
    computed,
    defaulted,
    optional,
    required,
)
from localtender.provider.utility.tls.keys import (
    ALGORITHMS,
    CURVES,
    algorithm_of,
    make_key,
    private_spellings,
    public_spellings,
    read_key,
    read_ssh_key,
)
from localtender.provider.values import Values

_ARGUMENTS: Final = {
    "algorithm": required(),
    "ecdsa_curve": defaulted(),
    "rsa_bits": defaulted("number"),
}
_PUBLIC: Final = {
    "public_key_fingerprint_md5": computed(),
    "public_key_fingerprint_sha256": computed(),
    "public_key_openssh": computed(),
    "public_key_pem": computed(),
}
_PRIVATE: Final = {
    "private_key_openssh": computed(),
    "private_key_pem": computed(),
    "private_key_pem_pkcs8": computed(),
}
_DEFAULTS: Final[Values] = {"ecdsa_curve": "P224", "rsa_bits": 2048}
_CHECKS: Final = {
    "algorithm": one_of(*ALGORITHMS),
    "ecdsa_curve": one_of(*CURVES),
    "rsa_bits": between(1024, 16384),
}


class TlsPrivateKey(UtilityResource):
    """``tls_private_key``; any change makes another key."""

    type_name = "tls_private_key"
    schema = Block({**_ARGUMENTS, **_PRIVATE, **_PUBLIC, "id": computed()})
    replaces = tuple(_ARGUMENTS)
    defaults = _DEFAULTS
    sensitive = tuple(_PRIVATE)
    checks = _CHECKS

    def create(self, call: Call, planned: Values) -> Values:
        """Make the key."""
        key = make_key(planned["algorithm"], planned["rsa_bits"], planned["ecdsa_curve"])
        return private_spellings(key) | public_spellings(key)


class EphemeralTlsPrivateKey(EphemeralResource):
    """``tls_private_key``: another one in every run."""

    type_name = "tls_private_key"
    schema = Block({**_ARGUMENTS, **_PRIVATE, **_PUBLIC})
    sensitive = tuple(_PRIVATE)
    checks = _CHECKS

    def open(self, call: Call, config: Values) -> Values:
        """Make the key."""
        arguments = {name: config[name] or value for name, value in _DEFAULTS.items()}
        key = make_key(config["algorithm"], arguments["rsa_bits"], arguments["ecdsa_curve"])
        return arguments | private_spellings(key) | public_spellings(key)


class TlsPublicKey(UtilityDataSource):
    """``tls_public_key``: the public part of a private key."""

    type_name = "tls_public_key"
    schema = Block(
        {
            **_PUBLIC,
            "algorithm": computed(),
            "id": computed(),
            "private_key_openssh": optional(),
            "private_key_pem": optional(),
        }
    )
    sensitive = ("private_key_openssh", "private_key_pem")

    def validate(self, config: Values) -> Iterable[InvalidArgumentError]:
        """Ask for one key."""
        yield from exactly_one(config, ("private_key_pem", "private_key_openssh"))

    def read(self, call: Call, config: Values) -> Values:
        """Spell the public part."""
        if config["private_key_pem"] is not None:
            key = read_key("private_key_pem", config["private_key_pem"])
        else:
            key = read_ssh_key("private_key_openssh", config["private_key_openssh"])
        return {"algorithm": algorithm_of(key), **public_spellings(key)}
