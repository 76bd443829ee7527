from __future__ import annotations

from typing import Any

import pytest

from localtender.provider.clients import Clients
from localtender.provider.configuration import Credentials, read_configuration
from localtender.provider.endpoints import loopback_url, service_endpoints
from localtender.provider.errors import RefusedEndpointError

HERE = "http://127.0.0.1:4566"


@pytest.mark.parametrize(
    ("url", "reached_at"),
    [
        (HERE, HERE),
        ("http://localhost:4566", HERE),
        ("http://LOCALHOST.:4566", HERE),
        ("http://s3.localhost.localstack.cloud:4566", HERE),
        ("http://sqs.localhost:4566/base", f"{HERE}/base"),
        ("http://mwaa.127.0.0.1:4566", HERE),
        ("http://127.8.9.10", "http://127.8.9.10"),
        ("http://[::1]:4566", "http://[::1]:4566"),
    ],
)
def test_addresses_of_this_machine_are_accepted(url: str, reached_at: str) -> None:
    assert loopback_url(url) == reached_at


@pytest.mark.parametrize(
    "url",
    [
        "https://sqs.eu-west-1.amazonaws.com",
        "http://0.0.0.0:4566",
        "http://10.0.0.1",
        "http://[::2]",
        "http://localhost.example.com",
        "http://notlocalhost",
        "http://127.0.0.1.example.com",
        "http://2130706433:4566",
        "http://127.0.0.1:99999",
        "http://localhost:port",
        "http://[::1",
        "http://mwaa.127.0.0.1.example.com",
        "http://mwaa.127.0.0.999",
        "http://127.0.0.1@example.com",
        "http://user:secret@127.0.0.1",
        "http://2130706433",
        "ftp://127.0.0.1",
        "127.0.0.1:4566",
        "",
    ],
)
def test_addresses_of_other_machines_are_refused(url: str) -> None:
    with pytest.raises(RefusedEndpointError):
        loopback_url(url)


def test_the_configuration_goes_before_the_environment() -> None:
    found = service_endpoints(
        {"cognitoidp": f"{HERE}/a", "sqs": None},
        {"AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": f"{HERE}/b", "AWS_ENDPOINT_URL_SQS": HERE},
    )
    assert found["cognitoidp"] == f"{HERE}/a"
    assert found["sqs"] == HERE


@pytest.mark.parametrize(
    ("variable", "service"),
    [
        ("AWS_ENDPOINT_URL_API_GATEWAY", "apigateway"),
        ("AWS_ENDPOINT_URL_CLOUDWATCH", "cloudwatch"),
        ("AWS_ENDPOINT_URL_CLOUDWATCH_LOGS", "logs"),
        ("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", "cognito-idp"),
        ("AWS_ENDPOINT_URL_EVENTBRIDGE", "events"),
        ("AWS_ENDPOINT_URL_SECRETS_MANAGER", "secretsmanager"),
        ("AWS_ENDPOINT_URL_SFN", "stepfunctions"),
    ],
)
def test_a_services_own_variable_is_understood(variable: str, service: str) -> None:
    configuration = read_configuration({}, {variable: f"{HERE}/own"}, HERE)
    assert configuration.endpoint(service) == f"{HERE}/own"
    assert configuration.endpoint("dynamodb") == HERE


@pytest.mark.parametrize(
    ("block", "environment", "place"),
    [
        ({"endpoints": [{"sqs": "http://10.0.0.1"}]}, {}, "endpoints.sqs"),
        ({}, {"AWS_ENDPOINT_URL": "http://10.0.0.1"}, "AWS_ENDPOINT_URL"),
        ({}, {"AWS_ENDPOINT_URL_S3": "http://10.0.0.1"}, "AWS_ENDPOINT_URL_S3"),
    ],
)
def test_a_refusal_says_where_the_endpoint_is_configured(
    block: dict[str, Any], environment: dict[str, str], place: str
) -> None:
    with pytest.raises(RefusedEndpointError, match=f"^{place}: .* is not on this machine"):
        read_configuration(block, environment, HERE)


def test_what_the_provider_block_leaves_open_comes_from_terraforms_environment() -> None:
    environment = {"AWS_REGION": "eu-west-3", "AWS_ACCESS_KEY_ID": "111122223333"}
    configuration = read_configuration({}, environment, HERE)
    assert configuration.region == "eu-west-3"
    assert configuration.credentials.access_key == "111122223333"
    assert configuration.endpoint("cognito-idp") == HERE
    assert read_configuration({"region": "us-west-2"}, environment, HERE).region == "us-west-2"
    assert read_configuration({}, {}, HERE).region == "us-east-1"


def test_secrets_do_not_show_in_logs() -> None:
    assert "hidden" not in repr(Credentials("key", "hidden", "hidden"))


def test_a_client_cannot_be_made_for_another_machine() -> None:
    with pytest.raises(RefusedEndpointError):
        Clients().get("sqs", "us-east-1", "https://sqs.amazonaws.com", Credentials())
