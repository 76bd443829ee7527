"""SQS, after "Actions, resources, and condition keys for Amazon SQS"."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from localtender.edge.authorize.actions.call_facts import CallFacts
from localtender.edge.authorize.actions.rules import ServiceActions, given, listed, named, on


def _queue_of_url(facts: CallFacts) -> Iterable[str]:
    url = facts.text("QueueUrl")
    if url is None:
        # The Query protocol may name the queue by the path alone.
        url = facts.call.request.raw_path
    parts = urlsplit(url).path.strip("/").split("/")
    if len(parts) >= 2 and parts[-2].isdigit() and len(parts[-2]) == 12:
        return (f"arn:aws:sqs:{facts.region}:{parts[-2]}:{parts[-1]}",)
    # Not a URL: clients may give the queue's name.
    return (facts.arn("sqs", parts[-1]),) if parts[-1] else ()


def _queue_of_name(facts: CallFacts) -> Iterable[str]:
    name = facts.text("QueueName")
    owner = facts.text("QueueOwnerAWSAccountId") or facts.account_id
    return () if name is None else (f"arn:aws:sqs:{facts.region}:{owner}:{name}",)


ACTIONS = ServiceActions(
    "sqs",
    {
        "CreateQueue": on(_queue_of_name),
        "GetQueueUrl": on(_queue_of_name),
        "ListQueues": on(named("sqs", "{QueueNamePrefix}*"), lambda facts: [facts.arn("sqs", "")]),
        "SendMessageBatch": on(_queue_of_url, action="SendMessage"),
        "DeleteMessageBatch": on(_queue_of_url, action="DeleteMessage"),
        "ChangeMessageVisibilityBatch": on(_queue_of_url, action="ChangeMessageVisibility"),
        **listed(("StartMessageMoveTask", "ListMessageMoveTasks"), on(given("SourceArn"))),
    },
    otherwise=on(_queue_of_url),
)
