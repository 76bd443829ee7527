"""Which payloads are binary, after "Binary media types for REST APIs" of the developer guide."""

from __future__ import annotations

from collections.abc import Iterable


def is_binary(media_type: str | None, binary_media_types: Iterable[str]) -> bool:
    """Whether a Content-Type or the first type of an Accept header is among the API's binary ones.

    `*/*` covers every type, `image/*` every type of its kind.
    """
    sent = (media_type or "").split(",")[0].split(";")[0].strip().lower()
    for candidate in binary_media_types:
        binary = candidate.strip().lower()
        if binary == "*/*" or (sent and binary == sent):
            return True
        if binary.endswith("/*") and sent.startswith(binary[:-1]):
            return True
    return False
