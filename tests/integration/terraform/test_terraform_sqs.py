from __future__ import annotations

from collections.abc import Callable
from typing import Any

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
"""


def test_a_queue_lives_its_whole_life(
    terraform: TerraformFolder, aws: Callable[[str], Any]
) -> None:
    terraform.write(QUEUES)
    terraform.apply()
    assert terraform.changes() == {}

    settlement = terraform.values("aws_sqs_queue.settlement")
    assert settlement["id"] == settlement["url"]
    assert settlement["arn"].endswith(":settlement")
    assert settlement["region"] == "eu-central-1"

    terraform.write(QUEUES.replace("= 60", "= 90").replace('"payments"', '"money"'))
    assert terraform.changes() == {"aws_sqs_queue.settlement": ["update"]}
    terraform.apply()
    assert terraform.changes() == {}

    terraform.write(QUEUES.replace('"settlement"\n', '"settling"\n'))
    assert terraform.changes() == {"aws_sqs_queue.settlement": ["delete", "create"]}

    terraform.write(QUEUES)
    terraform.apply()
    url = settlement["url"]
    aws("sqs").set_queue_attributes(QueueUrl=url, Attributes={"DelaySeconds": "7"})
    aws("sqs").tag_queue(QueueUrl=url, Tags={"by": "hand"})
    assert terraform.drifted() == {
        "aws_sqs_queue.settlement": ["delay_seconds", "tags", "tags_all"]
    }
    terraform.apply()
    assert terraform.changes() == {}

    terraform.forget("aws_sqs_queue.settlement")
    terraform.import_("aws_sqs_queue.settlement", url)
    assert terraform.changes() == {}

    terraform.destroy()
    assert not aws("sqs").list_queues().get("QueueUrls")


def test_a_fifo_queue_needs_a_fifo_name(terraform: TerraformFolder) -> None:
    terraform.write('resource "aws_sqs_queue" "orders" {\n name = "orders"\n fifo_queue = true\n}')
    assert 'the name of a FIFO queue ends in ".fifo": orders' in terraform.fail("plan")


def test_a_queue_that_was_deleted_by_hand_is_made_again(
    terraform: TerraformFolder, aws: Callable[[str], Any]
) -> None:
    terraform.write('resource "aws_sqs_queue" "orders" {\n name_prefix = "orders-"\n}')
    terraform.apply()
    queue = terraform.values("aws_sqs_queue.orders")
    assert queue["name"].startswith("orders-")
    aws("sqs").delete_queue(QueueUrl=queue["url"])
    assert terraform.changes() == {"aws_sqs_queue.orders": ["create"]}
