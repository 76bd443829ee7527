"""Amazon EC2: the regions and Availability Zones that an account may use.

Follows the documentation of the data sources ``aws_availability_zones``,
``aws_availability_zone`` and ``aws_regions``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from localtender.provider.call import Call
from localtender.provider.checks import one_of
from localtender.provider.declaration import DataSource
from localtender.provider.errors import OperationError
from localtender.provider.resources.ec2_objects import filters
from localtender.provider.values import Values

_STATE: Final = one_of("available", "information", "impaired", "unavailable", "constrained")
_ZONE_FILTERS: Final = {
    "group-long-name": "GroupLongName",
    "group-name": "GroupName",
    "opt-in-status": "OptInStatus",
    "parent-zone-id": "ParentZoneId",
    "parent-zone-name": "ParentZoneName",
    "region-name": "RegionName",
    "state": "State",
    "zone-id": "ZoneId",
    "zone-name": "ZoneName",
    "zone-type": "ZoneType",
}
_REGION_FILTERS: Final = {
    "endpoint": "Endpoint",
    "opt-in-status": "OptInStatus",
    "region-name": "RegionName",
}
_ZONE: Final = {
    "group_long_name": "GroupLongName",
    "group_name": "GroupName",
    "id": "ZoneName",
    "name": "ZoneName",
    "network_border_group": "NetworkBorderGroup",
    "opt_in_status": "OptInStatus",
    "parent_zone_id": "ParentZoneId",
    "parent_zone_name": "ParentZoneName",
    "region": "RegionName",
    "state": "State",
    "zone_id": "ZoneId",
    "zone_type": "ZoneType",
}


class AvailabilityZonesData(DataSource):
    """``aws_availability_zones``; its id is the region."""

    type_name = "aws_availability_zones"
    service = "ec2"
    checks = {"state": _STATE}

    def read(self, call: Call, config: Values) -> Values:
        """List the zones by name, without the excluded ones."""
        names, ids = config["exclude_names"] or [], config["exclude_zone_ids"] or []
        zones = [
            zone
            for zone in sorted(_zones(call, config, {}), key=lambda each: each["ZoneName"])
            if zone["ZoneName"] not in names and zone["ZoneId"] not in ids
        ]
        groups = [zone["GroupName"] for zone in zones if "GroupName" in zone]
        return {
            "group_names": list(dict.fromkeys(groups)),
            "id": call.region,
            "names": [zone["ZoneName"] for zone in zones],
            "zone_ids": [zone["ZoneId"] for zone in zones],
        }


class AvailabilityZoneData(DataSource):
    """``aws_availability_zone``; exactly one zone must be as asked for; its id is its name."""

    type_name = "aws_availability_zone"
    service = "ec2"
    checks = {"state": _STATE}

    def read(self, call: Call, config: Values) -> Values:
        """Find the zone."""
        asked = {"zone-id": config["zone_id"], "zone-name": config["name"]}
        found = _zones(call, config, {name: value for name, value in asked.items() if value})
        if len(found) != 1:
            what = "no EC2 Availability Zone matched" if not found else "multiple zones matched"
            raise OperationError(f"{what}; name one by name or zone_id")
        zone = found[0]
        # A Local Zone's suffix stands behind a hyphen.
        suffix = zone["ZoneName"].removeprefix(zone["RegionName"]).lstrip("-")
        return {name: zone.get(member) for name, member in _ZONE.items()} | {"name_suffix": suffix}


class RegionsData(DataSource):
    """``aws_regions``; its id is the partition."""

    type_name = "aws_regions"
    service = "ec2"

    def read(self, call: Call, config: Values) -> Values:
        """List the names of the regions, all or only those that the account has enabled."""
        asked = filters({}, None, config["filter"])
        found = call.client().describe_regions(AllRegions=bool(config["all_regions"]), **asked)
        regions = _matching(found["Regions"], asked, _REGION_FILTERS)
        return {"id": call.partition, "names": [each["RegionName"] for each in regions]}


def _zones(call: Call, config: Values, asked: dict[str, Any]) -> list[Values]:
    narrowed = filters(asked | {"state": config["state"]}, None, config["filter"])
    answer = call.client().describe_availability_zones(
        AllAvailabilityZones=bool(config["all_availability_zones"]), **narrowed
    )
    return _matching(answer["AvailabilityZones"], narrowed, _ZONE_FILTERS)


def _matching(found: list[Values], asked: Values, members: Mapping[str, str]) -> list[Values]:
    """Return what matches all filters, for engines that answer everything whatever is asked."""
    known = [each for each in asked.get("Filters", []) if each["Name"] in members]
    return [
        item
        for item in found
        if all(
            any(_matches(value, item.get(members[each["Name"]])) for value in each["Values"])
            for each in known
        )
    ]


def _matches(pattern: str, value: str | None) -> bool:
    """Tell whether a value is as in a filter, in which ``*`` and ``?`` stand for any characters."""
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(expression, value or "") is not None
