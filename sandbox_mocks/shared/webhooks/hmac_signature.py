"""Signatures of the form ``t=<seconds>,v1=<HMAC-SHA256 of "t.body">``.

Stripe's form: https://docs.stripe.com/webhooks#verify-manually; the ACH sandbox uses it, too.
"""

from __future__ import annotations

import hashlib
import hmac


def hmac_signature(secret: str, body: bytes, now: float) -> str:
    """Return the value of the signature header at a moment (seconds since the epoch)."""
    timestamp = str(int(now))
    signed = timestamp.encode() + b"." + body
    digest = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return f"t={timestamp},v1={digest}"
