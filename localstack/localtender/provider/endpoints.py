"""Which address a service is reached at; only addresses of this machine are accepted."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from localtender.provider.errors import RefusedEndpointError

# Names under these resolve to 127.0.0.1 by convention; they are rewritten, never looked up.
_LOOPBACK_DOMAINS: Final = (".localhost", ".localhost.localstack.cloud")

# tflocal puts a service's name before whatever host it is given: mwaa.127.0.0.1.
_NAME_BEFORE_ADDRESS: Final = re.compile(r"(?:[a-z0-9-]+\.)+(?P<address>127(?:\.\d{1,3}){3})")

# Terraform's names of services that are not boto3's without hyphens; the aliases are those of the
# provider's guide "Custom Service Endpoint Configuration".
_BOTO3_NAMES: Final = {
    "cloudwatchlog": "logs",
    "cloudwatchlogs": "logs",
    "cloudwatchevents": "events",
    "eventbridge": "events",
    "sfn": "stepfunctions",
    "cognitoidentityprovider": "cognitoidp",
    "s3api": "s3",
}


def loopback_url(url: str) -> str:
    """Return the URL with an address of this machine in it.

    ``localhost``, names under ``.localhost`` and LocalStack's name for it become ``127.0.0.1``
    without asking any name server.

    Raises
    ------
    RefusedEndpointError
        When the URL leads, or could lead, to another machine.
    """
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError as failure:
        raise RefusedEndpointError(f"{url!r} is not an address: {failure}") from failure
    host = (parts.hostname or "").lower().rstrip(".")
    if parts.scheme not in ("http", "https") or not host:
        raise RefusedEndpointError(f"{url!r} is not an http:// or https:// address")
    if parts.username is not None:
        raise RefusedEndpointError(f"the endpoint at {host} carries credentials")
    prefixed = _NAME_BEFORE_ADDRESS.fullmatch(host)
    if prefixed:
        host = prefixed["address"]
    if host == "localhost" or f".{host}".endswith(_LOOPBACK_DOMAINS):
        host = "127.0.0.1"
    elif not _is_loopback_address(host):
        raise RefusedEndpointError(
            f"{url} is not on this machine. This provider only talks to loopback addresses "
            "(127.0.0.0/8, ::1, localhost, *.localhost); run with PROVIDER=registry for AWS."
        )
    shown = f"[{host}]" if ":" in host else host
    return urlunsplit((parts.scheme, f"{shown}{port}", parts.path, parts.query, ""))


def configured_endpoint(place: str, url: str) -> str:
    """Return the loopback address of a URL; a refusal says at which place it is configured.

    Raises
    ------
    RefusedEndpointError
        As :func:`loopback_url` does.
    """
    try:
        return loopback_url(url)
    except RefusedEndpointError as refusal:
        raise RefusedEndpointError(f"{place}: {refusal}") from refusal


def _is_loopback_address(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def boto3_service(terraform_name: str) -> str:
    """Return the boto3 name, without hyphens, of a service in an ``endpoints`` block.

    A service's id as environment variables carry it, in small letters and without underscores, is
    among the aliases.
    """
    return _BOTO3_NAMES.get(terraform_name, terraform_name)


def service_endpoints(
    configured: Mapping[str, str | None], environment: Mapping[str, str]
) -> dict[str, str]:
    """Return the loopback address of each service that has one of its own.

    Keys are boto3 service names without hyphens. The configuration wins over the environment
    (``AWS_ENDPOINT_URL_SECRETS_MANAGER``), as in the AWS SDKs.

    Raises
    ------
    RefusedEndpointError
        When any of them is not on this machine, used or not.
    """
    prefix = "AWS_ENDPOINT_URL_"
    found = {
        boto3_service(name.removeprefix(prefix).lower().replace("_", "")): configured_endpoint(
            name, url
        )
        for name, url in environment.items()
        if name.startswith(prefix) and url
    }
    for name, url in configured.items():
        if url:
            found[boto3_service(name)] = configured_endpoint(f"endpoints.{name}", url)
    return found
