"""Amazon CloudWatch Logs: metric filters and subscription filters of log groups.

Arguments, defaults and replace rules follow the documentation of
``aws_cloudwatch_log_metric_filter`` and ``aws_cloudwatch_log_subscription_filter``.
"""

from __future__ import annotations

import zlib
from typing import Any, Final

from localtender.provider.blocks import Converted, Fields, Structure, request_of, state_of
from localtender.provider.call import Call
from localtender.provider.checks import each_of, every, is_arn, length, matches, one_of
from localtender.provider.declaration import Change, Resource
from localtender.provider.errors import OperationError, WaitTimeoutError
from localtender.provider.identifiers import id_parts
from localtender.provider.values import Values

_PERMISSION_SECONDS: Final = 5.0
_NAME: Final = every(length(1, 512), matches(r"[^:*]*", "must not contain a colon or an asterisk"))
_METRIC: Final = every(
    length(1, 255), matches(r"[^:*$]*", "must not contain a colon, an asterisk or a dollar sign")
)
# fmt: off
_UNITS: Final = (
    "Seconds", "Microseconds", "Milliseconds", "Bytes", "Kilobytes", "Megabytes", "Gigabytes",
    "Terabytes", "Bits", "Kilobits", "Megabits", "Gigabits", "Terabits", "Percent", "Count",
    "Bytes/Second", "Kilobytes/Second", "Megabytes/Second", "Gigabytes/Second",
    "Terabytes/Second", "Bits/Second", "Kilobits/Second", "Megabits/Second", "Gigabits/Second",
    "Terabits/Second", "Count/Second", "None",
)
# fmt: on


def _is_number(text: str) -> str | None:
    return None if _number(text) is not None else f"expected a number, got {text!r}"


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _same_number(old: str, new: str) -> bool:
    return _number(old) == _number(new)


def _same_trimmed(old: str, new: str) -> bool:
    return old.strip() == new.strip()


_TRANSFORMATION: Final[Fields] = {
    "default_value": Converted("defaultValue", request=float, state=lambda answer: f"{answer:g}"),
    "dimensions": "dimensions",
    "name": "metricName",
    "namespace": "metricNamespace",
    "unit": "unit",
    "value": "metricValue",
}
_METRIC_FILTER: Final[Fields] = {
    "apply_on_transformed_logs": "applyOnTransformedLogs",
    "log_group_name": "logGroupName",
    "metric_transformation": Structure("metricTransformations", _TRANSFORMATION, many=True),
    "name": "filterName",
}
_SUBSCRIPTION: Final[Fields] = {
    "apply_on_transformed_logs": "applyOnTransformedLogs",
    "destination_arn": "destinationArn",
    "distribution": "distribution",
    "emit_system_fields": "emitSystemFields",
    "log_group_name": "logGroupName",
    "name": "filterName",
    "role_arn": "roleArn",
}


