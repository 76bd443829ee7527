# A payment whose outcome nobody could learn waits here for a person.
resource "aws_cloudwatch_metric_alarm" "settlement_dead" {
  alarm_name          = "${var.name_prefix}payment-settlement-dead"
  alarm_description   = "Payments could not be settled; look at the messages of the dead-letter queue."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topic_arns
  ok_actions          = var.alarm_topic_arns

  dimensions = {
    QueueName = aws_sqs_queue.settlement_dead.name
  }
}

resource "aws_cloudwatch_metric_alarm" "function_errors" {
  for_each = local.functions

  alarm_name          = "${var.name_prefix}payments-${each.key}-errors"
  alarm_description   = "The function ended with an error or ran out of time."
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topic_arns
  ok_actions          = var.alarm_topic_arns

  dimensions = {
    FunctionName = aws_lambda_function.payments[each.key].function_name
  }
}
