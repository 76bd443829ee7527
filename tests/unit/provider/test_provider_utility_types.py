from __future__ import annotations

import random
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import bcrypt
import pytest

from localtender.provider.call import Call
from localtender.provider.calls import Calls
from localtender.provider.configuration import configuration_of_environment
from localtender.provider.declaration import Resource
from localtender.provider.errors import InvalidArgumentError, OperationError, StoppedError
from localtender.provider.lifecycle import Lifecycle
from localtender.provider.providers import SERVED
from localtender.provider.reattach import ATTACHED
from localtender.provider.registry import declaration_problems
from localtender.provider.sessions import Caller, Session
from localtender.provider.utility.declared import UtilityResource
from localtender.provider.utility.random.choices import RandomInteger, RandomShuffle
from localtender.provider.utility.random.identifiers import RandomId, RandomUuid7
from localtender.provider.utility.random.pets import RandomPet
from localtender.provider.utility.random.strings import RandomPassword, RandomString, bcrypt_hash
from localtender.provider.utility.time.kept_moments import TimeOffset, TimeRotating
from localtender.provider.utility.time.moments import later, parse, text_of
from localtender.provider.utility.time.sleep import TimeSleep
from localtender.provider.validation import configuration_problems
from localtender.provider.values import UNKNOWN, Values


@pytest.fixture
def call() -> Call:
    session = Session(
        Caller(Path("/project")), configuration_of_environment({}, "http://127.0.0.1:1")
    )
    return Calls().begin(session, "", {})


def of(resource: UtilityResource, **values: Any) -> Values:
    return resource.schema.complete(values)


def problems(resource: UtilityResource, **values: Any) -> list[str]:
    found = configuration_problems(resource, of(resource, **values))
    return [f"{problem.argument}: {problem}" for problem in found]


@pytest.mark.parametrize("name", [name for name in ATTACHED if name != "aws"])
def test_every_declaration_of_a_utility_provider_agrees_with_its_schema(name: str) -> None:
    provider = SERVED[name]()
    assert provider.name == name
    assert declaration_problems(provider.registry, provider.schema) == []
    assert all(type_name.startswith(name) for type_name in provider.registry.resources)


def test_a_seed_gives_the_same_value_again(call: Call) -> None:
    number, shuffle = RandomInteger(), RandomShuffle()
    config = of(number, min=1, max=10**6, seed="s")
    assert number.create(call, config) == number.create(call, config)
    items = of(shuffle, input=["a", "b", "c"], result_count=7, seed="s")
    drawn = shuffle.create(call, items)["result"]
    assert drawn == shuffle.create(call, items)["result"]
    assert sorted(drawn[:3]) == sorted(drawn[3:6]) == ["a", "b", "c"]
    assert len(drawn) == 7


def test_an_unseeded_value_does_not_depend_on_the_process_s_generator(call: Call) -> None:
    number, state = RandomInteger(), random.getstate()
    config = of(number, min=1, max=10**12)
    first = number.create(call, config)
    random.setstate(state)
    assert number.create(call, config) != first


def test_the_parts_of_a_string_s_declaration_are_held_to_each_other() -> None:
    resource = RandomString()
    assert problems(resource, length=4, min_upper=4) == []
    assert problems(resource, length=UNKNOWN, min_upper=4) == []
    assert "length: must be at least" in problems(resource, length=3, min_upper=4)[0]
    none = {"lower": False, "upper": False, "special": False, "number": False}
    assert "at least one of" in problems(resource, length=3, **none)[0]
    assert "former name" in problems(resource, length=3, number=True, numeric=False)[0]


@pytest.mark.parametrize("name", ["number", "numeric"])
def test_number_and_numeric_are_two_names_of_one_argument(call: Call, name: str) -> None:
    resource = RandomString()
    lifecycle = Lifecycle(resource, resource.schema)
    planned = lifecycle.plan(call, of(resource, length=30, **{name: False}), None).state
    assert planned["number"] is planned["numeric"] is False
    state = lifecycle.create(call, planned)
    assert not any(map(str.isdigit, state["result"]))
    changed = lifecycle.plan(call, of(resource, length=30), state)
    assert ("numeric",) in changed.replaces


def test_a_null_keeper_is_as_good_as_none(call: Call) -> None:
    resource = RandomId()
    lifecycle = Lifecycle(resource, resource.schema)
    planned = lifecycle.plan(call, of(resource, byte_length=2, keepers={"a": "1"}), None).state
    state = lifecycle.create(call, planned)
    same = of(resource, byte_length=2, keepers={"a": "1", "b": None})
    assert lifecycle.plan(call, same, state).replaces == []
    other = of(resource, byte_length=2, keepers={"a": "2"})
    assert lifecycle.plan(call, other, state).replaces == [("keepers",)]


def test_a_password_hash_is_bcrypt_s_of_the_first_72_bytes() -> None:
    long = "é" * 50
    assert bcrypt.checkpw(long.encode()[:72], bcrypt_hash(long).encode())
    assert bcrypt_hash("secret").startswith("$2a$10$")


