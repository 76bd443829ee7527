from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from localtender.edge.control_routes import ControlRoutes
from localtender.edge.journal import Journal, JournalEntry
from localtender.edge.protocol.messages import HttpRequest, HttpResponse


class PretendedFunctions:
    """Has the code of one function."""

    def code_archive(self, sha256_hex: str) -> bytes | None:
        return b"zip" if sha256_hex == "abc" else None


def entry(service: str) -> JournalEntry:
    return JournalEntry("id", 0.0, "engine", service, "POST", "/", "", 200, 1.0)


@pytest.fixture
def routes() -> ControlRoutes:
    journal = Journal()
    for service in ("sqs", "dynamodb", "dynamodb"):
        journal.record(entry(service))
    functions: Any = PretendedFunctions()
    return ControlRoutes(journal=journal, functions=functions, health={"healthy": True})


def answer(
    routes: ControlRoutes, path: str, method: str = "GET", **query: str
) -> tuple[int, HttpResponse]:
    pairs = tuple(query.items())
    request = HttpRequest(method, path, pairs, (), b"", "127.0.0.1", "1.1", "http", "id")
    response = asyncio.run(routes.answer(request))
    return response.status, response


def test_health_is_what_the_edge_says_of_itself(routes: ControlRoutes) -> None:
    status, response = answer(routes, "/_localtender/health")
    assert (status, json.loads(response.body)) == (200, {"healthy": True})


def test_the_journal_is_read_by_service_and_number_and_cleared(routes: ControlRoutes) -> None:
    def services(**query: str) -> list[str]:
        _, response = answer(routes, "/_localtender/requests", **query)
        return [found["service"] for found in json.loads(response.body)]

    assert services() == ["sqs", "dynamodb", "dynamodb"]
    assert services(limit="2") == ["dynamodb", "dynamodb"]
    assert services(service="sqs") == ["sqs"]
    assert answer(routes, "/_localtender/requests", limit="-1")[0] == 400
    assert answer(routes, "/_localtender/requests", "DELETE")[0] == 200
    assert services() == []


def test_the_code_of_a_function_is_served(routes: ControlRoutes) -> None:
    assert answer(routes, "/_localtender/functions/code/abc.zip")[1].body == b"zip"
    assert answer(routes, "/_localtender/functions/code/none.zip")[0] == 404


def test_an_unknown_route_is_named(routes: ControlRoutes) -> None:
    status, response = answer(routes, "/_localtender/nothing", "PUT")
    assert status == 404
    assert "PUT /_localtender/nothing" in response.body.decode()
