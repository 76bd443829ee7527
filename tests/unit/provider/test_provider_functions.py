from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from localtender.provider.functions import Function, FunctionArgumentError
from localtender.provider.providers import SERVED
from localtender.provider.sessions import Caller
from localtender.provider.values import conform


def call(provider: str, name: str, *arguments: Any, folder: Path = Path("/project")) -> Any:
    function: Function = SERVED[provider]().registry.functions[name]
    assert len(function.parameters) == len(arguments)
    result = function.call(Caller(folder), *arguments)
    # What Terraform gets has exactly the parts that were announced.
    assert conform(function.returns, result) == result
    return result


def test_an_arn_is_taken_apart_and_put_together() -> None:
    arn = "arn:aws:sns:eu-west-1:000000000000:topic:with:colons"
    parts = call("aws", "arn_parse", arn)
    assert parts["resource"] == "topic:with:colons"
    assert call("aws", "arn_build", *parts.values()) == arn


@pytest.mark.parametrize("arn", ["topic", "arn:aws:sns:eu-west-1:000000000000"])
def test_what_is_no_arn_is_refused(arn: str) -> None:
    with pytest.raises(FunctionArgumentError, match="arn: "):
        call("aws", "arn_parse", arn)


def test_the_path_of_a_role_is_left_out() -> None:
    role = "arn:aws:iam::000000000000:role/service/eu/worker"
    assert call("aws", "trim_iam_role_path", role) == "arn:aws:iam::000000000000:role/worker"
    with pytest.raises(FunctionArgumentError, match="not the ARN of an IAM role"):
        call("aws", "trim_iam_role_path", "arn:aws:iam::000000000000:user/me")


def test_a_user_agent_has_the_parts_that_are_given() -> None:
    assert call("aws", "user_agent", "module", "1.2", "prod") == "module/1.2 (prod)"
    assert call("aws", "user_agent", "module", "", "") == "module"
    with pytest.raises(FunctionArgumentError, match="must not be empty"):
        call("aws", "user_agent", "", "1", "")


def test_a_moment_is_taken_apart_in_its_own_offset() -> None:
    parts = call("time", "rfc3339_parse", "2027-01-03T23:30:00-02:00")
    assert (parts["month_name"], parts["weekday_name"], parts["weekday"]) == (
        "January",
        "Sunday",
        0,
    )
    # A Sunday belongs to the ISO week that began before it, here in the year before.
    assert (parts["iso_year"], parts["iso_week"], parts["year_day"]) == (2026, 53, 3)
    again = call("time", "unix_timestamp_parse", parts["unix"])
    assert again["rfc3339"] == "2027-01-04T01:30:00Z"
    with pytest.raises(FunctionArgumentError, match="expected a moment"):
        call("time", "rfc3339_parse", "tomorrow")
    with pytest.raises(FunctionArgumentError, match="out of range"):
        call("time", "unix_timestamp_parse", 10**18)


@pytest.mark.parametrize(
    ("text", "hours", "milliseconds"),
    [("1h30m", 1.5, 5_400_000), ("-1.5h", -1.5, -5_400_000), ("1ms2us", None, 1), ("0", 0, 0)],
)
def test_a_duration_is_shown_in_several_units(
    text: str, hours: float | None, milliseconds: int
) -> None:
    parts = call("time", "duration_parse", text)
    assert parts["milliseconds"] == milliseconds
    assert hours is None or parts["hours"] == hours


@pytest.mark.parametrize("text", ["", "1", "1d", "1h-1m", "h", "9999999h"])
def test_what_go_takes_for_no_duration_is_refused(text: str) -> None:
    with pytest.raises(FunctionArgumentError, match="not a valid duration"):
        call("time", "duration_parse", text)


def test_a_folder_is_looked_for_where_terraform_runs(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "file").touch()
    assert call("local", "direxists", "there", folder=tmp_path) is True
    assert call("local", "direxists", "elsewhere", folder=tmp_path) is False
    with pytest.raises(FunctionArgumentError, match="not a directory"):
        call("local", "direxists", "file", folder=tmp_path)
