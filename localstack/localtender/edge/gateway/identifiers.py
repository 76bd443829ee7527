"""Identifiers in the forms that API Gateway gives them."""

from __future__ import annotations

import secrets
import string

_LOWER = string.ascii_lowercase + string.digits
_MIXED = string.ascii_letters + string.digits


def long_identifier() -> str:
    """Ten lower-case alphanumerics, as of REST APIs, root resources and API keys."""
    return "".join(secrets.choice(_LOWER) for _ in range(10))


def short_identifier() -> str:
    """Six lower-case alphanumerics, as of resources, deployments, models, usage plans."""
    return "".join(secrets.choice(_LOWER) for _ in range(6))


def api_key_value() -> str:
    """Forty alphanumerics, as of an API key that API Gateway makes up itself."""
    return "".join(secrets.choice(_MIXED) for _ in range(40))