def test_a_pet_has_as_many_words_as_it_is_to_have(call: Call) -> None:
    resource = RandomPet()
    for length in (1, 2, 4):
        drawn = resource.create(call, of(resource, length=length, separator="_"))["id"]
        assert len(drawn.split("_")) == length
    prefixed = resource.create(call, of(resource, length=1, separator="-", prefix="my"))["id"]
    assert prefixed.startswith("my-")


def test_later_version_7_uuids_sort_later(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = RandomUuid7().draw(), None
    monkeypatch.setattr("time.time_ns", lambda: (1 << 47) * 1_000_000)
    second = RandomUuid7().draw()
    assert (first.version, first.variant) == (7, "specified in RFC 4122")
    assert str(first) < str(second)


@pytest.mark.parametrize(
    ("resource", "identifier"),
    [
        (RandomId(), "x,!"),
        (RandomUuid7(), "no"),
        (RandomInteger(), "1,2"),
        (TimeOffset(), "2026-01-01T00:00:00Z,,,,,,"),
        (TimeOffset(), "yesterday,1,,,,,"),
        (TimeRotating(), "2026-01-01T00:00:00Z"),
        (TimeSleep(), "1s"),
        (TimeSleep(), "soon,"),
    ],
)
def test_an_import_id_of_another_form_is_refused(
    call: Call, resource: Resource, identifier: str
) -> None:
    with pytest.raises(InvalidArgumentError):
        resource.import_state(call, identifier)


def test_a_password_comes_back_from_its_import_id(call: Call) -> None:
    state = RandomPassword().import_state(call, "s3cret,with commas")
    assert state["result"] == "s3cret,with commas"
    assert state["length"] == 18


def test_a_password_of_an_older_provider_s_state_is_kept(call: Call) -> None:
    resource = RandomPassword()
    lifecycle = Lifecycle(resource, resource.schema)
    old = of(resource, id="none", result="0123456789", length=10, number=True, special=True)
    state = lifecycle.read(call, old)
    assert state is not None
    assert bcrypt.checkpw(b"0123456789", state["bcrypt_hash"].encode())
    planned = lifecycle.plan(call, of(resource, length=10), state)
    assert (planned.state, planned.replaces) == (state, [])


def test_what_stands_in_the_state_only_cannot_be_imported(call: Call) -> None:
    with pytest.raises(OperationError, match="random_pet cannot be imported"):
        RandomPet().import_state(call, "clever-owl")


@pytest.mark.parametrize(
    ("text", "amount", "unit", "expected"),
    [
        ("2026-01-31T00:00:00Z", 1, "months", "2026-03-03T00:00:00Z"),
        ("2024-02-29T00:00:00Z", 1, "years", "2025-03-01T00:00:00Z"),
        ("2026-03-15T12:00:00+02:00", -3, "months", "2025-12-15T12:00:00+02:00"),
        ("2026-12-31T23:59:59Z", 1, "seconds", "2027-01-01T00:00:00Z"),
    ],
)
def test_moments_are_added_to_as_go_does(text: str, amount: int, unit: str, expected: str) -> None:
    assert text_of(later(parse("rfc3339", text), amount, unit)) == expected


@pytest.mark.parametrize("text", ["2026-01-31", "2026-13-01T00:00:00Z", "2026-01-01 00:00:00Z"])
def test_a_moment_that_is_not_one_is_refused(text: str) -> None:
    with pytest.raises(InvalidArgumentError):
        parse("rfc3339", text)


def test_a_moment_out_of_the_calendar_is_refused() -> None:
    with pytest.raises(InvalidArgumentError, match="out of range"):
        later(datetime(9999, 1, 1), 1, "years")


def test_a_rotation_that_is_over_is_gone_and_its_change_is_shown(call: Call) -> None:
    resource = TimeRotating()
    lifecycle = Lifecycle(resource, resource.schema)
    over = of(resource, rfc3339="2020-01-01T00:00:00Z", rotation_days=1)
    state = {**lifecycle.plan(call, over, None).state, **resource.create(call, over)}
    assert state["rotation_rfc3339"] == "2020-01-02T00:00:00Z"
    assert lifecycle.read(call, state) is None
    longer = of(resource, rfc3339="2020-01-01T00:00:00Z", rotation_years=900)
    planned = lifecycle.plan(call, longer, state)
    assert planned.state["rotation_rfc3339"] == "2920-01-01T00:00:00Z"
    assert planned.replaces == []
    assert lifecycle.read(call, planned.state) == planned.state


def test_a_pause_ends_when_terraform_is_interrupted() -> None:
    configuration = configuration_of_environment({}, "http://127.0.0.1:1")
    session = Session(Caller(Path("/project")), configuration)
    call, ended = Calls().begin(session, "", {}), threading.Event()
    resource = TimeSleep()

    def sleep(step: Callable[[], object]) -> None:
        with pytest.raises(StoppedError):
            step()
        ended.set()

    values = of(resource, create_duration="1h")
    sleeping = threading.Thread(target=sleep, args=(lambda: resource.create(call, values),))
    sleeping.start()
    session.stopping.set()
    assert ended.wait(10)
