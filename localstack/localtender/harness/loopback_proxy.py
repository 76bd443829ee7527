"""Keeps traffic to this machine away from the proxies that an environment names.

HTTP_PROXY and NO_PROXY are read by curl, requests, botocore, httpx and Go alike; for most of them
127.0.0.1 is an address like any other.
"""

from __future__ import annotations

from collections.abc import Mapping

from localtender.configuration import LOOPBACK

_HOSTS = (LOOPBACK, "localhost")
_NAMES = ("NO_PROXY", "no_proxy")


def loopback_without_proxy(environment: Mapping[str, str]) -> dict[str, str]:
    """NO_PROXY and no_proxy as they are in an environment, this machine's names added.

    Both spellings are set to the same list: programs differ in which one they read first.
    """
    listed = [
        host.strip() for name in _NAMES for host in environment.get(name, "").split(",") if host
    ]
    # Programs know "*" only when it stands alone.
    hosts = "*" if "*" in listed else ",".join(dict.fromkeys((*_HOSTS, *listed)))
    return dict.fromkeys(_NAMES, hosts)


def curl_options(environment: Mapping[str, str]) -> str:
    """What a curl to this machine needs in that environment: `--noproxy 127.0.0.1 `, or nothing."""
    proxied = any(environment.get(name) for name in ("http_proxy", "all_proxy", "ALL_PROXY"))
    already = any(
        {LOOPBACK, "*"} & {host.strip() for host in environment.get(name, "").split(",")}
        for name in _NAMES
    )
    return f"--noproxy {LOOPBACK} " if proxied and not already else ""
