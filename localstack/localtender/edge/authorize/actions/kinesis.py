"""Kinesis, after "Actions, resources, and condition keys for Amazon Kinesis Data Streams"."""

from __future__ import annotations

from localtender.edge.authorize.actions.rules import ServiceActions, given, listed, named, on

ACTIONS = ServiceActions(
    "kinesis",
    {
        **listed(("ListStreams", "DescribeLimits"), on()),
        **listed(
            ("SubscribeToShard", "DescribeStreamConsumer", "DeregisterStreamConsumer"),
            on(given("ConsumerARN", "StreamARN")),
        ),
    },
    otherwise=on(given("StreamARN", "ResourceARN"), named("kinesis", "stream/{StreamName}")),
)
