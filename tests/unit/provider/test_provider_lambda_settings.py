from __future__ import annotations

from localtender.provider.declaration import Change
from localtender.provider.resources.lambda_event_source_settings import default_batch_size, removal
from localtender.provider.resources.lambda_function_settings import (
    CONFIGURATION,
    configuration_request,
    configuration_state,
)
from localtender.provider.resources.lambda_names import function_name, qualifier_of, same_function
from localtender.provider.values import UNKNOWN, Values

ARN = "arn:aws:lambda:eu-central-1:123456789012:function:payments"


def configured(**changes: object) -> Values:
    return {**dict.fromkeys(CONFIGURATION), "environment": [], **changes}


def test_only_changes_of_the_configuration_are_sent() -> None:
    before = configured(timeout=3, description="old", dead_letter_config=[{"target_arn": "q"}])
    after = configured(timeout=5, description=None, dead_letter_config=[])
    assert configuration_request(Change(before, after)) == {
        "Timeout": 5,
        "Description": "",
        "DeadLetterConfig": {"TargetArn": ""},
    }


def test_a_new_key_goes_with_the_variables_that_it_encrypts() -> None:
    variables = [{"variables": {"TABLE": "payments"}}]
    change = Change(
        configured(environment=variables), configured(environment=variables, kms_key_arn="key")
    )
    assert configuration_request(change) == {
        "KMSKeyArn": "key",
        "Environment": {"Variables": {"TABLE": "payments"}},
    }


def test_what_lambda_leaves_out_is_no_block_except_tracing() -> None:
    state = configuration_state({"SnapStart": {"ApplyOn": "None"}, "VpcConfig": {"VpcId": ""}})
    assert state["snap_start"] == state["vpc_config"] == state["environment"] == []
    assert state["tracing_config"] == [{"mode": "PassThrough"}]


def test_a_function_may_be_named_by_name_or_arn() -> None:
    assert function_name(ARN) == function_name("payments") == "payments"
    assert function_name("123456789012:function:payments:live") == "payments"
    assert qualifier_of(f"{ARN}:live") == "live"
    assert qualifier_of("payments:$LATEST") == "$LATEST"
    assert same_function("payments", ARN)
    assert not same_function("payments", f"{ARN}:live")
    assert not same_function(ARN, ARN.replace("123", "456"))


def test_the_batch_size_follows_the_source() -> None:
    def default(source: object) -> object:
        return default_batch_size({"event_source_arn": source})

    assert default("arn:aws:sqs:eu-central-1:123456789012:work") == 10
    assert default("arn:aws:kinesis:eu-central-1:123456789012:stream/work") == 100
    assert default(None) == 100
    assert default(UNKNOWN) is UNKNOWN


def test_taking_an_argument_away_is_said_explicitly() -> None:
    assert removal("scaling_config") == {"ScalingConfig": {}}
    assert removal("function_response_types") == {"FunctionResponseTypes": []}
    assert removal("maximum_retry_attempts") == {}
