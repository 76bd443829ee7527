"""Amazon SNS: topics, their policies and subscriptions, and what subscribers receive."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

from botocore.exceptions import ClientError

from tests.integration.terraform.life import Aws, Life, Lives, Values
from tests.terraform_folder import TerraformFolder

PATIENCE_SECONDS = 30

TOPICS = """
data "aws_caller_identity" "me" {}

locals {
  role = "arn:aws:iam::${data.aws_caller_identity.me.account_id}:role/feedback"
}

resource "aws_sns_topic" "outcomes" {
  name              = "outcomes"
  display_name      = "Outcomes"
  kms_master_key_id = "alias/aws/sns"
  signature_version = 2
  tracing_config    = "Active"
  delivery_policy = jsonencode({
    http = { defaultHealthyRetryPolicy = { minDelayTarget = 20, numRetries = 3 } }
  })

  application_failure_feedback_role_arn    = local.role
  application_success_feedback_role_arn    = local.role
  application_success_feedback_sample_rate = 10
  firehose_failure_feedback_role_arn       = local.role
  firehose_success_feedback_role_arn       = local.role
  firehose_success_feedback_sample_rate    = 20
  http_failure_feedback_role_arn           = local.role
  http_success_feedback_role_arn           = local.role
  http_success_feedback_sample_rate        = 30
  lambda_failure_feedback_role_arn         = local.role
  lambda_success_feedback_role_arn         = local.role
  lambda_success_feedback_sample_rate      = 40
  sqs_failure_feedback_role_arn            = local.role
  sqs_success_feedback_role_arn            = local.role
  sqs_success_feedback_sample_rate         = 50

  tags = { team = "payments" }
}

resource "aws_sns_topic" "ordered" {
  name_prefix                 = "ordered-"
  fifo_topic                  = true
  content_based_deduplication = true
}

resource "aws_sns_topic" "guarded" {
  name = "guarded"
}

resource "aws_sns_topic_data_protection_policy" "guarded" {
  arn = aws_sns_topic.guarded.arn # cards
  policy = jsonencode({
    Name    = "cards"
    Version = "2021-06-01"
    Statement = [{
      Sid            = "NoCards"
      DataDirection  = "Inbound"
      DataIdentifier = ["arn:aws:dataprotection::aws:data-identifier/CreditCardNumber"]
      Principal      = ["*"]
      Operation      = { Deny = {} }
    }]
  })
}

resource "aws_sns_topic" "guarded_too" {
  name = "guarded-too"
}

resource "aws_sns_topic_policy" "guarded" {
  arn = aws_sns_topic.guarded.arn # policy
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "s3.amazonaws.com" }
      Action    = "sns:Publish"
      Resource  = "*"
    }]
  })
}

data "aws_sns_topic" "guarded" {
  name = aws_sns_topic.guarded.name
}

output "guarded" {
  value = data.aws_sns_topic.guarded.arn
}
"""

SUBSCRIPTIONS = """
resource "aws_sns_topic" "outcomes" {
  name = "outcomes"
}

