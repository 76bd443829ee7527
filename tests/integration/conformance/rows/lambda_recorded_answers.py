"""Lambda's API: states and revisions of functions, and how it refuses what can't be."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

from tests.integration.conformance.documentation import Documentation
from tests.integration.conformance.laboratory import Laboratory
from tests.integration.conformance.observing import outcome
from tests.integration.conformance.row import Area

AREA = Area("Lambda: recorded answers of its API")

RECORDED = Documentation(
    "Recorded on AWS: test_lambda_api.snapshot.json",
    "https://github.com/localstack/localstack/blob/main/tests/aws/services/lambda_/"
    "test_lambda_api.snapshot.json",
)
EXECUTION_ROLE = Documentation(
    "Defining Lambda function permissions with an execution role",
    "https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html",
)
VERSIONS = Documentation(
    "Manage Lambda function versions",
    "https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html",
)


def archive(source: str = "def handler(event, context): return event") -> bytes:
    """A deployment package with one module."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as opened:
        opened.writestr("app.py", source)
    return buffer.getvalue()


def created(lab: Laboratory, **changes: Any) -> dict[str, Any]:
    """CreateFunction's answer for a function of the row's own."""
    parameters: dict[str, Any] = {
        "FunctionName": lab.name(),
        "Runtime": "python3.12",
        "Handler": "app.handler",
        "Role": lab.role,
        "Code": {"ZipFile": archive()},
        **changes,
    }
    answer: dict[str, Any] = lab.client("lambda").create_function(**parameters)
    return answer


def refused(lab: Laboratory, operation: str, **parameters: Any) -> str:
    """What a call is refused with; the row's account is left out of ARNs."""
    client = lab.client("lambda")
    told = outcome(lambda: getattr(client, operation)(**parameters))
    return re.sub(r"arn:aws:lambda:[a-z0-9-]+:\d{12}:", "arn:…:", told)


@AREA.row("The state of a new function", aws="Pending, then Active", source=RECORDED)
def state(lab: Laboratory) -> str:
    made = created(lab)
    found = lab.client("lambda").get_function_configuration(FunctionName=made["FunctionName"])
    return f"{made['State']}, then {found['State']}"


@AREA.row(
    "RevisionId of a function once it is active", aws="another than when made", source=RECORDED
)
def revision(lab: Laboratory) -> str:
    made = created(lab)
    found = lab.client("lambda").get_function_configuration(FunctionName=made["FunctionName"])
    return "the same" if found["RevisionId"] == made["RevisionId"] else "another than when made"


@AREA.row("LastUpdateStatus that an update answers", aws="InProgress: Creating", source=RECORDED)
def update_status(lab: Laboratory) -> str:
    name = created(lab)["FunctionName"]
    answer = lab.client("lambda").update_function_configuration(FunctionName=name, Timeout=9)
    return f"{answer.get('LastUpdateStatus')}: {answer.get('LastUpdateStatusReasonCode')}"


@AREA.row(
    "An update with a stale RevisionId",
    aws="412 PreconditionFailedException: The Revision Id provided does not match the latest "
    "Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id",
    source=RECORDED,
)
def stale_revision(lab: Laboratory) -> str:
    made = created(lab)
    named = {"FunctionName": made["FunctionName"], "RevisionId": made["RevisionId"]}
    return refused(lab, "update_function_configuration", **named, Timeout=9)


@AREA.row("Publishing twice without a change", aws="version 1, version 1", source=VERSIONS)
def published_twice(lab: Laboratory) -> str:
    client, name = lab.client("lambda"), created(lab)["FunctionName"]
    versions = [client.publish_version(FunctionName=name)["Version"] for _ in range(2)]
    return ", ".join(f"version {version}" for version in versions)


@AREA.row("RevisionId of a resource policy", aws="that of the function, a new one", source=RECORDED)
def policy_revision(lab: Laboratory) -> str:
    client, made = lab.client("lambda"), created(lab)
    name = {"FunctionName": made["FunctionName"]}
    before = client.get_function_configuration(**name)["RevisionId"]
    client.add_permission(
        **name, StatementId="s3", Action="lambda:InvokeFunction", Principal="s3.amazonaws.com"
    )
    after = client.get_function_configuration(**name)["RevisionId"]
    same = client.get_policy(**name)["RevisionId"] == after
    whose = "that of the function" if same else "its own"
    return f"{whose}, {'the old one' if before == after else 'a new one'}"


@AREA.row(
    "A role that does not trust Lambda",
    aws="400 InvalidParameterValueException: The role defined for the function cannot be assumed "
    "by Lambda.",
    source=EXECUTION_ROLE,
)
def untrusting_role(lab: Laboratory) -> str:
    trust = (
        '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", '
        '"Principal": {"Service": "ec2.amazonaws.com"}}]}'
    )
    role = lab.client("iam").create_role(RoleName=lab.name(), AssumeRolePolicyDocument=trust)
    return outcome(lambda: created(lab, Role=role["Role"]["Arn"]))


@AREA.row(
    "A runtime that is retired",
    aws="The runtime parameter of python3.7 is no longer supported … We recommend you use the new "
    "runtime (python3.12) …",
    source=RECORDED,
)
def retired_runtime(lab: Laboratory) -> str:
    told = outcome(lambda: created(lab, Runtime="python3.7"))
    message = told.removeprefix("400 InvalidParameterValueException: ")
    return re.sub(r" (for|while) creating or updating (AWS Lambda )?functions\.", " …", message)


