"""ARNs of API Gateway, after "Resource types defined by Amazon API Gateway Management V2"."""

from __future__ import annotations


def control_arn(region: str, path: str) -> str:
    """The ARN of a thing in the control plane, `path` as in its URL (`/restapis/ID`)."""
    return f"arn:aws:apigateway:{region}::{path}"


def execute_arn(
    region: str, account_id: str, api_id: str, stage: str, http_method: str, resource_path: str
) -> str:
    """The ARN of a method as resource policies name it; `resource_path` starts with `/`."""
    return (
        f"arn:aws:execute-api:{region}:{account_id}:{api_id}/{stage}/{http_method}{resource_path}"
    )
