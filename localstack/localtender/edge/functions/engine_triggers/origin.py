"""Which service an event comes from, by the form AWS documents for it.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html lists the services and whether
they invoke synchronously; each one's page shows its event.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Origin:
    """The service that invokes.

    `principal` is None for one that invokes by a role of its own (Step Functions, Scheduler), where
    no resource policy is asked; `source_arn` is None where the event does not tell it.
    """

    principal: str | None = None
    source_arn: str | None = None
    is_asynchronous: bool = False


def origin_of(event: Any, *, account_id: str, region: str) -> Origin:
    """The origin of an event that the engine delivers to a function of an account and region."""
    if not isinstance(event, dict):
        return Origin()
    records = event.get("Records")
    if isinstance(records, list) and records and isinstance(records[0], dict):
        return _origin_of_record(records[0])
    if isinstance(event.get("awslogs"), dict):
        return _logs(event["awslogs"], account_id, region)
    if "detail-type" in event and "detail" in event and "source" in event:
        resources = event.get("resources") or []
        rule = resources[0] if event["source"] == "aws.events" and resources else None
        return Origin("events.amazonaws.com", rule, is_asynchronous=True)
    if "triggerSource" in event and "userPoolId" in event:
        pool = f"arn:aws:cognito-idp:{region}:{account_id}:userpool/{event['userPoolId']}"
        return Origin("cognito-idp.amazonaws.com", pool)
    context = event.get("requestContext")
    if isinstance(context, dict) and "apiId" in context:
        return Origin("apigateway.amazonaws.com", _route_arn(event, context, account_id, region))
    return Origin()


def _origin_of_record(record: dict[str, Any]) -> Origin:
    if record.get("EventSource") == "aws:sns":
        topic = record.get("Sns", {}).get("TopicArn")
        return Origin("sns.amazonaws.com", topic, is_asynchronous=True)
    if record.get("eventSource") == "aws:s3":
        bucket = record.get("s3", {}).get("bucket", {}).get("arn")
        return Origin("s3.amazonaws.com", bucket, is_asynchronous=True)
    return Origin()


def _logs(awslogs: dict[str, Any], account_id: str, region: str) -> Origin:
    try:
        document = json.loads(gzip.decompress(base64.b64decode(awslogs["data"])))
        group = document["logGroup"]
    except (KeyError, TypeError, ValueError, OSError, binascii.Error):
        return Origin("logs.amazonaws.com", None, is_asynchronous=True)
    arn = f"arn:aws:logs:{region}:{account_id}:log-group:{group}:*"
    return Origin("logs.amazonaws.com", arn, is_asynchronous=True)


def _route_arn(event: dict[str, Any], context: dict[str, Any], account_id: str, region: str) -> str:
    key = str(event.get("routeKey") or context.get("routeKey") or "$default")
    method, _, path = key.partition(" ")
    route = f"{'*' if method == 'ANY' else method}{path}"
    stage = context.get("stage") or "$default"
    return f"arn:aws:execute-api:{region}:{account_id}:{context['apiId']}/{stage}/{route}"
