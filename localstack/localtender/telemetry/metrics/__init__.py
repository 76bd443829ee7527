"""CloudWatch metrics: what is stored of them, their statistics, and metric math."""
