"""CloudWatch alarms: configuration, evaluation, actions."""