class MetricFilter(Resource):
    """``aws_cloudwatch_log_metric_filter``; its id is the filter's name."""

    type_name = "aws_cloudwatch_log_metric_filter"
    service = "logs"
    gone = ("ResourceNotFoundException",)
    replaces = ("log_group_name", "name")
    defaults = {"metric_transformation.unit": "None"}
    equivalent = {"metric_transformation.default_value": _same_number, "pattern": _same_trimmed}
    checks = {
        "log_group_name": length(1, 512),
        "metric_transformation.default_value": _is_number,
        "metric_transformation.name": _METRIC,
        "metric_transformation.namespace": _METRIC,
        "metric_transformation.unit": one_of(*_UNITS),
        "metric_transformation.value": length(0, 100),
        "name": _NAME,
        "pattern": length(0, 1024),
    }

    def create(self, call: Call, planned: Values) -> Values:
        """Put the filter."""
        self._put(call, planned)
        return {"id": planned["name"]}

    def read(self, call: Call, state: Values) -> Values | None:
        """Find the filter among those of its log group."""
        found = _find(call, "describe_metric_filters", "metricFilters", state)
        if found is None:
            return None
        return {
            **state_of(found, _METRIC_FILTER),
            "apply_on_transformed_logs": found.get("applyOnTransformedLogs", False),
            "pattern": found.get("filterPattern", ""),
        }

    def update(self, call: Call, change: Change) -> None:
        """Put the changed filter over the old one."""
        self._put(call, change.planned)

    def delete(self, call: Call, state: Values) -> None:
        """Delete the filter."""
        call.client().delete_metric_filter(
            filterName=state["name"], logGroupName=state["log_group_name"]
        )

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take ``LOG_GROUP_NAME:NAME`` apart."""
        group, name = id_parts(identifier, "LOG_GROUP_NAME:NAME")
        return {"id": name, "log_group_name": group, "name": name}

    def _put(self, call: Call, planned: Values) -> None:
        request = request_of(planned, _METRIC_FILTER)
        call.client().put_metric_filter(filterPattern=planned["pattern"].strip(), **request)


class SubscriptionFilter(Resource):
    """``aws_cloudwatch_log_subscription_filter``; its id is made from the log group's name."""

    type_name = "aws_cloudwatch_log_subscription_filter"
    service = "logs"
    gone = ("ResourceNotFoundException",)
    replaces = ("destination_arn", "log_group_name", "name")
    defaults = {"distribution": "ByLogStream"}
    checks = {
        "destination_arn": is_arn,
        "distribution": one_of("ByLogStream", "Random"),
        "emit_system_fields": each_of("@aws.account", "@aws.region"),
        "filter_pattern": length(0, 1024),
        "name": length(1, 512),
        "role_arn": is_arn,
    }

    def create(self, call: Call, planned: Values) -> Values:
        """Put the filter, which CloudWatch Logs tries at once."""
        self._put(call, planned)
        return {"id": _subscription_id(planned["log_group_name"])}

    def read(self, call: Call, state: Values) -> Values | None:
        """Find the filter among those of its log group."""
        found = _find(call, "describe_subscription_filters", "subscriptionFilters", state)
        if found is None:
            return None
        return {
            **state_of(found, _SUBSCRIPTION),
            "apply_on_transformed_logs": found.get("applyOnTransformedLogs", False),
            "filter_pattern": found.get("filterPattern", ""),
        }

    def update(self, call: Call, change: Change) -> None:
        """Put the changed filter over the old one."""
        self._put(call, change.planned)

    def delete(self, call: Call, state: Values) -> None:
        """Delete the filter."""
        call.client().delete_subscription_filter(
            filterName=state["name"], logGroupName=state["log_group_name"]
        )

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take ``LOG_GROUP_NAME|NAME`` apart."""
        group, name = id_parts(identifier, "LOG_GROUP_NAME|NAME")
        return {"id": _subscription_id(group), "log_group_name": group, "name": name}

    def _put(self, call: Call, planned: Values) -> None:
        client, request = call.client(), request_of(planned, _SUBSCRIPTION)
        refusals: list[Exception] = []

        def is_put() -> bool:
            try:
                client.put_subscription_filter(filterPattern=planned["filter_pattern"], **request)
            except client.exceptions.InvalidParameterException as failure:
                # As the real provider: a permission given a moment ago may not be known yet.
                if "Could not" not in str(failure):
                    raise
                refusals.append(failure)
                return False
            return True

        try:
            awaited = f"{planned['destination_arn']} to take a test message"
            call.wait(is_put, awaited=awaited, timeout=_PERMISSION_SECONDS)
        except WaitTimeoutError:
            raise refusals[-1] from None


def _subscription_id(group: str) -> str:
    return f"cwlsf-{zlib.crc32(f'{group}-'.encode())}"


def _find(call: Call, operation: str, member: str, state: Values) -> Values | None:
    if not state["log_group_name"]:
        raise OperationError("a filter is read by its log group, which the state lacks")
    pages = (
        call.client()
        .get_paginator(operation)
        .paginate(logGroupName=state["log_group_name"], filterNamePrefix=state["name"])
    )
    listed: list[Any] = [each for page in pages for each in page[member]]
    return next((each for each in listed if each["filterName"] == state["name"]), None)
