"""What Terraform says, and what it keeps, when services or files are not as they should be."""

from __future__ import annotations

import signal
import zipfile
from collections.abc import Iterator

import pytest

from tests.faulty_service import FaultyService, faulty_service
from tests.terraform_folder import TerraformFolder

RESOURCES = """
resource "aws_sqs_queue" "orders" {
  name = "orders"
}

resource "aws_sns_topic" "paid" {
  name = "paid"
}

resource "aws_cloudwatch_log_group" "api" {
  name = "api"
}

resource "aws_cloudwatch_metric_alarm" "late" {
  alarm_name          = "late"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 1
  metric_name         = "Late"
  namespace           = "Payments"
  period              = 60
  statistic           = "Sum"
  threshold           = 1
}
"""
BLAMING_US = ("fault of the local provider", "Traceback", "Plugin")


@pytest.fixture
def faulty() -> Iterator[FaultyService]:
    with faulty_service() as service:
        yield service


def assert_it_stands(terraform: TerraformFolder) -> None:
    del terraform.environment["AWS_ENDPOINT_URL"]
    assert terraform.changes() == {}
    terraform.destroy()


@pytest.mark.parametrize(
    ("body", "cut_off", "causes"),
    [
        (
            b"{}",
            False,
            [
                "GetQueueAttributes answered without Attributes",
                "GetTopicAttributes with something that is not AWS's",
                "DescribeLogGroups answered without logGroups",
                "DescribeAlarms answered without MetricAlarms",
            ],
        ),
        (b"[]", False, ["with something that is not AWS's"]),
        (b'{"Attributes": ', False, ["GetQueueAttributes answered without Attributes"]),
        (b"<html>Welcome</html>", False, ["is not AWS's"]),
        (b"{}", True, ["the connection was closed"]),
    ],
)
def test_an_answer_that_is_not_whole_is_explained_and_the_state_kept(
    terraform: TerraformFolder,
    faulty: FaultyService,
    body: bytes,
    cut_off: bool,
    causes: list[str],
) -> None:
    terraform.write(RESOURCES)
    terraform.apply()
    faulty.body, faulty.cut_off = body, cut_off
    terraform.environment["AWS_ENDPOINT_URL"] = faulty.url
    complaint = terraform.fail("plan")
    for cause in causes:
        assert cause in complaint
    assert 'reading aws_sqs_queue "orders"' in complaint
    assert "with aws_cloudwatch_metric_alarm.late" in complaint
    assert not any(words in complaint for words in BLAMING_US)
    assert_it_stands(terraform)


def test_an_engine_that_fails_is_quoted(terraform: TerraformFolder, faulty: FaultyService) -> None:
    faulty.status, faulty.body = 500, b'{"__type": "InternalFailure", "message": "disk full"}'
    terraform.environment["AWS_ENDPOINT_URL"] = faulty.url
    terraform.write(
        'resource "aws_dynamodb_table" "t" {\n  name = "tab"\n  hash_key = "k"\n'
        '  billing_mode = "PAY_PER_REQUEST"\n'
        '  attribute {\n    name = "k"\n    type = "S"\n  }\n}'
    )
    complaint = terraform.fail("apply", "-auto-approve")
    assert 'creating aws_dynamodb_table "tab": InternalFailure' in complaint
    assert "disk full (HTTP status 500" in complaint


def test_an_interrupt_does_not_wait_for_an_engine_that_hangs(
    terraform: TerraformFolder, faulty: FaultyService
) -> None:
    terraform.write(RESOURCES)
    terraform.apply()
    faulty.hangs = True
    terraform.environment["AWS_ENDPOINT_URL"] = faulty.url
    with terraform.start("plan", "-input=false") as process:
        assert faulty.asked.wait(30)
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "interrupted while" in output
    assert_it_stands(terraform)


def test_an_interrupted_apply_loses_nothing_that_was_made(terraform: TerraformFolder) -> None:
    terraform.write(
        """
        resource "aws_iam_role" "many" {
          count              = 40
          name               = "many-${count.index}"
          assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [] })
        }
        """
    )
    with terraform.start("apply", "-auto-approve", "-parallelism=2") as process:
        assert process.stdout is not None
        for line in process.stdout:
            if "Creation complete" in line:
                process.send_signal(signal.SIGINT)
                break
        rest = process.stdout.read()
    assert process.returncode == 1, rest
    assert "execution halted" in rest

    # A role that was made and forgotten would already exist now.
    terraform.apply()
    assert terraform.changes() == {}
    terraform.destroy()


@pytest.mark.parametrize(
    ("content", "cause"),
    [(None, "No such file or directory"), (b"not a zip", "InvalidParameterValueException")],
)
def test_a_package_that_cannot_be_used_is_named_and_can_be_mended(
    terraform: TerraformFolder, content: bytes | None, cause: str
) -> None:
    terraform.write(
        """
        resource "aws_iam_role" "worker" {
          name               = "worker"
          assume_role_policy = jsonencode({
            Version   = "2012-10-17"
            Statement = [{
              Effect    = "Allow"
              Action    = "sts:AssumeRole"
              Principal = { Service = "lambda.amazonaws.com" }
            }]
          })
        }
        resource "aws_lambda_function" "worker" {
          function_name = "worker"
          role          = aws_iam_role.worker.arn
          filename      = "${path.module}/my code.zip"
          handler       = "main.handler"
          runtime       = "python3.12"
        }
        """
    )
    package = terraform.path / "my code.zip"
    if content is not None:
        package.write_bytes(content)
    complaint = terraform.fail("apply", "-auto-approve")
    assert cause in complaint
    assert "aws_lambda_function.worker" in complaint
    assert content is None or 'creating aws_lambda_function "worker"' in complaint
    assert not any(words in complaint for words in BLAMING_US)

    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("main.py", "def handler(event, context):\n    return event\n")
    terraform.apply()
    assert terraform.changes() == {}
    terraform.destroy()