resource "aws_sns_topic" "others" {
  name = "others"
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

resource "aws_sns_topic_subscription" "outcomes" {
  topic_arn            = aws_sns_topic.outcomes.arn # subscription
  protocol             = "sqs"
  endpoint             = aws_sqs_queue.outcomes.arn
  raw_message_delivery = true
  filter_policy_scope  = "MessageBody"
  filter_policy        = jsonencode({ status = ["SUCCEEDED", "FAILED"] })
  redrive_policy       = jsonencode({ deadLetterTargetArn = aws_sqs_queue.dead.arn })
}
"""


def topic_is_there(aws: Aws, values: Values) -> bool:
    try:
        aws("sns").get_topic_attributes(TopicArn=values["arn"])
    except ClientError:
        return False
    return True


def set_topic(**attributes: str) -> Callable[[Aws, Values], None]:
    """Return what sets attributes of a topic."""

    def change(aws: Aws, values: Values) -> None:
        for name, value in attributes.items():
            aws("sns").set_topic_attributes(
                TopicArn=values["arn"], AttributeName=name, AttributeValue=value
            )

    return change


def change_topic(aws: Aws, values: Values) -> None:
    set_topic(
        DisplayName="by hand",
        KmsMasterKeyId="",
        SignatureVersion="1",
        TracingConfig="PassThrough",
        HTTPSuccessFeedbackSampleRate="31",
        LambdaFailureFeedbackRoleArn="",
        DeliveryPolicy="",
    )(aws, values)
    tags = [{"Key": "by", "Value": "hand"}]
    aws("sns").tag_resource(ResourceArn=values["arn"], Tags=tags)


def has_data_protection(aws: Aws, values: Values) -> bool:
    if not topic_is_there(aws, values):
        return False
    answer = aws("sns").get_data_protection_policy(ResourceArn=values["arn"])
    return bool(answer.get("DataProtectionPolicy"))


def protect_by_hand(aws: Aws, values: Values) -> None:
    policy = json.loads(values["policy"]) | {"Description": "by hand"}
    aws("sns").put_data_protection_policy(
        ResourceArn=values["arn"], DataProtectionPolicy=json.dumps(policy)
    )


def set_subscription(**attributes: str) -> Callable[[Aws, Values], None]:
    """Return what sets attributes of a subscription."""

    def change(aws: Aws, values: Values) -> None:
        for name, value in attributes.items():
            aws("sns").set_subscription_attributes(
                SubscriptionArn=values["arn"], AttributeName=name, AttributeValue=value
            )

    return change


def is_subscribed(aws: Aws, values: Values) -> bool:
    every = aws("sns").list_subscriptions()["Subscriptions"]
    return values["arn"] in [each["SubscriptionArn"] for each in every]


def check_topics(terraform: TerraformFolder, _aws: Aws) -> None:
    topic = terraform.values("aws_sns_topic.outcomes")
    assert topic["id"] == topic["arn"]
    name = terraform.values("aws_sns_topic.ordered")["name"]
    assert name.startswith("ordered-")
    assert name.endswith(".fifo")
    assert terraform.output("guarded") == terraform.values("aws_sns_topic.guarded")["arn"]


def check_that_a_message_arrives(terraform: TerraformFolder, aws: Aws) -> None:
    subscription = terraform.values("aws_sns_topic_subscription.outcomes")
    assert subscription["pending_confirmation"] is False
    assert subscription["id"] == subscription["arn"]
    for status in ("PENDING", "SUCCEEDED"):
        aws("sns").publish(
            TopicArn=subscription["topic_arn"], Message=json.dumps({"status": status})
        )
    url = terraform.values("aws_sqs_queue.outcomes")["url"]
    received: list[str] = []
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not received:
        assert time.monotonic() < deadline, "no message comes"
        answer = aws("sqs").receive_message(QueueUrl=url, WaitTimeSeconds=1)
        received += [message["Body"] for message in answer.get("Messages", [])]
    assert received == ['{"status": "SUCCEEDED"}'], "raw, and only what the filter lets pass"


LIVES = (
    Lives(
        "topics",
        TOPICS,
        lives=(
            Life(
                "aws_sns_topic.outcomes",
                is_there=topic_is_there,
                update=('"Outcomes"', '"Final outcomes"'),
                replace=('"outcomes"\n', '"results"\n'),
                drift=change_topic,
                drifted=(
                    "delivery_policy",
                    "display_name",
                    "http_success_feedback_sample_rate",
                    "kms_master_key_id",
                    "lambda_failure_feedback_role_arn",
                    "signature_version",
                    "tags",
                    "tags_all",
                    "tracing_config",
                ),
                vanish=lambda aws, values: aws("sns").delete_topic(TopicArn=values["arn"]),
            ),
            Life(
                "aws_sns_topic.ordered",
                is_there=topic_is_there,
                update=(
                    "content_based_deduplication = true",
                    "content_based_deduplication = false",
                ),
                drift=set_topic(ContentBasedDeduplication="true"),
                drifted=("content_based_deduplication",),
            ),
            Life(
                "aws_sns_topic_policy.guarded",
                is_there=topic_is_there,
                update=('"sns:Publish"', '"sns:*"'),
                replace=("aws_sns_topic.guarded.arn # policy", "aws_sns_topic.guarded_too.arn"),
                drift=set_topic(Policy='{"Version": "2012-10-17", "Statement": []}'),
                drifted=("policy",),
            ),
            Life(
                "aws_sns_topic_data_protection_policy.guarded",
                is_there=has_data_protection,
                update=('"NoCards"', '"NoCardNumbers"'),
                replace=("aws_sns_topic.guarded.arn # cards", "aws_sns_topic.guarded_too.arn"),
                drift=protect_by_hand,
                drifted=("policy",),
                vanish=lambda aws, values: aws("sns").put_data_protection_policy(
                    ResourceArn=values["arn"], DataProtectionPolicy=""
                ),
            ),
        ),
        check=check_topics,
    ),
    Lives(
        "subscriptions",
        SUBSCRIPTIONS,
        lives=(
            Life(
                "aws_sns_topic_subscription.outcomes",
                is_there=is_subscribed,
                update=(', "FAILED"', ""),
                replace=("aws_sns_topic.outcomes.arn # subscription", "aws_sns_topic.others.arn"),
                drift=set_subscription(
                    RawMessageDelivery="false",
                    FilterPolicy='{"status": ["PENDING"]}',
                    FilterPolicyScope="MessageAttributes",
                    RedrivePolicy='{"deadLetterTargetArn": "arn:aws:sqs:eu-central-1:1:x"}',
                ),
                drifted=(
                    "filter_policy",
                    "filter_policy_scope",
                    "raw_message_delivery",
                    "redrive_policy",
                ),
                vanish=lambda aws, values: aws("sns").unsubscribe(SubscriptionArn=values["arn"]),
            ),
        ),
        check=check_that_a_message_arrives,
    ),
)
