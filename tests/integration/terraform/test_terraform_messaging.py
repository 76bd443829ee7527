from __future__ import annotations

from tests.terraform_folder import TerraformFolder


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


def test_a_fifo_queue_needs_a_fifo_name(terraform: TerraformFolder) -> None:
    terraform.write("""
    resource "aws_sqs_queue" "orders" {
      name       = "orders"
      fifo_queue = true
    }
    resource "aws_sqs_queue" "other" {
      name = "not a name"
    }
    """)
    complaint = terraform.fail("plan")
    assert 'the name of a FIFO queue ends in ".fifo": orders' in complaint
    assert "letters, digits or any of _-; got 'not a name'" in complaint


def test_how_long_a_key_is_reused_means_nothing_without_encryption(
    terraform: TerraformFolder,
) -> None:
    terraform.write("""
    resource "aws_sqs_queue" "plain" {
      name                              = "plain"
      kms_master_key_id                 = null
      sqs_managed_sse_enabled           = false
      kms_data_key_reuse_period_seconds = 300
    }
    """)
    terraform.apply()
    main = terraform.path / "main.tf"
    main.write_text(main.read_text().replace("300", "600"))
    assert terraform.changes() == {}
    terraform.destroy()


def test_a_topic_that_does_not_exist_is_named(terraform: TerraformFolder) -> None:
    terraform.write("""
    data "aws_sns_topic" "missing" {
      name = "missing"
    }
    data "aws_sqs_queue" "missing" {
      name = "missing"
    }
    data "aws_s3_bucket" "missing" {
      bucket = "missing-bucket"
    }
    """)
    complaint = terraform.fail("plan")
    assert "there is no SNS topic missing in eu-central-1" in complaint
    assert "there is no SQS queue missing in eu-central-1" in complaint
    assert "there is no S3 bucket missing-bucket" in complaint
