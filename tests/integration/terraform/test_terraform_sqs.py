from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.terraform_folder import TerraformFolder


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
