"""Amazon CloudWatch Logs: what there is, as data sources.

Follows the documentation of ``aws_cloudwatch_log_group``, ``aws_cloudwatch_log_groups`` and
``aws_cloudwatch_log_data_protection_policy_document``.
"""

from __future__ import annotations

import json
import zlib
from typing import Any

from localtender.provider.call import Call
from localtender.provider.declaration import DataSource
from localtender.provider.errors import OperationError
from localtender.provider.values import Value, Values


class LogGroupData(DataSource):
    """``aws_cloudwatch_log_group``; its id is the group's name."""

    type_name = "aws_cloudwatch_log_group"
    service = "logs"

    def read(self, call: Call, config: Values) -> Values:
        """Find the group, and read its tags."""
        name = config["name"]
        group = next((each for each in _groups(call, name) if each["logGroupName"] == name), None)
        if group is None:
            raise OperationError(f"there is no log group {name}")
        arn = group["arn"].removesuffix(":*")
        tags = call.client().list_tags_for_resource(resourceArn=arn)
        return {
            "arn": arn,
            "creation_time": group["creationTime"],
            "deletion_protection_enabled": group.get("deletionProtectionEnabled", False),
            "id": name,
            "kms_key_id": group.get("kmsKeyId"),
            "log_group_class": group.get("logGroupClass"),
            "retention_in_days": group.get("retentionInDays", 0),
            "tags": tags.get("tags", {}),
        }


class LogGroupsData(DataSource):
    """``aws_cloudwatch_log_groups``; its id is the region's name."""

    type_name = "aws_cloudwatch_log_groups"
    service = "logs"

    def read(self, call: Call, config: Values) -> Values:
        """List the groups whose names have the prefix."""
        groups = _groups(call, config["log_group_name_prefix"])
        return {
            "arns": [group["arn"].removesuffix(":*") for group in groups],
            "id": call.region,
            "log_group_names": [group["logGroupName"] for group in groups],
        }


class DataProtectionPolicyDocument(DataSource):
    """``aws_cloudwatch_log_data_protection_policy_document``; its id is the document's hash."""

    type_name = "aws_cloudwatch_log_data_protection_policy_document"
    service = "logs"

    def read(self, call: Call, config: Values) -> Values:
        """Write the policy as JSON, in the order of members that the real provider writes."""
        version = config["version"] or "2021-06-01"
        document: dict[str, Any] = {}
        if config["description"]:
            document["Description"] = config["description"]
        document |= {
            "Version": version,
            "Name": config["name"],
            "Statement": [_statement(each) for each in config["statement"]],
        }
        for block in config["configuration"] or []:
            document["Configuration"] = {
                "CustomDataIdentifier": [
                    {"Name": each["name"], "Regex": each["regex"]}
                    for each in block["custom_data_identifier"]
                ]
            }
        text = json.dumps(document, indent=2)
        return {"id": str(zlib.crc32(text.encode())), "json": text, "version": version}


def _statement(block: Values) -> dict[str, Any]:
    statement: dict[str, Any] = {"Sid": block["sid"]} if block["sid"] else {}
    operation = block["operation"][0]
    statement["DataIdentifier"] = sorted(block["data_identifiers"])
    performed: dict[str, Any] = {}
    for audit in operation["audit"]:
        performed["Audit"] = _audit(audit)
    if operation["deidentify"]:
        performed["Deidentify"] = {"MaskConfig": {}}
    statement["Operation"] = performed
    return statement


def _audit(block: Values) -> dict[str, Any]:
    destination = block["findings_destination"][0]
    members = {
        "cloudwatch_logs": ("CloudWatchLogs", "log_group", "LogGroup"),
        "firehose": ("Firehose", "delivery_stream", "DeliveryStream"),
        "s3": ("S3", "bucket", "Bucket"),
    }
    found: dict[str, Value] = {}
    for name, (member, argument, inner) in members.items():
        for each in destination[name]:
            found[member] = {inner: each[argument]}
    return {"FindingsDestination": found}


def _groups(call: Call, prefix: str | None) -> list[Values]:
    request = {"logGroupNamePrefix": prefix} if prefix else {}
    pages = call.client().get_paginator("describe_log_groups").paginate(**request)
    return [group for page in pages for group in page["logGroups"]]
