"""Amazon SQS: queues of every kind, looking them up, and policies as resources beside them."""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.integration.terraform.life import Aws, Life, Lives, Values
from tests.terraform_folder import TerraformFolder

QUEUES = """
resource "aws_sqs_queue" "dead_letters" {
  name = "dead-letters"
}

resource "aws_sqs_queue" "settlement" {
  name                       = "settlement"
  visibility_timeout_seconds = 60
  redrive_policy = jsonencode({
    maxReceiveCount     = "4"
    deadLetterTargetArn = aws_sqs_queue.dead_letters.arn
  })
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = "*", Action = "sqs:SendMessage", Resource = "*" }]
  })
  tags = { team = "payments" }
}

resource "aws_sqs_queue" "orders" {
  name_prefix                 = "orders-"
  fifo_queue                  = true
  content_based_deduplication = true
  deduplication_scope         = "messageGroup"
  fifo_throughput_limit       = "perMessageGroupId"
  delay_seconds               = 5
  max_message_size            = 2048
  message_retention_seconds   = 86400
  receive_wait_time_seconds   = 10
}

resource "aws_sqs_queue" "secret" {
  name                              = "secret"
  kms_master_key_id                 = "alias/aws/sqs"
  kms_data_key_reuse_period_seconds = 600
}

resource "aws_sqs_queue" "managed" {
  name                    = "managed"
  sqs_managed_sse_enabled = true
}

data "aws_sqs_queue" "dead_letters" {
  name = aws_sqs_queue.dead_letters.name
}

data "aws_sqs_queues" "dead" {
  queue_name_prefix = "dead"
  depends_on        = [aws_sqs_queue.dead_letters]
}

output "dead_letters" {
  value = data.aws_sqs_queue.dead_letters
}

output "dead" {
  value = data.aws_sqs_queues.dead.queue_urls
}
"""

POLICIES = """
resource "aws_sqs_queue" "outcomes" {
  name = "outcomes"
}

resource "aws_sqs_queue" "others" {
  name = "others"
}

resource "aws_sqs_queue" "dead" {
  name = "dead"
}

resource "aws_sqs_queue" "dead_too" {
  name = "dead-too"
}

resource "aws_sqs_queue_policy" "outcomes" {
  queue_url = aws_sqs_queue.outcomes.id # policy
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "sns.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = "*"
    }]
  })
}

resource "aws_sqs_queue_redrive_policy" "outcomes" {
  queue_url = aws_sqs_queue.outcomes.id # redrive
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = 4
  })
}

resource "aws_sqs_queue_redrive_allow_policy" "dead" {
  queue_url = aws_sqs_queue.dead.id # allow
  redrive_allow_policy = jsonencode({
    redrivePermission = "allowAll"
  })
}
"""


def is_listed(aws: Aws, values: Values) -> bool:
    return values["url"] in aws("sqs").list_queues().get("QueueUrls", [])


def has(attribute: str) -> Callable[[Aws, Values], bool]:
    """Tell whether a queue is there with an attribute."""

    def asked(aws: Aws, values: Values) -> bool:
        sqs, url = aws("sqs"), values["queue_url"]
        if url not in sqs.list_queues().get("QueueUrls", []):
            return False
        answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
        return bool(answer.get("Attributes", {}).get(attribute))

    return asked


def sets(**attributes: str) -> Callable[[Aws, Values], object]:
    """Return what sets attributes of a queue."""
    return lambda aws, values: aws("sqs").set_queue_attributes(
        QueueUrl=values.get("url") or values["queue_url"], Attributes=attributes
    )


def delay(aws: Aws, values: Values) -> None:
    sets(DelaySeconds="7", Policy="", RedrivePolicy="", VisibilityTimeout="1")(aws, values)
    aws("sqs").tag_queue(QueueUrl=values["url"], Tags={"by": "hand"})


def delete(aws: Aws, values: Values) -> None:
    aws("sqs").delete_queue(QueueUrl=values["url"])


