"""Regions and partitions of AWS, which the SDK knows without asking.

Follows the documentation of ``aws_region`` and ``aws_partition``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from localtender.provider.call import Call
from localtender.provider.declaration import DataSource
from localtender.provider.errors import InvalidArgumentError, OperationError
from localtender.provider.values import Values


@dataclass(frozen=True)
class Region:
    """A region, and the partition that it is part of."""

    name: str
    description: str
    dns_suffix: str

    @property
    def endpoint(self) -> str:
        """The host name of EC2 in the region, by which the real provider tells regions apart."""
        return f"ec2.{self.name}.{self.dns_suffix}"


class RegionData(DataSource):
    """``aws_region``; its id is the region's name."""

    type_name = "aws_region"
    conflicts = (("region", "name"),)

    def read(self, call: Call, config: Values) -> Values:
        """Find the region that is asked for, or else the provider's own."""
        named = call.config.get("region") or call.config.get("name")
        region = _region(named) if named else None
        endpoint = call.config.get("endpoint")
        if endpoint:
            matching = _region_of(endpoint)
            if region not in (None, matching):
                raise OperationError(f"{endpoint} is not in the region {named}")
            region = matching
        region = region or _region(call.configuration.region)
        return {
            "description": region.description,
            "endpoint": region.endpoint,
            "id": region.name,
            "name": region.name,
            "region": region.name,
        }


class PartitionData(DataSource):
    """``aws_partition``; its id is the partition's name."""

    type_name = "aws_partition"

    def read(self, call: Call, config: Values) -> Values:
        """Return the partition of the provider's region."""
        suffix = "amazonaws.com.cn" if call.partition == "aws-cn" else "amazonaws.com"
        return {
            "dns_suffix": suffix,
            "id": call.partition,
            "partition": call.partition,
            "reverse_dns_prefix": ".".join(reversed(suffix.split("."))),
        }


def _region(name: str) -> Region:
    region = next((each for each in _regions() if each.name == name), None)
    if region is None:
        raise InvalidArgumentError("region", f"AWS has no region {name!r}")
    return region


def _region_of(endpoint: str) -> Region:
    region = next((each for each in _regions() if each.endpoint == endpoint), None)
    if region is None:
        raise InvalidArgumentError("endpoint", f"no region has the EC2 endpoint {endpoint!r}")
    return region


@lru_cache(maxsize=1)
def _regions() -> tuple[Region, ...]:
    """Return the regions that the SDK's list of partitions has."""
    from botocore.loaders import Loader

    partitions = Loader().load_data("partitions")["partitions"]
    return tuple(
        Region(name, description.get("description", name), partition["outputs"]["dnsSuffix"])
        for partition in partitions
        for name, description in partition["regions"].items()
        if not name.endswith("-global")
    )
