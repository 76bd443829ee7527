"""The CloudWatch API: its three wire protocols and its operations on metrics and alarms."""
