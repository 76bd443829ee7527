"""Schema versions of the real providers' resource types.

A state names the version of the schema that it was written with: Terraform has the provider
upgrade an older one, and refuses a newer one without asking the provider. With the real numbers, a
state can go from the real provider to this one and back. They stand as ``SchemaVersion`` in
``internal/service/SERVICE/RESOURCE.go`` of ``hashicorp/terraform-provider-aws``.
"""

from __future__ import annotations

from typing import Final

_VERSIONS: Final = {
    "aws_cloudwatch_metric_alarm": 1,
    "aws_dynamodb_table": 1,
    "aws_sqs_queue_policy": 1,
    "random_password": 3,
    "random_string": 2,
    "tls_private_key": 1,
}


def schema_version(resource_type: str) -> int:
    """Return the schema version of a resource type; most never had another than 0."""
    return _VERSIONS.get(resource_type, 0)
