"""``random_id``, ``random_bytes`` and the three kinds of ``random_uuid``."""

from __future__ import annotations

import base64
import binascii
import secrets
import time
import uuid
from typing import Final

from localtender.provider.call import Call
from localtender.provider.checks import between
from localtender.provider.errors import InvalidArgumentError
from localtender.provider.schema.model import Block
from localtender.provider.utility.declared import KEEPERS, computed, optional, required
from localtender.provider.utility.random.kept import Kept
from localtender.provider.values import Values

_MOST_BYTES: Final = 1 << 20


class RandomId(Kept):
    """``random_id``: bytes in four spellings; the import id is ``[PREFIX,]B64_URL``."""

    type_name = "random_id"
    schema = Block(
        {
            "b64_std": computed(),
            "b64_url": computed(),
            "byte_length": required("number"),
            "dec": computed(),
            "hex": computed(),
            "id": computed(),
            "keepers": optional(KEEPERS),
            "prefix": optional(),
        }
    )
    replaces = ("byte_length", "keepers", "prefix")
    checks = {"byte_length": between(1, _MOST_BYTES)}

    def create(self, call: Call, planned: Values) -> Values:
        """Draw the bytes."""
        return _spellings(secrets.token_bytes(planned["byte_length"]), planned["prefix"] or "")

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take the bytes from the id."""
        prefix, _, text = identifier.rpartition(",")
        content = _decoded(text, b"-_")
        return {
            "byte_length": len(content),
            "prefix": prefix or None,
            **_spellings(content, prefix),
        }


class RandomBytes(Kept):
    """``random_bytes``: for secrets; the import id is the base64 text."""

    type_name = "random_bytes"
    schema = Block(
        {
            "base64": computed(),
            "hex": computed(),
            "keepers": optional(KEEPERS),
            "length": required("number"),
        }
    )
    replaces = ("keepers", "length")
    sensitive = ("base64", "hex")
    checks = {"length": between(1, _MOST_BYTES)}

    def create(self, call: Call, planned: Values) -> Values:
        """Draw the bytes."""
        content = secrets.token_bytes(planned["length"])
        return {"base64": base64.b64encode(content).decode(), "hex": content.hex()}

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take the bytes from the id."""
        content = _decoded(identifier, None)
        return {"base64": identifier, "hex": content.hex(), "length": len(content)}


class RandomUuid(Kept):
    """``random_uuid``: a version 4 UUID."""

    type_name = "random_uuid"
    schema = Block({"id": computed(), "keepers": optional(KEEPERS), "result": computed()})
    replaces = ("keepers",)

    def create(self, call: Call, planned: Values) -> Values:
        """Draw the UUID."""
        drawn = str(self.draw())
        return {"id": drawn, "result": drawn}

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take the UUID from the id."""
        try:
            text = str(uuid.UUID(identifier))
        except ValueError as failure:
            raise InvalidArgumentError("id", f"{identifier!r} is not a UUID") from failure
        return {"id": text, "result": text}

    def draw(self) -> uuid.UUID:
        """Return a new UUID."""
        return uuid.uuid4()


class RandomUuid4(RandomUuid):
    """``random_uuid4``: the same under a clearer name."""

    type_name = "random_uuid4"


class RandomUuid7(RandomUuid):
    """``random_uuid7``: begins with the time, so that later ones sort later (RFC 9562)."""

    type_name = "random_uuid7"

    def draw(self) -> uuid.UUID:
        """Return a new UUID."""
        milliseconds = time.time_ns() // 1_000_000
        bits = (milliseconds << 80) | secrets.randbits(80)
        return uuid.UUID(int=_with_version_7(bits))


def _with_version_7(bits: int) -> int:
    bits &= ~(0xF << 76) & ~(0x3 << 62)
    return bits | (7 << 76) | (2 << 62)


def _spellings(content: bytes, prefix: str) -> Values:
    url = base64.urlsafe_b64encode(content).decode().rstrip("=")
    return {
        "id": url,
        "b64_url": prefix + url,
        "b64_std": prefix + base64.b64encode(content).decode(),
        "hex": prefix + content.hex(),
        "dec": f"{prefix}{int.from_bytes(content, 'big')}",
    }


def _decoded(text: str, alternatives: bytes | None) -> bytes:
    try:
        padded = text + "=" * (-len(text) % 4)
        return base64.b64decode(padded, alternatives, validate=True)
    except (binascii.Error, ValueError) as failure:
        raise InvalidArgumentError("id", f"{text!r} is not base64: {failure}") from failure
