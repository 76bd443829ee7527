"""AWS Signature Version 4 from the side that checks it.

After "Create a signed AWS API request" and "Elements of an AWS API request signature" of the IAM
user guide; both forms, the Authorization header and the query of a presigned URL.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from urllib.parse import quote

from localtender.edge.protocol.messages import HttpRequest

ALGORITHM = "AWS4-HMAC-SHA256"
_FIELD = re.compile(r"(\w+)=([^,\s]+)")
_SKEW = timedelta(minutes=5)
# "Authenticating Requests (AWS Signature Version 4)" of the Amazon S3 API reference.
_STORAGE_SKEW = timedelta(minutes=15)
_UNSIGNED = "UNSIGNED-PAYLOAD"
_SHA256 = re.compile(r"[0-9a-f]{64}")


class IncompleteSignatureError(ValueError):
    """The request is signed in a form that cannot be read; the message is AWS's."""


@dataclass(frozen=True)
class RequestSignature:
    """What a signed request says of its signature; `lifetime` is of presigned URLs only."""

    access_key_id: str
    date: str
    region: str
    service: str
    signed_headers: tuple[str, ...]
    signature: str
    timestamp: datetime
    session_token: str | None
    lifetime: timedelta | None = None

    @property
    def scope(self) -> str:
        """The credential scope."""
        return f"{self.date}/{self.region}/{self.service}/aws4_request"

    def is_current(self, now: datetime) -> bool:
        """Whether it is of this time: five minutes, 15 for S3, or as long as its URL lives."""
        skew = _STORAGE_SKEW if self.service == "s3" else _SKEW
        if self.lifetime is not None:
            return self.timestamp - skew <= now <= self.timestamp + self.lifetime
        return abs(now - self.timestamp) <= skew

    def matches(self, request: HttpRequest, secret_access_key: str) -> bool:
        """Whether the request was signed with this secret as it stands, its body included."""
        if not _names_the_body(request):
            return False
        expected = _signature(self, _canonical_request(request, self), secret_access_key)
        return hmac.compare_digest(expected, self.signature)


def request_signature(request: HttpRequest) -> RequestSignature | None:
    """The request's signature, None where it is not signed; raises IncompleteSignatureError."""
    authorization = request.header("Authorization") or ""
    if authorization.startswith(ALGORITHM):
        fields = dict(_FIELD.findall(authorization.removeprefix(ALGORITHM)))
        for name in ("Credential", "Signature", "SignedHeaders"):
            if name not in fields:
                raise IncompleteSignatureError(
                    f"Authorization header requires '{name}' parameter. "
                    f"Authorization={authorization}"
                )
        sent = request.header("X-Amz-Date") or ""
        token = request.header("X-Amz-Security-Token")
        return _read(fields, sent, token, None)
    query = {name.lower(): value for name, value in request.query}
    if query.get("x-amz-algorithm") != ALGORITHM:
        return None
    fields = {
        "Credential": query.get("x-amz-credential", ""),
        "SignedHeaders": query.get("x-amz-signedheaders", ""),
        "Signature": query.get("x-amz-signature", ""),
    }
    seconds = query.get("x-amz-expires", "300")
    lifetime = timedelta(seconds=int(seconds) if seconds.isdigit() else 0)
    return _read(fields, query.get("x-amz-date", ""), query.get("x-amz-security-token"), lifetime)


def _read(
    fields: dict[str, str], sent: str, token: str | None, lifetime: timedelta | None
) -> RequestSignature:
    parts = fields["Credential"].rsplit("/", 4)
    if len(parts) != 5 or parts[4] != "aws4_request":
        raise IncompleteSignatureError(
            f"Credential must have exactly 5 slash-delimited elements, e.g. "
            f"keyid/date/region/service/term, got '{fields['Credential']}'"
        )
    try:
        timestamp = datetime.strptime(sent, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise IncompleteSignatureError(
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
        ) from None
    return RequestSignature(
        access_key_id=parts[0],
        date=parts[1],
        region=parts[2],
        service=parts[3],
        signed_headers=tuple(fields["SignedHeaders"].lower().split(";")),
        signature=fields["Signature"],
        timestamp=timestamp,
        session_token=token,
        lifetime=lifetime,
    )


def _names_the_body(request: HttpRequest) -> bool:
    """Whether a digest that the request sends of its body is of the body that came.

    What is no digest stands for a body that is not signed, or signed in chunks.
    """
    sent = request.header("X-Amz-Content-SHA256") or ""
    return _SHA256.fullmatch(sent) is None or sent == _digest(request.body)


def _canonical_request(request: HttpRequest, signature: RequestSignature) -> str:
    headers = {
        name: ",".join(" ".join(value.split()) for value in request.header_values(name))
        for name in signature.signed_headers
    }
    query = [pair for pair in request.query if pair[0].lower() != "x-amz-signature"]
    presigned = signature.lifetime is not None
    return "\n".join(
        (
            request.method,
            _canonical_path(request, signature),
            _canonical_query(query),
            *(f"{name}:{headers[name]}" for name in sorted(headers)),
            "",
            ";".join(sorted(headers)),
            request.header("X-Amz-Content-SHA256")
            or (_UNSIGNED if presigned and signature.service == "s3" else _digest(request.body)),
        )
    )


def _canonical_path(request: HttpRequest, signature: RequestSignature) -> str:
    path = request.raw_path or "/"
    # "Do not normalize URI paths" for S3, which encodes them once only.
    return path if signature.service == "s3" else quote(_normalized(path), safe="/~")


def _normalized(path: str) -> str:
    """The path without redundant and relative parts, as RFC 3986 and the signing steps ask."""
    kept: list[str] = []
    for part in path.split("/"):
        if part == "..":
            del kept[-1:]
        elif part not in ("", "."):
            kept.append(part)
    return "/" + "/".join(kept) + ("/" if kept and path.endswith("/") else "")


def _canonical_query(pairs: Iterable[tuple[str, str]]) -> str:
    written = sorted((quote(name, safe="-_.~"), quote(value, safe="-_.~")) for name, value in pairs)
    return "&".join(f"{name}={value}" for name, value in written)


def _signature(signature: RequestSignature, canonical: str, secret: str) -> str:
    text = "\n".join(
        (
            ALGORITHM,
            signature.timestamp.strftime("%Y%m%dT%H%M%SZ"),
            signature.scope,
            _digest(canonical.encode()),
        )
    )
    key = _signing_key(secret, signature.date, signature.region, signature.service)
    return hmac.digest(key, text.encode(), "sha256").hex()


@lru_cache(maxsize=1024)
def _signing_key(secret: str, date: str, region: str, service: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (date, region, service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
