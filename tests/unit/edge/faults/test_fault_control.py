"""`/_localtender/faults` and LocalStack's `/_localstack/chaos/`, over the same rules."""

from __future__ import annotations

import json
from typing import Any

import pytest

from localtender.edge.faults.chaos_api import ChaosApi
from localtender.edge.faults.control import FaultControl
from localtender.edge.faults.edge_faults import EdgeFaults
from localtender.edge.faults.error_codes import ErrorCodes
from localtender.edge.journal import Journal
from localtender.edge.protocol.messages import HttpRequest
from localtender.edge.protocol.models import ServiceModels

FAULTS, CHAOS = "/_localtender/faults", "/_localstack/chaos/faults"
EFFECTS = "/_localstack/chaos/effects"


class Controls:
    def __init__(self) -> None:
        self.faults = EdgeFaults(ErrorCodes(ServiceModels()), Journal())
        self._own = FaultControl(self.faults.rules)
        self._chaos = ChaosApi(self.faults.rules)

    def ask(self, method: str, path: str, document: Any = None) -> tuple[int, Any]:
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        request = HttpRequest(method, path, (), (), body, "127.0.0.1", "1.1", "http", "id")
        api = self._chaos if path.startswith("/_localstack") else self._own
        response = api.answer(request)
        return response.status, json.loads(response.body) if response.body else None


@pytest.fixture
def controls() -> Controls:
    return Controls()


def test_rules_are_added_read_replaced_and_removed(controls: Controls) -> None:
    status, added = controls.ask("POST", FAULTS, {"kind": "hang", "service": "s3"})
    assert (status, added["kind"], added["fired"]) == (201, "hang", 0)
    one = f"{FAULTS}/{added['id']}"
    assert controls.ask("GET", one) == (200, added)
    assert controls.ask("GET", FAULTS) == (200, [added])

    status, changed = controls.ask("PUT", one, {"kind": "reset"})
    assert (status, changed["id"], changed["kind"]) == (200, added["id"], "reset")
    status, replaced = controls.ask("PUT", FAULTS, [{"kind": "hang"}, {"kind": "reset"}])
    assert (status, [rule["kind"] for rule in replaced]) == (200, ["hang", "reset"])

    assert controls.ask("DELETE", f"{FAULTS}/{replaced[0]['id']}") == (204, None)
    assert controls.ask("GET", FAULTS)[1] == replaced[1:]
    assert controls.ask("DELETE", FAULTS) == (204, None)
    assert controls.ask("GET", FAULTS) == (200, [])


def test_several_rules_are_added_all_or_none(controls: Controls) -> None:
    status, refused = controls.ask("POST", FAULTS, [{"kind": "reset"}, {"kind": "quake"}])

    assert (status, refused["error"], refused["field"]) == (400, "InvalidFaultRule", "kind")
    assert "throttle" in refused["allowed"]
    assert controls.ask("GET", FAULTS) == (200, [])


@pytest.mark.parametrize(
    ("method", "path", "document", "status"),
    [
        ("POST", FAULTS, b"{", 400),
        ("PUT", FAULTS, {"kind": "reset"}, 400),
        ("PATCH", FAULTS, [], 405),
        ("GET", f"{FAULTS}/none", None, 404),
        ("DELETE", f"{FAULTS}/none", None, 404),
        ("POST", CHAOS, {}, 400),
        ("POST", CHAOS, [{"services": "s3"}], 400),
        ("POST", CHAOS, [{"error": {"status": 1}}], 400),
        ("POST", CHAOS, [{"service": "s3", "operation": "Fetch"}], 400),
        ("PUT", CHAOS, [], 405),
        ("POST", EFFECTS, {"latency": "long"}, 400),
        ("GET", "/_localstack/chaos/other", None, 404),
    ],
)
def test_what_cannot_be_used_is_refused(
    controls: Controls, method: str, path: str, document: Any, status: int
) -> None:
    assert controls.ask(method, path, document)[0] == status
    assert not controls.faults


def test_a_chaos_rule_reads_back_as_it_was_given(controls: Controls) -> None:
    kms, s3 = {"service": "kms", "region": "us-east-1"}, {"service": "s3", "probability": 0.5}
    dynamodb = {"service": "dynamodb", "error": {"statusCode": 500, "code": "DatacentreNotFound"}}

    assert controls.ask("GET", CHAOS) == (200, [])
    assert controls.ask("POST", CHAOS, [kms]) == (200, [kms])
    assert controls.ask("PATCH", CHAOS, [s3, dynamodb]) == (200, [kms, s3, dynamodb])
    assert controls.ask("DELETE", CHAOS, [s3]) == (200, [kms, dynamodb])
    assert controls.ask("POST", CHAOS, [s3]) == (200, [s3])
    assert controls.ask("POST", CHAOS, []) == (200, [])
    assert not controls.faults


def test_a_chaos_rule_is_a_503_unless_it_says_otherwise(controls: Controls) -> None:
    controls.ask("POST", CHAOS, [{}])
    controls.ask("PATCH", CHAOS, [{"error": {"statusCode": 418, "code": "Teapot"}}])

    shown = controls.ask("GET", FAULTS)[1]

    assert [(rule["code"], rule["status"]) for rule in shown] == [
        ("ServiceUnavailable", 503),
        ("Teapot", 418),
    ]


def test_the_two_forms_leave_each_others_rules_alone(controls: Controls) -> None:
    controls.ask("POST", FAULTS, {"kind": "reset", "id": "mine"})
    controls.ask("POST", CHAOS, [{"service": "s3"}])
    controls.ask("POST", CHAOS, [])
    assert [rule["id"] for rule in controls.ask("GET", FAULTS)[1]] == ["mine"]

    controls.ask("POST", CHAOS, [{"service": "s3"}])
    controls.ask("DELETE", FAULTS)
    assert controls.ask("GET", CHAOS) == (200, [])


def test_the_latency_effect_delays_every_call_until_it_is_none(controls: Controls) -> None:
    assert controls.ask("GET", EFFECTS) == (200, {"latency": 0})
    assert controls.ask("POST", EFFECTS, {"latency": 250}) == (200, {"latency": 250})
    [rule] = controls.ask("GET", FAULTS)[1]
    assert (rule["kind"], rule["milliseconds"]) == ("latency", 250)
    assert controls.ask("POST", EFFECTS, {"latency": 0}) == (200, {"latency": 0})
    assert not controls.faults
