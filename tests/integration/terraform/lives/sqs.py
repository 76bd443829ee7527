"""Amazon SQS: a queue, with policies of its own and as resources beside it."""

from __future__ import annotations

from tests.integration.terraform.life import Aws, Life, Lives, Values

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
"""


def is_listed(aws: Aws, values: Values) -> bool:
    return values["url"] in aws("sqs").list_queues().get("QueueUrls", [])


def delay(aws: Aws, values: Values) -> None:
    aws("sqs").set_queue_attributes(QueueUrl=values["url"], Attributes={"DelaySeconds": "7"})
    aws("sqs").tag_queue(QueueUrl=values["url"], Tags={"by": "hand"})


LIVES = (
    Lives(
        "queues",
        QUEUES,
        lives=(
            Life(
                "aws_sqs_queue.settlement",
                is_there=is_listed,
                update=("= 60", "= 90"),
                replace=('"settlement"\n', '"settling"\n'),
                drift=delay,
                drifted=("delay_seconds", "tags", "tags_all"),
                vanish=lambda aws, values: aws("sqs").delete_queue(QueueUrl=values["url"]),
                import_id=lambda values: values["url"],
            ),
        ),
    ),
)
