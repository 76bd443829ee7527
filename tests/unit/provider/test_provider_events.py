from __future__ import annotations

from pathlib import Path

import pytest

from localtender.provider.calls import Calls
from localtender.provider.configuration import ProviderConfiguration
from localtender.provider.errors import OperationError
from localtender.provider.identifiers import id_parts
from localtender.provider.resources.events_connection_blocks import with_known_secrets
from localtender.provider.resources.events_deliveries import warn_of_silence
from localtender.provider.resources.events_names import bus_and_name, on_bus
from localtender.provider.resources.events_rules import compact, is_event_pattern
from localtender.provider.sessions import Caller, Session
from localtender.provider.timestamps import is_timestamp, same_time

BUS_ARN = "arn:aws:events:eu-central-1:123456789012:event-bus/payments"
PARTNER = "aws.partner/example.com/tenant/orders"


@pytest.mark.parametrize("bus", ["payments", BUS_ARN, PARTNER])
def test_an_id_on_a_custom_bus_begins_with_the_bus(bus: str) -> None:
    assert on_bus(bus, "settled") == f"{bus}/settled"
    assert bus_and_name(f"{bus}/settled", "RULE_NAME") == (bus, "settled")


def test_an_id_on_the_default_bus_is_the_name_alone() -> None:
    assert on_bus("default", "settled") == "settled"
    assert bus_and_name("settled", "RULE_NAME") == ("default", "settled")


@pytest.mark.parametrize("identifier", ["", "/settled", "payments/", "a/b/settled"])
def test_an_id_of_another_form_is_refused(identifier: str) -> None:
    with pytest.raises(OperationError, match="expected EVENT_BUS_NAME/RULE_NAME or RULE_NAME"):
        bus_and_name(identifier, "RULE_NAME")


def test_an_id_of_parts_is_taken_apart_by_its_documented_form() -> None:
    assert id_parts("audit|all", "LOG_GROUP_NAME|NAME") == ["audit", "all"]
    assert id_parts("reports/monthly", "GROUP_NAME/NAME") == ["reports", "monthly"]
    for identifier in ("audit", "audit|", "a|b|c"):
        with pytest.raises(OperationError, match="expected LOG_GROUP_NAME"):
            id_parts(identifier, "LOG_GROUP_NAME|NAME")


def test_an_event_pattern_is_sent_compactly_and_measured_so() -> None:
    assert compact('{ "source": ["a<b"] }') == '{"source":["a<b"]}'
    assert is_event_pattern("{" + " " * 5000 + "}") is None
    assert "4096" in str(is_event_pattern('{"source":["' + "x" * 5000 + '"]}'))


def test_secrets_that_are_not_given_back_stay_known() -> None:
    known = [{"api_key": [{"key": "a", "value": "secret"}], "basic": []}]
    found = [{"api_key": [{"key": "b", "value": None}], "basic": []}]
    assert with_known_secrets(found, known)[0]["api_key"] == [{"key": "b", "value": "secret"}]


def test_times_are_the_same_in_any_zone() -> None:
    assert same_time("2030-01-01T00:00:00Z", "2030-01-01T01:00:00+01:00")
    assert is_timestamp("2030-01-01T00:00:00Z") is None
    assert is_timestamp("2030-01-01") is not None
    assert is_timestamp("2030-01-01T00:00:00") is not None


@pytest.mark.parametrize(
    ("target", "delivered"),
    [
        ("arn:aws:lambda:eu-west-1:000000000000:function:settle", True),
        ("arn:aws:events:eu-west-1:000000000000:api-destination/ledger/1", True),
        ("arn:aws:states:eu-west-1:000000000000:stateMachine:settle", True),
        ("arn:aws:logs:eu-west-1:000000000000:log-group:/aws/events/all", False),
        ("arn:aws:firehose:eu-west-1:000000000000:deliverystream/all", False),
    ],
)
def test_a_target_that_is_never_reached_here_is_warned_of(target: str, delivered: bool) -> None:
    session = Session(Caller(Path("/project")), ProviderConfiguration("http://127.0.0.1:4566"))
    call = Calls().begin(session, "events", {})
    warn_of_silence(call, "a rule", target)
    assert (call.warnings == []) is delivered
    assert all(target in detail for _, detail in call.warnings)
