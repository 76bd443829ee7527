from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.terraform_folder import TerraformFolder

MESSAGING = """
resource "aws_sns_topic" "outcomes" {
  name              = "outcomes"
  display_name      = "Outcomes"
  kms_master_key_id = "alias/aws/sns"
  tags              = { team = "payments" }
}

resource "aws_sns_topic" "ordered" {
  name_prefix                 = "ordered-"
  fifo_topic                  = true
  content_based_deduplication = true
}

resource "aws_sqs_queue" "outcomes" {
  name = "outcomes"
}

resource "aws_sqs_queue" "dead" {
  name = "dead"
}

resource "aws_sqs_queue_policy" "outcomes" {
  queue_url = aws_sqs_queue.outcomes.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "sns.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = aws_sqs_queue.outcomes.arn
      Condition = { ArnEquals = { "aws:SourceArn" = aws_sns_topic.outcomes.arn } }
    }]
  })
}

resource "aws_sqs_queue_redrive_policy" "outcomes" {
  queue_url = aws_sqs_queue.outcomes.id
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = 4
  })
}

resource "aws_sqs_queue_redrive_allow_policy" "dead" {
  queue_url = aws_sqs_queue.dead.id
  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [aws_sqs_queue.outcomes.arn]
  })
}

resource "aws_sns_topic_subscription" "outcomes" {
  topic_arn            = aws_sns_topic.outcomes.arn
  protocol             = "sqs"
  endpoint             = aws_sqs_queue.outcomes.arn
  raw_message_delivery = true
  filter_policy        = jsonencode({ status = ["SUCCEEDED", "FAILED"] })
}
"""
TOPIC = "aws_sns_topic.outcomes"
SUBSCRIPTION = "aws_sns_topic_subscription.outcomes"
POLICY = "aws_sqs_queue_policy.outcomes"
REDRIVE = "aws_sqs_queue_redrive_policy.outcomes"
ALLOW = "aws_sqs_queue_redrive_allow_policy.dead"


def test_topics_subscriptions_and_policies_of_queues_live_their_whole_life(
    terraform: TerraformFolder, aws: Callable[[str], Any]
) -> None:
    sns, sqs = aws("sns"), aws("sqs")
    terraform.write(MESSAGING)
    terraform.apply()
    assert terraform.changes() == {}
    topic, queue = terraform.values(TOPIC), terraform.values("aws_sqs_queue.outcomes")
    assert topic["id"] == topic["arn"]
    assert topic["signature_version"] in (None, 1)
    ordered = terraform.values("aws_sns_topic.ordered")["name"]
    assert ordered.startswith("ordered-")
    assert ordered.endswith(".fifo")
    assert terraform.values(POLICY)["id"] == queue["url"]
    assert terraform.values(SUBSCRIPTION)["pending_confirmation"] is False

    changed = MESSAGING.replace('"Outcomes"', '"Final outcomes"').replace("= 4", "= 5")
    changed = changed.replace('"payments"', '"money"').replace(', "FAILED"', "")
    changed = changed.replace('"byQueue"', '"denyAll"')
    changed = changed.replace("sourceQueueArns   = [aws_sqs_queue.outcomes.arn]", "")
    changed = changed.replace("sqs:SendMessage", "sqs:*")
    terraform.write(changed)
    every = {address: ["update"] for address in (TOPIC, SUBSCRIPTION, POLICY, REDRIVE, ALLOW)}
    assert terraform.changes() == every
    terraform.apply()
    assert terraform.changes() == {}
    attributes = sqs.get_queue_attributes(QueueUrl=queue["url"], AttributeNames=["RedrivePolicy"])
    assert json.loads(attributes["Attributes"]["RedrivePolicy"])["maxReceiveCount"] == 5

    terraform.write(changed.replace('name              = "outcomes"', 'name = "results"'))
    changes = terraform.changes()
    assert changes[TOPIC] == changes[SUBSCRIPTION] == ["delete", "create"]

    terraform.write(changed)
    sns.set_topic_attributes(
        TopicArn=topic["arn"], AttributeName="DisplayName", AttributeValue="by hand"
    )
    sns.tag_resource(ResourceArn=topic["arn"], Tags=[{"Key": "by", "Value": "hand"}])
    subscription = terraform.values(SUBSCRIPTION)["arn"]
    sns.set_subscription_attributes(
        SubscriptionArn=subscription, AttributeName="RawMessageDelivery", AttributeValue="false"
    )
    sqs.set_queue_attributes(QueueUrl=queue["url"], Attributes={"Policy": ""})
    drifted = terraform.drifted()
    assert drifted[TOPIC] == ["display_name", "tags", "tags_all"]
    assert drifted[SUBSCRIPTION] == ["raw_message_delivery"]
    assert drifted[POLICY] == ["(gone)"]
    terraform.apply()
    assert terraform.changes() == {}

    dead = terraform.values("aws_sqs_queue.dead")["url"]
    identifiers = {TOPIC: topic["arn"], SUBSCRIPTION: subscription, ALLOW: dead}
    identifiers |= {POLICY: queue["url"], REDRIVE: queue["url"]}
    assert terraform.import_all(identifiers) == {}

    terraform.write(MESSAGING.split('resource "aws_sqs_queue_policy"')[0])
    terraform.apply()
    attributes = sqs.get_queue_attributes(QueueUrl=queue["url"], AttributeNames=["All"])
    assert not attributes["Attributes"].get("RedrivePolicy")
    assert not attributes["Attributes"].get("Policy")
    terraform.destroy()
    assert sns.list_topics()["Topics"] == []
    assert sns.list_subscriptions()["Subscriptions"] == []


def test_a_subscription_that_someone_must_confirm_is_not_waited_for(
    terraform: TerraformFolder,
) -> None:
    terraform.write("""
    resource "aws_sns_topic" "outcomes" {
      name = "outcomes"
    }

    resource "aws_sns_topic_subscription" "hook" {
      topic_arn = aws_sns_topic.outcomes.arn
      protocol  = "http"
      endpoint  = "http://127.0.0.1:9/hook"
    }
    """)
    terraform.apply()
    hook = terraform.values("aws_sns_topic_subscription.hook")
    assert hook["pending_confirmation"] is True
    assert hook["id"] == hook["arn"]
    assert terraform.changes() == {}
    terraform.destroy()


def test_what_only_fifo_topics_have_is_refused_for_others(terraform: TerraformFolder) -> None:
    terraform.write("""
    resource "aws_sns_topic" "plain" {
      name                        = "plain"
      content_based_deduplication = true
    }
    resource "aws_sns_topic" "ordered" {
      name       = "ordered"
      fifo_topic = true
    }
    """)
    complaint = terraform.fail("plan")
    assert "can only be set for a FIFO topic" in complaint
    assert 'the name of a FIFO topic ends in ".fifo": ordered' in complaint


def test_what_was_deleted_by_hand_is_made_again(
    terraform: TerraformFolder, aws: Callable[[str], Any]
) -> None:
    terraform.write(MESSAGING)
    terraform.apply()
    aws("sns").delete_topic(TopicArn=terraform.values(TOPIC)["arn"])
    aws("sqs").delete_queue(QueueUrl=terraform.values("aws_sqs_queue.outcomes")["url"])
    changes = terraform.changes()
    for address in (TOPIC, SUBSCRIPTION, POLICY, REDRIVE, "aws_sqs_queue.outcomes"):
        assert changes[address] == ["create"], address
    terraform.succeed("destroy", "-auto-approve", "-refresh=false")
