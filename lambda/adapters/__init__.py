"""The domain's ports on AWS: DynamoDB, SQS, SNS and Secrets Manager."""
