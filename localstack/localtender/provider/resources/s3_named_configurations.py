"""Amazon S3: configurations of which a bucket may have many, each with a name.

Arguments, defaults and ids follow the documentation of ``aws_s3_bucket_metric``,
``aws_s3_bucket_analytics_configuration`` and
``aws_s3_bucket_intelligent_tiering_configuration``.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, Final

from localtender.provider.blocks import Fields, Structure, request_of, state_of
from localtender.provider.call import Call
from localtender.provider.checks import is_arn, length, one_of
from localtender.provider.declaration import Change, Resource
from localtender.provider.errors import InvalidArgumentError
from localtender.provider.resources.s3_names import NO_BUCKET
from localtender.provider.values import Values


class NamedConfiguration(Resource):
    """One of a bucket's configurations of a kind; ``BUCKET:NAME`` is its id."""

    service = "s3"
    gone = (*NO_BUCKET, "NoSuchConfiguration")
    replaces = ("bucket", "name")
    checks = {"name": length(1, 64)}
    kind: ClassVar[str]
    """How operations and members of the API name it: ``Metrics``."""

    @abstractmethod
    def request(self, planned: Values) -> Values:
        """Return what the arguments say, as the API takes it."""

    @abstractmethod
    def state(self, answer: Values) -> Values:
        """Return the arguments that stand for what the API answers."""

    def create(self, call: Call, planned: Values) -> Values:
        """Set the configuration."""
        self._put(call, planned)
        return {"id": f"{planned['bucket']}:{planned['name']}"}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the configuration."""
        named = _named(state["id"])
        read = getattr(call.client(), f"get_bucket_{self._operation}_configuration")
        answer = read(Bucket=named["bucket"], Id=named["name"])
        return {**named, **self.state(answer[f"{self.kind}Configuration"])}

    def update(self, call: Call, change: Change) -> None:
        """Set the whole configuration anew."""
        self._put(call, change.planned)

    def delete(self, call: Call, state: Values) -> None:
        """Delete the configuration."""
        named = _named(state["id"])
        remove = getattr(call.client(), f"delete_bucket_{self._operation}_configuration")
        remove(Bucket=named["bucket"], Id=named["name"])

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take the id apart."""
        return {"id": identifier, **_named(identifier)}

    @property
    def _operation(self) -> str:
        return "intelligent_tiering" if self.kind == "IntelligentTiering" else self.kind.lower()

    def _put(self, call: Call, planned: Values) -> None:
        name = planned["name"]
        put = getattr(call.client(), f"put_bucket_{self._operation}_configuration")
        member = {f"{self.kind}Configuration": {"Id": name, **self.request(planned)}}
        put(Bucket=planned["bucket"], Id=name, **member)


class BucketMetric(NamedConfiguration):
    """``aws_s3_bucket_metric``."""

    type_name = "aws_s3_bucket_metric"
    kind = "Metrics"
    checks = {**NamedConfiguration.checks, "filter.access_point": is_arn}

    def request(self, planned: Values) -> Values:
        """Return the filter."""
        return _filter_request(planned["filter"], access_point="AccessPointArn")

    def state(self, answer: Values) -> Values:
        """Return the filter."""
        return {"filter": _filter_state(answer, access_point="AccessPointArn")}


class BucketIntelligentTieringConfiguration(NamedConfiguration):
    """``aws_s3_bucket_intelligent_tiering_configuration``."""

    type_name = "aws_s3_bucket_intelligent_tiering_configuration"
    kind = "IntelligentTiering"
    defaults = {"status": "Enabled"}
    checks = {
        **NamedConfiguration.checks,
        "status": one_of("Enabled", "Disabled"),
        "tiering.access_tier": one_of("ARCHIVE_ACCESS", "DEEP_ARCHIVE_ACCESS"),
    }
    _TIERINGS: Final[Fields] = {
        "status": "Status",
        "tiering": Structure("Tierings", {"access_tier": "AccessTier", "days": "Days"}, many=True),
    }

    def request(self, planned: Values) -> Values:
        """Return status, tiers and filter."""
        return {**request_of(planned, self._TIERINGS), **_filter_request(planned["filter"])}

    def state(self, answer: Values) -> Values:
        """Return status, tiers and filter."""
        return {**state_of(answer, self._TIERINGS), "filter": _filter_state(answer)}


class BucketAnalyticsConfiguration(NamedConfiguration):
    """``aws_s3_bucket_analytics_configuration``."""

    type_name = "aws_s3_bucket_analytics_configuration"
    kind = "Analytics"
    defaults = {
        "storage_class_analysis.data_export.output_schema_version": "V_1",
        "storage_class_analysis.data_export.destination.s3_bucket_destination.format": "CSV",
    }
    checks = {
        **NamedConfiguration.checks,
        "storage_class_analysis.data_export.output_schema_version": one_of("V_1"),
        "storage_class_analysis.data_export.destination.s3_bucket_destination.format": one_of(
            "CSV"
        ),
        "storage_class_analysis.data_export.destination.s3_bucket_destination.bucket_arn": is_arn,
    }
    _ANALYSIS: Final[Fields] = {
        "data_export": Structure(
            "DataExport",
            {
                "output_schema_version": "OutputSchemaVersion",
                "destination": Structure(
                    "Destination",
                    {
                        "s3_bucket_destination": Structure(
                            "S3BucketDestination",
                            {
                                "bucket_account_id": "BucketAccountId",
                                "bucket_arn": "Bucket",
                                "format": "Format",
                                "prefix": "Prefix",
                            },
                        )
                    },
                ),
            },
        )
    }

    def request(self, planned: Values) -> Values:
        """Return filter and export; without an export nothing is exported."""
        blocks = planned["storage_class_analysis"]
        analysis = request_of(blocks[0], self._ANALYSIS) if blocks else {}
        return {"StorageClassAnalysis": analysis, **_filter_request(planned["filter"])}

    def state(self, answer: Values) -> Values:
        """Return filter and export."""
        analysis = answer.get("StorageClassAnalysis")
        blocks = [state_of(analysis, self._ANALYSIS)] if analysis else []
        return {"filter": _filter_state(answer), "storage_class_analysis": blocks}


def _filter_request(blocks: list[Values] | None, *, access_point: str = "") -> Values:
    """Return the filter; one that asks for more than one thing asks for all of them."""
    if not blocks:
        return {}
    wanted = blocks[0]
    tags = [{"Key": key, "Value": value} for key, value in (wanted["tags"] or {}).items()]
    parts: Values = {"Prefix": wanted["prefix"]} if wanted["prefix"] else {}
    if wanted.get("access_point"):
        parts[access_point] = wanted["access_point"]
    if len(parts) + len(tags) > 1:
        return {"Filter": {"And": {**parts, **({"Tags": tags} if tags else {})}}}
    return {"Filter": {"Tag": tags[0]} if tags else parts}


def _filter_state(answer: Values, *, access_point: str = "") -> list[Values]:
    found = answer.get("Filter")
    if not found:
        return []
    every = found.get("And", found)
    tags = every.get("Tags") or ([every["Tag"]] if "Tag" in every else [])
    return [
        {
            "access_point": every.get(access_point),
            "prefix": every.get("Prefix"),
            "tags": {tag["Key"]: tag["Value"] for tag in tags} or None,
        }
    ]


def _named(identifier: str) -> Values:
    bucket, colon, name = identifier.partition(":")
    if not (bucket and colon and name):
        raise InvalidArgumentError("id", f"expected BUCKET:NAME; got {identifier!r}")
    return {"bucket": bucket, "name": name}