def check_queues(terraform: TerraformFolder, _aws: Aws) -> None:
    settlement = terraform.values("aws_sqs_queue.settlement")
    assert settlement["id"] == settlement["url"]
    assert settlement["arn"].endswith(":settlement")
    assert settlement["region"] == "eu-central-1"
    assert settlement["kms_data_key_reuse_period_seconds"] == 300
    name = terraform.values("aws_sqs_queue.orders")["name"]
    assert name.startswith("orders-")
    assert name.endswith(".fifo")
    found, dead = terraform.output("dead_letters"), terraform.values("aws_sqs_queue.dead_letters")
    assert (found["url"], found["arn"]) == (dead["url"], dead["arn"])
    assert terraform.output("dead") == [dead["url"]]


LIVES = (
    Lives(
        "queues",
        QUEUES,
        lives=(
            Life(
                "aws_sqs_queue.settlement",
                is_there=is_listed,
                update=("= 60\n", "= 90\n"),
                replace=('"settlement"\n', '"settling"\n'),
                drift=delay,
                drifted=(
                    "delay_seconds",
                    "policy",
                    "redrive_policy",
                    "tags",
                    "tags_all",
                    "visibility_timeout_seconds",
                ),
                vanish=delete,
                import_id=lambda values: values["url"],
            ),
            Life(
                "aws_sqs_queue.orders",
                is_there=is_listed,
                update=("max_message_size            = 2048", "max_message_size = 4096"),
                drift=sets(
                    ContentBasedDeduplication="false",
                    DeduplicationScope="queue",
                    FifoThroughputLimit="perQueue",
                    MaximumMessageSize="1024",
                    MessageRetentionPeriod="60",
                    ReceiveMessageWaitTimeSeconds="0",
                ),
                drifted=(
                    "content_based_deduplication",
                    "deduplication_scope",
                    "fifo_throughput_limit",
                    "max_message_size",
                    "message_retention_seconds",
                    "receive_wait_time_seconds",
                ),
            ),
            Life(
                "aws_sqs_queue.secret",
                is_there=is_listed,
                update=("= 600", "= 900"),
                drift=sets(KmsMasterKeyId="alias/other", KmsDataKeyReusePeriodSeconds="60"),
                drifted=("kms_data_key_reuse_period_seconds", "kms_master_key_id"),
            ),
            Life(
                "aws_sqs_queue.managed",
                is_there=is_listed,
                update=("sqs_managed_sse_enabled = true", "sqs_managed_sse_enabled = false"),
                drift=sets(SqsManagedSseEnabled="true"),
                drifted=("sqs_managed_sse_enabled",),
            ),
        ),
        check=check_queues,
    ),
    Lives(
        "policies",
        POLICIES,
        lives=(
            Life(
                "aws_sqs_queue_policy.outcomes",
                is_there=has("Policy"),
                update=('"sqs:SendMessage"', '"sqs:*"'),
                replace=("aws_sqs_queue.outcomes.id # policy", "aws_sqs_queue.others.id"),
                drift=sets(Policy=json.dumps({"Version": "2012-10-17", "Statement": []})),
                drifted=("policy",),
                vanish=sets(Policy=""),
            ),
            Life(
                "aws_sqs_queue_redrive_policy.outcomes",
                is_there=has("RedrivePolicy"),
                update=("= 4", "= 5"),
                replace=("aws_sqs_queue.outcomes.id # redrive", "aws_sqs_queue.others.id"),
                drift=lambda aws, values: sets(
                    RedrivePolicy=json.dumps(
                        {**json.loads(values["redrive_policy"]), "maxReceiveCount": 9}
                    )
                )(aws, values),
                drifted=("redrive_policy",),
                vanish=sets(RedrivePolicy=""),
            ),
            Life(
                "aws_sqs_queue_redrive_allow_policy.dead",
                is_there=has("RedriveAllowPolicy"),
                update=('"allowAll"', '"denyAll"'),
                replace=("aws_sqs_queue.dead.id # allow", "aws_sqs_queue.dead_too.id"),
                drift=sets(RedriveAllowPolicy='{"redrivePermission": "allowAll"}'),
                drifted=("redrive_allow_policy",),
                vanish=sets(RedriveAllowPolicy=""),
            ),
        ),
    ),
)
