"""Amazon SNS: policies of topics as resources of their own.

Arguments, replace rules and what a deletion leaves follow the documentation and the source of
``aws_sns_topic_policy`` and ``aws_sns_topic_data_protection_policy``.
"""

from __future__ import annotations

import json

from localtender.provider.call import Call
from localtender.provider.checks import is_arn
from localtender.provider.declaration import Change, Resource
from localtender.provider.documents import is_json, is_policy, same_json, same_policy
from localtender.provider.values import Values

_OWNERS_ACTIONS = (
    "SNS:GetTopicAttributes",
    "SNS:SetTopicAttributes",
    "SNS:AddPermission",
    "SNS:RemovePermission",
    "SNS:DeleteTopic",
    "SNS:Subscribe",
    "SNS:ListSubscriptionsByTopic",
    "SNS:Publish",
)


class TopicPolicy(Resource):
    """``aws_sns_topic_policy``; its id is the topic's ARN."""

    type_name = "aws_sns_topic_policy"
    service = "sns"
    gone = ("NotFound", "NotFoundException")
    replaces = ("arn",)
    equivalent = {"policy": same_policy}
    checks = {"arn": is_arn, "policy": is_policy}

    def create(self, call: Call, planned: Values) -> Values:
        """Set the policy."""
        _set_policy(call, planned["arn"], planned["policy"])
        return {"id": planned["arn"]}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the topic's policy and owner."""
        attributes = call.client().get_topic_attributes(TopicArn=state["id"])["Attributes"]
        if not attributes.get("Policy"):
            return None
        return {
            "arn": attributes["TopicArn"],
            "owner": attributes.get("Owner"),
            "policy": attributes["Policy"],
        }

    def update(self, call: Call, change: Change) -> None:
        """Set the changed policy."""
        _set_policy(call, change.prior["id"], change.planned["policy"])

    def delete(self, call: Call, state: Values) -> None:
        """Go back to the policy that a new topic has: a topic can't be without one."""
        _set_policy(call, state["id"], default_policy(state["arn"], state["owner"]))


class TopicDataProtectionPolicy(Resource):
    """``aws_sns_topic_data_protection_policy``; its id is the topic's ARN."""

    type_name = "aws_sns_topic_data_protection_policy"
    service = "sns"
    gone = ("NotFound", "NotFoundException", "ResourceNotFoundException")
    replaces = ("arn",)
    equivalent = {"policy": same_json}
    checks = {"arn": is_arn, "policy": is_json}

    def create(self, call: Call, planned: Values) -> Values:
        """Set the policy."""
        self._put(call, planned["arn"], planned["policy"])
        return {"id": planned["arn"]}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the policy; a topic without one does not have this resource."""
        answer = call.client().get_data_protection_policy(ResourceArn=state["id"])
        policy = answer.get("DataProtectionPolicy")
        return {"arn": state["id"], "policy": policy} if policy else None

    def update(self, call: Call, change: Change) -> None:
        """Set the changed policy."""
        self._put(call, change.prior["id"], change.planned["policy"])

    def delete(self, call: Call, state: Values) -> None:
        """Take the policy away, which is to set it to nothing."""
        self._put(call, state["id"], "")

    def _put(self, call: Call, arn: str, policy: str) -> None:
        call.client().put_data_protection_policy(ResourceArn=arn, DataProtectionPolicy=policy)


def default_policy(arn: str, owner: str) -> str:
    """Return the policy that SNS gives a new topic: its owner's account may do everything."""
    return json.dumps(
        {
            "Version": "2008-10-17",
            "Id": "__default_policy_ID",
            "Statement": [
                {
                    "Sid": "__default_statement_ID",
                    "Effect": "Allow",
                    "Principal": {"AWS": "*"},
                    "Action": list(_OWNERS_ACTIONS),
                    "Resource": arn,
                    "Condition": {"StringEquals": {"AWS:SourceOwner": owner}},
                }
            ],
        }
    )


def _set_policy(call: Call, arn: str, policy: str) -> None:
    call.client().set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy)
