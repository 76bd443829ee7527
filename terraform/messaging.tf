# Final outcomes of payments, for whoever subscribes.
resource "aws_sns_topic" "outcomes" {
  name              = "${var.name_prefix}payment-outcomes"
  kms_master_key_id = "alias/aws/sns"
}

# Payments that the settlement worker must look at.
resource "aws_sqs_queue" "settlement" {
  name                    = "${var.name_prefix}payment-settlement"
  sqs_managed_sse_enabled = true

  # Lambda asks for six times the function's time-out, so that throttled batches are not lost.
  visibility_timeout_seconds = 6 * local.functions.settlement.timeout_seconds
  message_retention_seconds  = 1209600

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.settlement_dead.arn
    maxReceiveCount     = var.settlement_attempts
  })
}

resource "aws_sqs_queue" "settlement_dead" {
  name                      = "${var.name_prefix}payment-settlement-dead"
  sqs_managed_sse_enabled   = true
  message_retention_seconds = 1209600
}

resource "aws_sqs_queue_redrive_allow_policy" "settlement_dead" {
  queue_url = aws_sqs_queue.settlement_dead.id

  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [aws_sqs_queue.settlement.arn]
  })
}
