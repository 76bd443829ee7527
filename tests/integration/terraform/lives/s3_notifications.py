"""Amazon S3: what a bucket tells a function, a queue and a topic, and that it arrives."""

from __future__ import annotations

import io
import json
import time
import zipfile

from tests.integration.terraform.life import Aws, Life, Lives
from tests.integration.terraform.lives.s3_settings import answers, does
from tests.terraform_folder import TerraformFolder

PATIENCE_SECONDS = 30

HANDLER = """
import boto3, os

def handler(event, context):
    for record in event["Records"]:
        boto3.client("sqs").send_message(
            QueueUrl=os.environ["QUEUE_URL"], MessageBody=record["s3"]["object"]["key"]
        )
"""

NOTIFICATIONS = """
resource "aws_s3_bucket" "this" {
  bucket_prefix = "inbox-"
  force_destroy = true
}

resource "aws_s3_bucket" "other" {
  bucket_prefix = "other-inbox-"
}

resource "aws_sqs_queue" "seen" {
  name = "seen"
}

resource "aws_sqs_queue" "deleted" {
  name = "deleted"
}

resource "aws_sqs_queue_policy" "deleted" {
  queue_url = aws_sqs_queue.deleted.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "s3.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = aws_sqs_queue.deleted.arn
    }]
  })
}

resource "aws_sns_topic" "made" {
  name = "made"
}

resource "aws_sns_topic_policy" "made" {
  arn = aws_sns_topic.made.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "s3.amazonaws.com" }
      Action    = "sns:Publish"
      Resource  = aws_sns_topic.made.arn
    }]
  })
}

resource "aws_sns_topic_subscription" "made" {
  topic_arn            = aws_sns_topic.made.arn
  protocol             = "sqs"
  endpoint             = aws_sqs_queue.fanned_out.arn
  raw_message_delivery = true
}

resource "aws_sqs_queue" "fanned_out" {
  name = "fanned-out"
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

resource "aws_iam_role" "function" {
  name = "reader"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "function" {
  role = aws_iam_role.function.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sqs:SendMessage", Resource = "*" }]
  })
}

resource "aws_lambda_function" "reader" {
  function_name = "reader"
  role          = aws_iam_role.function.arn
  runtime       = "python3.12"
  handler       = "app.handler"
  filename      = "app.zip"
  environment {
    variables = { QUEUE_URL = aws_sqs_queue.seen.url }
  }
}

resource "aws_lambda_permission" "bucket" {
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.reader.function_name
  principal     = "s3.amazonaws.com"
  source_arn    = aws_s3_bucket.this.arn
}

resource "aws_s3_bucket_notification" "this" {
  bucket      = aws_s3_bucket.this.id
  eventbridge = true

  lambda_function {
    lambda_function_arn = aws_lambda_function.reader.arn
    events              = ["s3:ObjectCreated:*"]
    filter_prefix       = "in/"
    filter_suffix       = ".csv"
  }

  queue {
    id        = "deleted"
    queue_arn = aws_sqs_queue.deleted.arn
    events    = ["s3:ObjectRemoved:*"]
  }

  topic {
    topic_arn     = aws_sns_topic.made.arn
    events        = ["s3:ObjectCreated:Put"]
    filter_prefix = "made/"
  }

  depends_on = [
    aws_lambda_permission.bucket, aws_sqs_queue_policy.deleted, aws_sns_topic_policy.made
  ]
}
"""


def function_archive() -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr(zipfile.ZipInfo("app.py"), HANDLER)
    return archive.getvalue()


def bodies(aws: Aws, url: str, wanted: str) -> list[str]:
    """Receive messages until one contains a text."""
    received: list[str] = []
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not any(wanted in body for body in received):
        assert time.monotonic() < deadline, f"{wanted!r} does not come, but {received}"
        answer = aws("sqs").receive_message(QueueUrl=url, WaitTimeSeconds=1)
        received += [message["Body"] for message in answer.get("Messages", [])]
    return received


def check_that_events_arrive(terraform: TerraformFolder, aws: Aws) -> None:
    bucket = terraform.values("aws_s3_bucket.this")["bucket"]
    s3 = aws("s3")
    for key in ("in/skipped.txt", "in/orders.csv", "made/one"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"1")
    seen = bodies(aws, terraform.values("aws_sqs_queue.seen")["url"], "in/orders.csv")
    assert seen == ["in/orders.csv"], "the function is told of what the filter lets pass only"
    made = bodies(aws, terraform.values("aws_sqs_queue.fanned_out")["url"], "made/one")
    records = [json.loads(body) for body in made if "made/one" in body]
    assert records[0]["Records"][0]["eventName"] == "ObjectCreated:Put"
    s3.delete_object(Bucket=bucket, Key="in/orders.csv")
    gone = bodies(aws, terraform.values("aws_sqs_queue.deleted")["url"], "in/orders.csv")
    assert any("ObjectRemoved:Delete" in body for body in gone)


LIVES = (
    Lives(
        "notification",
        NOTIFICATIONS,
        lives=(
            Life(
                "aws_s3_bucket_notification.this",
                is_there=answers("get_bucket_notification_configuration", "QueueConfigurations"),
                update=('".csv"', '".json"'),
                replace=(
                    "bucket      = aws_s3_bucket.this.id",
                    "bucket      = aws_s3_bucket.other.id",
                ),
                drift=does(
                    "put_bucket_notification_configuration",
                    NotificationConfiguration={"EventBridgeConfiguration": {}},
                ),
                drifted=("lambda_function", "queue", "topic"),
            ),
        ),
        files={"app.zip": function_archive()},
        check=check_that_events_arrive,
    ),
)
