"""SNS, after "Actions, resources, and condition keys for Amazon SNS".

Its denials write the prefix of the actions in capitals.
"""

from __future__ import annotations

from collections.abc import Iterable

from localtender.edge.authorize.actions.call_facts import CallFacts
from localtender.edge.authorize.actions.rules import (
    ServiceActions,
    given,
    listed,
    named,
    nothing,
    on,
    parameter_keys,
)

_topic = given("TopicArn", "TargetArn", "ResourceArn")


def _topic_of_subscription(facts: CallFacts) -> Iterable[str]:
    arn = facts.text("SubscriptionArn")
    return () if arn is None else (arn.rpartition(":")[0],)


ACTIONS = ServiceActions(
    "SNS",
    {
        "CreateTopic": on(named("sns", "{Name}")),
        "Subscribe": on(
            _topic, keys=parameter_keys(sns__Protocol="Protocol", sns__Endpoint="Endpoint")
        ),
        "PublishBatch": on(_topic, action="Publish"),
        # A token, not a signature, confirms a subscription.
        "ConfirmSubscription": nothing,
        **listed(
            ("Unsubscribe", "GetSubscriptionAttributes", "SetSubscriptionAttributes"),
            on(_topic_of_subscription),
        ),
        "ListSubscriptions": on(),
        "ListTopics": on(),
    },
    otherwise=on(_topic, given("PlatformApplicationArn", "EndpointArn")),
)
