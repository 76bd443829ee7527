"""What Terraform deploys carries events: rules, schedules and subscriptions reach functions."""

from __future__ import annotations

import base64
import gzip
import io
import json
import time
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.integration.terraform.life import Aws
from tests.running_edge import RECORDER, Recorder, until
from tests.terraform_folder import TerraformFolder

STACK = """
variable "when" {
  type = string
}

resource "aws_iam_role" "all" {
  for_each = toset(["lambda", "scheduler"])
  name     = each.key
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "${each.key}.amazonaws.com" }
    }]
  })
}

resource "aws_lambda_function" "recorder" {
  for_each         = toset(["rule", "schedule", "logs"])
  function_name    = each.key
  role             = aws_iam_role.all["lambda"].arn
  runtime          = "python3.12"
  handler          = "app.handler"
  filename         = "recorder.zip"
  source_code_hash = filebase64sha256("recorder.zip")
  timeout          = 10

  environment {
    variables = { EVENTS = "${abspath(path.module)}/${each.key}.events" }
  }
}

resource "aws_cloudwatch_event_bus" "payments" {
  name = "payments"
}

resource "aws_cloudwatch_event_rule" "settled" {
  name           = "settled"
  event_bus_name = aws_cloudwatch_event_bus.payments.name
  event_pattern = jsonencode({
    source = ["payments"]
    detail = { amount = [{ numeric = [">", 5] }] }
  })
}

resource "aws_cloudwatch_event_target" "recorder" {
  rule           = aws_cloudwatch_event_rule.settled.name
  event_bus_name = aws_cloudwatch_event_bus.payments.name
  arn            = aws_lambda_function.recorder["rule"].arn
}

resource "aws_lambda_permission" "rule" {
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.recorder["rule"].function_name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.settled.arn
}

resource "aws_scheduler_schedule" "soon" {
  name                = "soon"
  schedule_expression = "at(${var.when})"

  flexible_time_window {
    mode = "OFF"
  }
  target {
    arn      = aws_lambda_function.recorder["schedule"].arn
    role_arn = aws_iam_role.all["scheduler"].arn
    input    = jsonencode({ from = "scheduler" })
  }
}

resource "aws_cloudwatch_log_group" "app" {
  name = "/app"
}

resource "aws_cloudwatch_log_stream" "app" {
  name           = "one"
  log_group_name = aws_cloudwatch_log_group.app.name
}

resource "aws_lambda_permission" "logs" {
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.recorder["logs"].function_name
  principal     = "logs.amazonaws.com"
  source_arn    = "${aws_cloudwatch_log_group.app.arn}:*"
}

resource "aws_cloudwatch_log_subscription_filter" "errors" {
  name            = "errors"
  log_group_name  = aws_cloudwatch_log_group.app.name
  filter_pattern  = "{ $.level = \\"error\\" }"
  destination_arn = aws_lambda_function.recorder["logs"].arn
  depends_on      = [aws_lambda_permission.logs]
}
"""


def write_recorder(folder: Path) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("app.py", RECORDER)
    (folder / "recorder.zip").write_bytes(archive.getvalue())


def test_what_terraform_made_reaches_functions(terraform: TerraformFolder, aws: Aws) -> None:
    write_recorder(terraform.path)
    terraform.write(STACK)
    soon = datetime.now(UTC) + timedelta(seconds=1)
    terraform.apply(f"-var=when={soon:%Y-%m-%dT%H:%M:%S}")

    def recorded(name: str) -> list[Any]:
        found = Recorder("", terraform.path / f"{name}.events")
        return until(lambda: found.events() or None, seconds=60)

    for amount in (1, 10):
        detail = json.dumps({"amount": amount})
        entry = {"Source": "payments", "DetailType": "Settled", "Detail": detail}
        aws("events").put_events(Entries=[{**entry, "EventBusName": "payments"}])
    now = int(time.time() * 1000)
    messages = [json.dumps({"level": level}) for level in ("info", "error")]
    aws("logs").put_log_events(
        logGroupName="/app",
        logStreamName="one",
        logEvents=[{"timestamp": now, "message": message} for message in messages],
    )

    assert [event["detail"] for event in recorded("rule")] == [{"amount": 10}]
    (delivered,) = recorded("logs")
    document = json.loads(gzip.decompress(base64.b64decode(delivered["awslogs"]["data"])))
    assert [event["message"] for event in document["logEvents"]] == [messages[1]]
    assert document["subscriptionFilters"] == ["errors"]
    assert recorded("schedule") == [{"from": "scheduler"}]


def test_a_subscription_needs_the_functions_permission(terraform: TerraformFolder) -> None:
    write_recorder(terraform.path)
    terraform.write(
        STACK.replace('principal     = "logs.amazonaws.com"', 'principal     = "s3.amazonaws.com"')
    )
    complaint = terraform.fail(
        "apply", "-auto-approve", "-input=false", "-var=when=2030-01-01T00:00:00"
    )
    assert "aws_cloudwatch_log_subscription_filter" in complaint
    assert "permission to execute your function" in complaint
