"""The global condition keys of a call.

After "AWS global condition context keys" of the IAM user guide.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from localtender.edge.authorize.identities import Identity
from localtender.edge.authorize.requests import principal_context
from localtender.edge.protocol.messages import HttpRequest
from localtender.edge.protocol.service_calls import ServiceCall

_FOLDED = ("Tags", "tags")


def call_context(
    identity: Identity, call: ServiceCall, region: str, now: datetime
) -> dict[str, tuple[str, ...]]:
    """Everything but the keys of the resource and of the service."""
    return {
        **request_context(identity, call.request, region, now),
        **_tag_context(call.parameters),
    }


def request_context(
    identity: Identity, request: HttpRequest, region: str, now: datetime
) -> dict[str, tuple[str, ...]]:
    """The keys of the caller and of how its request came."""
    return {**identity_context(identity), **_transport_context(request, region, now)}


def identity_context(identity: Identity) -> dict[str, tuple[str, ...]]:
    """The keys that follow from the caller, with its tags."""
    context = principal_context(identity.principal)
    context["aws:principalisawsservice"] = (
        "true" if identity.principal.kind == "Service" else "false",
    )
    for name, value in identity.tags.items():
        context[f"aws:principaltag/{name.lower()}"] = (value,)
    return context


def service_context(region: str, now: datetime) -> dict[str, tuple[str, ...]]:
    """The keys of what a service of AWS does by a role, without a request of a client's."""
    return {
        "aws:requestedregion": (region,),
        "aws:currenttime": (f"{now:%Y-%m-%dT%H:%M:%SZ}",),
        "aws:epochtime": (str(int(now.timestamp())),),
        "aws:securetransport": ("true",),
        "aws:viaawsservice": ("true",),
    }


def _transport_context(
    request: HttpRequest, region: str, now: datetime
) -> dict[str, tuple[str, ...]]:
    context: dict[str, tuple[str, ...]] = {
        "aws:requestedregion": (region,),
        "aws:sourceip": (request.source_ip,),
        # Loopback takes the place of TLS here; on AWS every endpoint of these clients is HTTPS.
        "aws:securetransport": ("true",),
        "aws:currenttime": (f"{now:%Y-%m-%dT%H:%M:%SZ}",),
        "aws:epochtime": (str(int(now.timestamp())),),
        "aws:viaawsservice": ("false",),
    }
    for key, header in (("aws:useragent", "User-Agent"), ("aws:referer", "Referer")):
        value = request.header(header)
        if value is not None:
            context[key] = (value,)
    return context


def _tag_context(parameters: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    tags: dict[str, str] = {}
    for name in _FOLDED:
        given = parameters.get(name)
        if isinstance(given, Mapping):
            tags.update({str(key): str(value) for key, value in given.items()})
        elif isinstance(given, list):
            for tag in given:
                if isinstance(tag, Mapping):
                    key = tag.get("Key", tag.get("key", tag.get("TagKey")))
                    value = tag.get("Value", tag.get("value", tag.get("TagValue", "")))
                    if key is not None:
                        tags[str(key)] = str(value)
    keys = list(tags)
    for name in ("TagKeys", "tagKeys"):
        listed = parameters.get(name)
        keys += [str(key) for key in listed] if isinstance(listed, list) else []
    context: dict[str, tuple[str, ...]] = {
        f"aws:requesttag/{key.lower()}": (value,) for key, value in tags.items()
    }
    if keys:
        context["aws:tagkeys"] = tuple(keys)
    return context
