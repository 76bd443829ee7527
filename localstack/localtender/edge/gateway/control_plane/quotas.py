"""How much of a thing there may be.

After "Quotas for configuring and running a REST API in API Gateway" of the developer guide. The
wording of a refusal is the one reported for AWS in boto/boto3#1296 and Miserlou/Zappa#628. How
often an operation may be called is not limited: the quotas on that are no property of an API.
"""

from __future__ import annotations

from dataclasses import dataclass

from localtender.edge.gateway.control_plane.patching import bad_request
from localtender.edge.gateway.state import EndpointConfiguration
from localtender.edge.protocol.errors import ServiceError

_LARGEST_MODEL = 400 * 1024
_LARGEST_TEMPLATE = 300 * 1024
_LARGEST_POLICY = 8_192
_LARGEST_DEFINITION = 6 * 1024 * 1024
_MOST_STAGE_VARIABLES = 100
_LONGEST_VARIABLE_NAME = 64
_LONGEST_VARIABLE_VALUE = 512


@dataclass(frozen=True)
class Quota:
    """`most` of the things called `name`, in one API or in the account's region."""

    name: str
    most: int
    is_per_api: bool = True

    def check(self, count: int) -> None:
        """Raise LimitExceededException where there may be no further one beside `count`."""
        if count >= self.most:
            place = " for this API" if self.is_per_api else ""
            raise ServiceError(
                "LimitExceededException",
                f"Maximum number of {self.name}{place} has been reached.  "
                f"Please contact AWS if you need additional {self.name}.",
                429,
            )


API_KEYS = Quota("API Keys", 10_000, is_per_api=False)
AUTHORIZERS = Quota("Authorizers", 10)
CLIENT_CERTIFICATES = Quota("Client Certificates", 60, is_per_api=False)
DOCUMENTATION_PARTS = Quota("Documentation Parts", 2_000)
DOMAIN_NAMES = Quota("Domain Names", 120, is_per_api=False)
RESOURCES = Quota("Resources", 300)
STAGES = Quota("Stages", 10)
USAGE_PLANS = Quota("Usage Plans", 300, is_per_api=False)
USAGE_PLANS_OF_A_KEY = Quota("Usage Plans per API Key", 10, is_per_api=False)
VPC_LINKS = Quota("VPC Links", 20, is_per_api=False)
_REST_APIS = {
    "EDGE": Quota("APIs", 120, is_per_api=False),
    "REGIONAL": Quota("APIs", 600, is_per_api=False),
    "PRIVATE": Quota("APIs", 600, is_per_api=False),
}


def check_rest_apis(existing: list[EndpointConfiguration], new: EndpointConfiguration) -> None:
    """Raise LimitExceededException where the region has as many APIs of this type as it may."""
    for kind in new.types:
        quota = _REST_APIS.get(kind)
        if quota is not None:
            quota.check(sum(kind in endpoint.types for endpoint in existing))


def check_model_size(schema: str) -> None:
    """Raise BadRequestException for a model of more than 400 KB."""
    _check_length("Model schema", schema, _LARGEST_MODEL)


def check_template_size(template: str) -> None:
    """Raise BadRequestException for a mapping template of more than 300 KB."""
    _check_length("Mapping template", template, _LARGEST_TEMPLATE)


def check_policy_size(policy: str) -> None:
    """Raise BadRequestException for a resource policy of more than 8192 characters."""
    _check_length("Resource policy", policy, _LARGEST_POLICY)


def check_definition_size(body: bytes) -> None:
    """Raise BadRequestException for a definition of more than 6 MB."""
    if len(body) > _LARGEST_DEFINITION:
        raise bad_request("Invalid OpenAPI input: the definition exceeds the limit of 6 MB.")


def check_stage_variables(count: int, name: str, value: str) -> None:
    """Raise BadRequestException where one of a stage's `count` variables is too much."""
    if count > _MOST_STAGE_VARIABLES:
        raise bad_request(f"Stage variables exceed the limit of {_MOST_STAGE_VARIABLES}")
    if len(name) > _LONGEST_VARIABLE_NAME:
        raise bad_request(
            f"Stage variable name exceeds the limit of {_LONGEST_VARIABLE_NAME} characters: {name}"
        )
    if len(value) > _LONGEST_VARIABLE_VALUE:
        raise bad_request(
            f"Stage variable value exceeds the limit of {_LONGEST_VARIABLE_VALUE} characters"
        )


def _check_length(what: str, text: str, most: int) -> None:
    if len(text.encode()) > most:
        raise bad_request(f"{what} exceeds the limit of {most} bytes")