@AREA.row(
    "An archive that is none",
    aws="400 InvalidParameterValueException: Could not unzip uploaded file. Please check your "
    "file, then try to upload again.",
    source=RECORDED,
)
def broken_archive(lab: Laboratory) -> str:
    return outcome(lambda: created(lab, Code={"ZipFile": b"no archive"}))


@AREA.row(
    "A value beyond a constraint",
    aws="400 ValidationException: 1 validation error detected: Value '901' at 'timeout' failed to "
    "satisfy constraint: Member must have value less than or equal to 900",
    source=RECORDED,
)
def constraint(lab: Laboratory) -> str:
    return outcome(lambda: created(lab, Timeout=901))


@AREA.row(
    "A qualifier that contradicts the ARN",
    aws="400 InvalidParameterValueException: The derived qualifier from the function name does not "
    "match the specified qualifier.",
    source=RECORDED,
)
def contradiction(lab: Laboratory) -> str:
    arn = created(lab)["FunctionArn"]
    return refused(lab, "get_function", FunctionName=f"{arn}:1", Qualifier="$LATEST")


@AREA.row(
    "A permission for an alias that is not there",
    aws="404 ResourceNotFoundException: Cannot find alias arn: arn:…:function:<name>:nobody",
    source=RECORDED,
)
def missing_alias(lab: Laboratory) -> str:
    return refused(
        lab,
        "add_permission",
        FunctionName=created(lab)["FunctionName"],
        StatementId="s3",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
        Qualifier="nobody",
    )


@AREA.row(
    "An alias with a weight for $LATEST",
    aws="400 InvalidParameterValueException: $LATEST is not supported for an alias pointing to "
    "more than 1 version",
    source=RECORDED,
)
def weighted_latest(lab: Laboratory) -> str:
    return refused(
        lab,
        "create_alias",
        FunctionName=created(lab, Publish=True)["FunctionName"],
        Name="live",
        FunctionVersion="$LATEST",
        RoutingConfig={"AdditionalVersionWeights": {"1": 0.5}},
    )


@AREA.row(
    "A function as its own destination",
    aws="400 InvalidParameterValueException: You can't specify the function as a destination for "
    "itself.",
    source=RECORDED,
)
def own_destination(lab: Laboratory) -> str:
    arn = created(lab)["FunctionArn"]
    return refused(
        lab,
        "put_function_event_invoke_config",
        FunctionName=arn,
        DestinationConfig={"OnFailure": {"Destination": arn}},
    )


@AREA.row(
    "Reserved concurrency that leaves the account too little",
    aws="400 InvalidParameterValueException: Specified ReservedConcurrentExecutions for function "
    "decreases account's UnreservedConcurrentExecution below its minimum value of [100].",
    source=RECORDED,
)
def reserved_too_much(lab: Laboratory) -> str:
    name = created(lab)["FunctionName"]
    return refused(
        lab, "put_function_concurrency", FunctionName=name, ReservedConcurrentExecutions=901
    )


@AREA.row(
    "Provisioned concurrency for $LATEST",
    aws="400 InvalidParameterValueException: Provisioned Concurrency Configs cannot be applied to "
    "unpublished function versions.",
    source=RECORDED,
)
def provisioned_latest(lab: Laboratory) -> str:
    return refused(
        lab,
        "put_provisioned_concurrency_config",
        FunctionName=created(lab)["FunctionName"],
        Qualifier="$LATEST",
        ProvisionedConcurrentExecutions=1,
    )


@AREA.row(
    "Two versions of one layer",
    aws="400 InvalidParameterValueException: Two different versions of the same layer are not "
    "allowed to be referenced in the same function. 1 and 2 are versions of the same layer.",
    source=RECORDED,
)
def two_versions_of_a_layer(lab: Laboratory) -> str:
    client, name = lab.client("lambda"), lab.name()
    content = {"ZipFile": archive()}
    arns = [
        client.publish_layer_version(LayerName=name, Content=content)["LayerVersionArn"]
        for _ in range(2)
    ]
    return re.sub(r"arn:aws:lambda\S+:(\d)", r"\1", outcome(lambda: created(lab, Layers=arns)))


@AREA.row(
    "A mapping of a queue to a function that is not there",
    aws="400 InvalidParameterValueException: Function does not exist",
    source=RECORDED,
)
def mapping_of_nothing(lab: Laboratory) -> str:
    queue = lab.client("sqs").create_queue(QueueName=lab.name())["QueueUrl"]
    arn = lab.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    return refused(
        lab,
        "create_event_source_mapping",
        FunctionName=lab.name(),
        EventSourceArn=arn["Attributes"]["QueueArn"],
    )


@AREA.row(
    "More tags than a function may have",
    aws="400 InvalidParameterValueException: Number of tags exceeds resource tag limit.",
    source=RECORDED,
)
def too_many_tags(lab: Laboratory) -> str:
    return outcome(lambda: created(lab, Tags={f"key{number}": "x" for number in range(51)}))


@AREA.row(
    "Deleting a version that an alias names",
    aws="409 ResourceConflictException",
    source=VERSIONS,
)
def version_in_use(lab: Laboratory) -> str:
    name = {"FunctionName": created(lab, Publish=True)["FunctionName"]}
    lab.client("lambda").create_alias(**name, Name="live", FunctionVersion="1")
    return refused(lab, "delete_function", **name, Qualifier="1").partition(":")[0]
