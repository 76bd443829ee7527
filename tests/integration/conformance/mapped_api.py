"""APIs with one method, for the probes of integrations and of mapping."""

from __future__ import annotations

from typing import Any

from tests.integration.conformance.laboratory import Laboratory
from tests.rest_api_workshop import DeployedRestApi

JSON = "application/json"


def mapped(
    lab: Laboratory,
    integration: dict[str, Any],
    *answers: dict[str, Any],
    route: str = "POST /",
    **method: Any,
) -> DeployedRestApi:
    """An API with one method; each answer is a status, perhaps with a pattern and templates."""
    api = lab.rest_api({})
    api.method(route, integration, **method)
    for answer in answers:
        given = dict(answer)
        lab.answers(api, route, given.pop("status"), given.pop("headers", None), **given)
    api.deploy()
    return api


def with_template(text: str) -> dict[str, dict[str, str]]:
    """What an answer of `mapped` needs to have this template."""
    return {"responseTemplates": {JSON: text}}


def mock(request: str = '{"statusCode": 200}', **more: Any) -> dict[str, Any]:
    """A MOCK integration with this request template."""
    return {"type": "MOCK", "requestTemplates": {JSON: request}, **more}


def custom_lambda(
    lab: Laboratory, request: str = "$input.json('$')", **more: Any
) -> dict[str, Any]:
    """An integration with the obedient function that is no proxy, with this request template."""
    return {**lab.obedient(), "type": "AWS", "requestTemplates": {JSON: request}, **more}


def http_backend(lab: Laboratory) -> str:
    """The address of an HTTP backend: an API of the endpoint's own that echoes its event."""
    return lab.obedient_api().url
