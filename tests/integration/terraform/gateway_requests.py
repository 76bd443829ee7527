"""What the lives of API Gateway ask a gateway, and how they change things by hand."""

from __future__ import annotations

from collections.abc import Callable

from botocore.exceptions import ClientError

from tests.integration.terraform.life import Aws, Values

ByHand = Callable[[Aws, Values], object]
"""Does something to a resource behind Terraform's back."""


def request(operation: str, service: str = "apigateway", **keys: str) -> ByHand:
    """Call an operation; `keys` name the attribute that each parameter comes from."""

    def ask(aws: Aws, values: Values) -> object:
        parameters = {parameter: values[attribute] for parameter, attribute in keys.items()}
        return getattr(aws(service), operation)(**parameters)

    return ask


def has(operation: str, service: str = "apigateway", **keys: str) -> Callable[[Aws, Values], bool]:
    """Ask whether something is there, by an operation that answers NotFound where it is not."""
    ask = request(operation, service, **keys)

    def is_there(aws: Aws, values: Values) -> bool:
        try:
            ask(aws, values)
        except ClientError as failure:
            if failure.response["Error"]["Code"] != "NotFoundException":
                raise
            return False
        return True

    return is_there


api_is_there = has("get_rest_api", restApiId="id")


def by_hand(**values: str) -> list[dict[str, str]]:
    """Return the patch operations that replace what stands at `/NAME`."""
    return [{"op": "replace", "path": f"/{name}", "value": text} for name, text in values.items()]
