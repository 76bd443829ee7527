from __future__ import annotations

import json
from typing import Any

import pytest

from localtender.provider.resources.sns import Topic
from localtender.provider.resources.sns_subscriptions import (
    TopicSubscription,
    same_delivery_policy,
)


def problems(resource: Topic | TopicSubscription, **config: Any) -> list[str]:
    return [f"{problem.argument}: {problem}" for problem in resource.validate(config)]


@pytest.mark.parametrize("name", ["plain", "a-b_c9"])
def test_a_good_name_is_accepted(name: str) -> None:
    assert problems(Topic(), name=name) == []
    assert problems(Topic(), name=f"{name}.fifo", fifo_topic=True) == []


@pytest.mark.parametrize("name", ["with space", "dotted.name", "x.fifo", "a" * 257, "ü"])
def test_a_bad_name_is_refused(name: str) -> None:
    assert len(problems(Topic(), name=name)) == 1


def test_what_goes_together_in_a_subscription_is_checked() -> None:
    assert problems(TopicSubscription(), protocol="sqs", filter_policy_scope="MessageBody") == [
        "filter_policy_scope: can only be set together with filter_policy"
    ]
    assert problems(TopicSubscription(), protocol="firehose") == [
        "subscription_role_arn: is required for firehose"
    ]
    assert problems(TopicSubscription(), protocol="sqs", subscription_role_arn="arn:r") == [
        "subscription_role_arn: can only be set for firehose"
    ]


def test_delivery_policies_are_the_same_but_for_members_that_say_nothing() -> None:
    one = {"healthyRetryPolicy": {"numRetries": 3}, "sicklyRetryPolicy": None, "guaranteed": False}
    other = {"healthyRetryPolicy": {"numRetries": 3, "numNoDelayRetries": 0}}
    assert same_delivery_policy(json.dumps(one), json.dumps(other))
    assert not same_delivery_policy(json.dumps(one), "{}")
    assert same_delivery_policy("{", "{")
