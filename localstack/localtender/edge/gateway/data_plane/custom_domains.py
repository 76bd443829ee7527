"""From a custom domain's Host and path to a stage of an API.

After "Custom domain names for REST APIs" of the developer guide: the longest base path that the
path begins with is taken, and the mapping of the whole domain where none does.
"""

from __future__ import annotations

from dataclasses import dataclass

from localtender.edge.gateway.control_plane.base_path_mappings import WHOLE_DOMAIN
from localtender.edge.gateway.state import BasePathMapping
from localtender.edge.gateway.store import Store


@dataclass(frozen=True)
class DomainRoute:
    """The stage behind a request to a custom domain; no API at all where nothing is mapped.

    `path` is below the stage, percent-encoded; `base_path` what was taken off before it.
    """

    domain_name: str
    api_id: str
    stage: str
    path: str
    base_path: str


def route_domain(store: Store, host: str, raw_path: str) -> DomainRoute | None:
    """The stage for a request, None where the host is no domain of anybody's."""
    domain = store.find_domain_name(host.partition(":")[0].lower())
    if domain is None:
        return None
    parts = [part for part in raw_path.split("/") if part]
    for length in range(len(parts), -1, -1):
        base_path = "/".join(parts[:length]) or WHOLE_DOMAIN
        mapping = domain.mappings.get(base_path)
        if mapping is not None:
            return _mapped(domain.name, mapping, raw_path, length)
    return DomainRoute(domain.name, "", "", raw_path, "")


def _mapped(name: str, mapping: BasePathMapping, raw_path: str, length: int) -> DomainRoute:
    taken = length if mapping.stage else length + 1
    parts = raw_path.lstrip("/").split("/")
    stage = mapping.stage or (parts[length] if len(parts) > length else "")
    below = "/" + "/".join(parts[taken:])
    base_path = "".join(f"/{part}" for part in parts[:taken])
    return DomainRoute(name, mapping.api_id, stage, below, base_path)
