"""What the functions of the tests may do, and Lambda for them; nothing of IAM's own."""

from __future__ import annotations

import json

WORKER_POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": [
                    *("dynamodb:*", "events:PutEvents", "kinesis:*", "lambda:InvokeFunction"),
                    *("logs:*", "s3:*", "secretsmanager:*", "sns:Publish", "sqs:*", "states:*"),
                ],
                "Resource": "*",
            }
        ],
    }
)
"""An identity policy, as PutRolePolicy takes it."""
