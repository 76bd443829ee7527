from __future__ import annotations

import asyncio
import json
from typing import Any

from localtender.edge.engine_additions.calls import EngineAdditions, EngineCall
from localtender.edge.engine_additions.event_bus_policies import EventBusPolicyAdditions
from localtender.edge.engine_additions.event_connections import EventConnectionAdditions
from localtender.edge.engine_additions.kept_members import KeptMembersAdditions
from localtender.edge.engine_additions.kinds import KEPT
from localtender.edge.engine_additions.kms_managed_keys import KmsManagedKeyAdditions
from localtender.edge.engine_additions.log_documents import LogDocumentAdditions
from localtender.edge.engine_additions.log_groups import LogGroupAdditions
from localtender.edge.engine_additions.log_subscriptions import (
    LogSubscriptionAdditions,
    SubscriptionFilters,
)
from localtender.edge.engine_additions.memory import Memory
from localtender.edge.protocol.messages import Caller, HttpResponse
from localtender.telemetry.log_subscriptions import LogSubscriptions

CALLER = Caller("123456789012", "eu-central-1")
BUS_ARN = "arn:aws:events:eu-central-1:123456789012:event-bus/payments"


class Engine:
    """Answers every call with what it was given, and notes what it was asked."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.asked: list[tuple[str, dict[str, Any]]] = []

    async def call(
        self, _service: str, operation: str, parameters: Any, *, account_id: str, region: str
    ) -> dict[str, Any]:
        assert (account_id, region) == (CALLER.account_id, CALLER.region)
        self.asked.append((operation, dict(parameters)))
        return dict(self.answers.get(operation, {}))


def ask(
    additions: EngineAdditions,
    service: str,
    operation: str,
    given: dict[str, Any],
    forwarded: dict[str, Any] | None = None,
    *,
    status: int = 200,
    name: str | None = None,
) -> Any:
    """Call an operation; `forwarded` is what the engine answers. Returns the members answered."""

    async def forward() -> HttpResponse:
        return HttpResponse(status, (), json.dumps(forwarded or {}).encode())

    parameters = {**given, **({"Name": name} if name else {})}
    call = EngineCall(parameters, given, CALLER, forward)
    response = asyncio.run(_answer(additions, service, operation, call))
    return json.loads(response.body)


async def _answer(
    additions: EngineAdditions, service: str, operation: str, call: EngineCall
) -> HttpResponse:
    return await additions.additions()[service, operation](call)


def test_a_pipe_is_shown_with_its_parameters_and_their_defaults() -> None:
    additions = KeptMembersAdditions(Memory(), KEPT)
    queue = {"SourceParameters": {"SqsQueueParameters": {"BatchSize": 5}}}
    ask(additions, "pipes", "CreatePipe", queue, name="p")
    shown = ask(additions, "pipes", "DescribePipe", {}, {"Name": "p"}, name="p")
    parameters = {"BatchSize": 5, "MaximumBatchingWindowInSeconds": 0}
    assert shown == {"Name": "p", "SourceParameters": {"SqsQueueParameters": parameters}}

    changed = {"Enrichment": "", "TargetParameters": {"InputTemplate": ""}}
    ask(additions, "pipes", "UpdatePipe", changed, name="p")
    shown = ask(additions, "pipes", "DescribePipe", {}, {"Name": "p"}, name="p")
    assert shown == {"Name": "p", "SourceParameters": {"SqsQueueParameters": parameters}}


def test_what_the_engine_refused_is_not_kept_and_what_is_deleted_is_forgotten() -> None:
    additions = KeptMembersAdditions(Memory(), KEPT)
    arn = {"stateMachineArn": "arn:m"}
    traced = {"tracingConfiguration": {"enabled": True}}
    ask(additions, "stepfunctions", "CreateStateMachine", traced, arn, status=400)
    assert ask(additions, "stepfunctions", "DescribeStateMachine", arn, arn) == arn
    ask(additions, "stepfunctions", "CreateStateMachine", traced, arn)
    assert ask(additions, "stepfunctions", "DescribeStateMachine", arn, arn) == arn | traced
    ask(additions, "stepfunctions", "DeleteStateMachine", arn)
    assert ask(additions, "stepfunctions", "DescribeStateMachine", arn, arn) == arn


def test_permissions_become_statements_of_the_buss_policy() -> None:
    additions = EventBusPolicyAdditions(Engine(DescribeEventBus={"Arn": BUS_ARN}), Memory())
    bus = {"EventBusName": BUS_ARN}
    condition = {"Type": "StringEquals", "Key": "aws:PrincipalOrgID", "Value": "o-1"}
    account = {**bus, "StatementId": "one", "Principal": "210987654321"}
    ask(additions, "events", "PutPermission", account)
    everybody = {**bus, "StatementId": "all", "Principal": "*", "Condition": condition}
    ask(additions, "events", "PutPermission", everybody)
    shown = ask(additions, "events", "DescribeEventBus", {}, {"Name": "payments"})
    one, every = json.loads(shown["Policy"])["Statement"]
    assert one["Principal"] == {"AWS": "arn:aws:iam::210987654321:root"}
    assert one["Resource"] == BUS_ARN
    assert every["Condition"] == {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}

    ask(additions, "events", "RemovePermission", {**bus, "StatementId": "one"})
    gone = ask(additions, "events", "RemovePermission", {**bus, "StatementId": "one"})
    assert gone["__type"] == "ResourceNotFoundException"
    ask(additions, "events", "RemovePermission", {**bus, "StatementId": "all"})
    shown = ask(additions, "events", "DescribeEventBus", {}, {"Name": "payments"})
    assert "Policy" not in shown


def test_a_connection_has_a_secret_and_shows_none() -> None:
    engine = Engine(CreateSecret={"ARN": "arn:secret"})
    additions = EventConnectionAdditions(engine, Memory())
    parameters = {
        "ApiKeyAuthParameters": {"ApiKeyName": "key", "ApiKeyValue": "hidden"},
        "InvocationHttpParameters": {
            "BodyParameters": [{"Key": "a", "Value": "hidden", "IsValueSecret": True}],
            "HeaderParameters": [{"Key": "b", "Value": "shown", "IsValueSecret": False}],
        },
    }
    given = {"Name": "partner", "AuthParameters": parameters}
    ask(additions, "events", "CreateConnection", given)
    shown = ask(additions, "events", "DescribeConnection", {}, given)
    assert shown["SecretArn"] == "arn:secret"
    assert "hidden" not in json.dumps(shown)
    assert "shown" in json.dumps(shown)
    ask(additions, "events", "DeleteConnection", {"Name": "partner"})
    assert [operation for operation, _ in engine.asked] == ["CreateSecret", "DeleteSecret"]


def test_a_protected_log_group_is_not_deleted() -> None:
    engine = Engine(DescribeLogGroups={"logGroups": [{"logGroupName": "audit"}]})
    additions = LogGroupAdditions(engine, Memory(), SubscriptionFilters(Memory()))
    group = {"logGroupName": "audit"}
    ask(additions, "logs", "CreateLogGroup", {**group, "deletionProtectionEnabled": True})
    refused = ask(additions, "logs", "DeleteLogGroup", group)
    assert refused["__type"] == "InvalidParameterException"
    identifier = {"logGroupIdentifier": "arn:aws:logs:eu-central-1:123456789012:log-group:audit:*"}
    off = {**identifier, "deletionProtectionEnabled": False}
    ask(additions, "logs", "PutLogGroupDeletionProtection", off)
    assert ask(additions, "logs", "DeleteLogGroup", group) == {}


def test_a_key_of_a_log_group_comes_and_goes() -> None:
    engine = Engine(DescribeLogGroups={"logGroups": [{"logGroupName": "audit"}]})
    additions = LogGroupAdditions(engine, Memory(), SubscriptionFilters(Memory()))
    listed = {"logGroups": [{"logGroupName": "audit", "kmsKeyId": "first"}]}
    group = {"logGroupName": "audit"}
    ask(additions, "logs", "AssociateKmsKey", {**group, "kmsKeyId": "second"})
    (shown,) = ask(additions, "logs", "DescribeLogGroups", {}, listed)["logGroups"]
    assert shown["kmsKeyId"] == "second"
    ask(additions, "logs", "DisassociateKmsKey", group)
    (shown,) = ask(additions, "logs", "DescribeLogGroups", {}, listed)["logGroups"]
    assert "kmsKeyId" not in shown


def test_saved_queries_are_found_by_the_beginning_of_their_names() -> None:
    additions = LogDocumentAdditions(Memory())
    query = {"name": "payments/slow", "queryString": "limit 1"}
    made = ask(additions, "logs", "PutQueryDefinition", query)
    prefix = {"queryDefinitionNamePrefix": "payments/"}
    (found,) = ask(additions, "logs", "DescribeQueryDefinitions", prefix)["queryDefinitions"]
    assert found["queryDefinitionId"] == made["queryDefinitionId"]
    others = {"queryDefinitionNamePrefix": "other"}
    listed = ask(additions, "logs", "DescribeQueryDefinitions", others)
    assert listed == {"queryDefinitions": []}
    missing = {**query, "queryDefinitionId": "no-such"}
    refused = ask(additions, "logs", "PutQueryDefinition", missing)
    assert refused["__type"] == "ResourceNotFoundException"


def test_a_group_has_at_most_two_subscription_filters() -> None:
    filters, engine = SubscriptionFilters(Memory()), Engine()
    additions = LogSubscriptionAdditions(engine, filters, LogSubscriptions(engine, filters))
    stream = "arn:aws:kinesis:eu-central-1:123456789012:stream/logs"
    given = {"logGroupName": "audit", "filterPattern": "", "destinationArn": stream}
    for name in ("one", "two", "one"):
        ask(additions, "logs", "PutSubscriptionFilter", {**given, "filterName": name})
    refused = ask(additions, "logs", "PutSubscriptionFilter", {**given, "filterName": "three"})
    assert refused["__type"] == "LimitExceededException"
    group = {"logGroupName": "audit"}
    listed = ask(additions, "logs", "DescribeSubscriptionFilters", group)["subscriptionFilters"]
    assert [each["filterName"] for each in listed] == ["one", "two"]

    ask(additions, "logs", "DeleteSubscriptionFilter", {**group, "filterName": "one"})
    gone = ask(additions, "logs", "DeleteSubscriptionFilter", {**group, "filterName": "one"})
    assert gone["__type"] == "ResourceNotFoundException"


def test_a_subscription_filter_that_could_not_deliver_is_refused() -> None:
    filters, engine = SubscriptionFilters(Memory()), Engine()
    additions = LogSubscriptionAdditions(engine, filters, LogSubscriptions(engine, filters))
    given = {"logGroupName": "audit", "filterName": "one", "filterPattern": ""}
    function = "arn:aws:lambda:eu-central-1:123456789012:function:recorder"
    forbidden = {**given, "destinationArn": function}
    refused = ask(additions, "logs", "PutSubscriptionFilter", forbidden)
    assert refused["message"].startswith("Could not execute the lambda function.")
    stream = "arn:aws:kinesis:eu-central-1:123456789012:stream/logs"
    wrong = {**given, "destinationArn": stream, "filterPattern": "{ $.a = "}
    refused = ask(additions, "logs", "PutSubscriptionFilter", wrong)
    assert refused["message"].startswith("Invalid filter pattern")


def test_the_aliases_of_aws_are_listed_without_keys_until_one_is_described() -> None:
    memory = Memory()
    made = {"KeyMetadata": {"KeyId": "k-1"}}
    engine = Engine(ListAliases={"Aliases": []}, CreateKey=made)
    additions = KmsManagedKeyAdditions(engine, memory)
    own = {"AliasName": "alias/own", "AliasArn": "arn:own", "TargetKeyId": "k-0"}
    listed = ask(additions, "kms", "ListAliases", {}, {"Aliases": [own], "Truncated": False})
    assert listed["Aliases"][0] == own
    predefined = {each["AliasName"]: each for each in listed["Aliases"][1:]}
    assert predefined["alias/aws/s3"] == {
        "AliasName": "alias/aws/s3",
        "AliasArn": "arn:aws:kms:eu-central-1:123456789012:alias/aws/s3",
    }
    missing = {"__type": "NotFoundException"}
    alias = {"KeyId": "alias/aws/s3"}
    ask(additions, "kms", "DescribeKey", alias, missing, status=400)
    assert [operation for operation, _ in engine.asked] == [
        "ListAliases",
        "CreateKey",
        "CreateAlias",
    ]
    assert engine.asked[-1][1] == {"AliasName": "alias/aws/s3", "TargetKeyId": "k-1"}

    described = {"KeyMetadata": {"KeyId": "k-1", "KeyManager": "CUSTOMER"}}
    shown = ask(additions, "kms", "DescribeKey", {"KeyId": "k-1"}, described)
    assert shown["KeyMetadata"]["KeyManager"] == "AWS"
    another = {"KeyMetadata": {"KeyId": "k-0", "KeyManager": "CUSTOMER"}}
    assert ask(additions, "kms", "DescribeKey", {"KeyId": "k-0"}, another) == another
    listed = ask(additions, "kms", "ListAliases", {}, {"Aliases": [own]})
    assert "alias/aws/s3" not in {each["AliasName"] for each in listed["Aliases"]}


def test_an_alias_that_is_not_aws_s_makes_no_key() -> None:
    engine = Engine()
    additions = KmsManagedKeyAdditions(engine, Memory())
    for alias in ("alias/mine", "alias/aws/unheard", "alias/aws/s3/x"):
        missing = {"__type": "NotFoundException"}
        refused = ask(additions, "kms", "DescribeKey", {"KeyId": alias}, missing, status=400)
        assert refused == missing
    assert engine.asked == []
    of_a_key = ask(additions, "kms", "ListAliases", {"KeyId": "k-0"}, {"Aliases": []})
    assert of_a_key == {"Aliases": []}
