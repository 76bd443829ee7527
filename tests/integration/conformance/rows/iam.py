"""Who calls, and whether the policies let him: on every call of every service."""

from __future__ import annotations

import json
from typing import Any

import boto3
from botocore import UNSIGNED
from botocore.config import Config

from tests.integration.conformance import documentation as docs
from tests.integration.conformance.callers import (
    KEY,
    a_role,
    a_table,
    a_user,
    assumed,
    document,
)
from tests.integration.conformance.laboratory import Laboratory
from tests.integration.conformance.observing import outcome
from tests.integration.conformance.row import Area
from tests.integration.conformance.rows.lambda_asynchronous import queue
from tests.integration.conformance.rows.lambda_results import invoked

AREA = Area("IAM", AUTH="true")


def _told(text: str, **names: str) -> str:
    for placeholder, name in names.items():
        text = text.replace(name, placeholder)
    return text


@AREA.row(
    "A role's session does what its policy allows, and the denial of anything else",
    aws="accepted; 400 AccessDeniedException: User: arn:aws:sts::000000000000:assumed-role/ROLE/"
    "session is not authorized to perform: dynamodb:PutItem on resource: "
    "arn:aws:dynamodb:us-east-1:000000000000:table/TABLE because no identity-based policy allows "
    "the dynamodb:PutItem action",
    source=docs.IAM_DENIALS,
)
def denial(lab: Laboratory) -> str:
    table, arn = a_table(lab)
    role = a_role(lab, {"Action": "dynamodb:GetItem", "Resource": arn})
    caller = assumed(lab, lab.client("sts"), role)
    dynamodb = caller.client("dynamodb")
    read = outcome(lambda: dynamodb.get_item(TableName=table, Key=KEY))
    write = outcome(lambda: dynamodb.put_item(TableName=table, Item=KEY))
    return _told(f"{read}; {write}", ROLE=caller.name, TABLE=table)


@AREA.row(
    "An explicit deny beside an allow",
    aws="with an explicit deny in an identity-based policy",
    source=docs.IAM_DENIALS,
)
def explicit_deny(lab: Laboratory) -> str:
    user = a_user(lab, {"Action": "*"}, {"Effect": "Deny", "Action": "dynamodb:ListTables"})
    told = outcome(user.client("dynamodb").list_tables)
    return told[told.index("with") :] if "with" in told else told


def _form(service: str, operation: str, aws: str) -> None:
    """A row for the form in which a service denies a user without policies."""

    def probe(lab: Laboratory) -> str:
        call = getattr(a_user(lab).client(service), operation)
        return outcome(call).partition(":")[0]

    probe.__name__ = f"{service} denies"
    AREA.row(f"The form of a denial: {service} {operation}", aws=aws, source=docs.IAM_DENIALS)(
        probe
    )


_form("dynamodb", "list_tables", "400 AccessDeniedException")
_form("lambda", "list_functions", "403 AccessDeniedException")
_form("apigateway", "get_rest_apis", "403 AccessDeniedException")
_form("sqs", "list_queues", "403 AccessDenied")
_form("sns", "list_topics", "403 AuthorizationError")
_form("s3", "list_buckets", "403 AccessDenied")
_form("secretsmanager", "list_secrets", "400 AccessDeniedException")


@AREA.row(
    "A group's managed policy counts as the user's own", aws="accepted", source=docs.IAM_EVALUATION
)
def group_policy(lab: Laboratory) -> str:
    user, iam, group = a_user(lab), lab.client("iam"), lab.name()
    iam.create_group(GroupName=group)
    made = iam.create_policy(
        PolicyName=lab.name(), PolicyDocument=document({"Action": "dynamodb:*"})
    )
    iam.attach_group_policy(GroupName=group, PolicyArn=made["Policy"]["Arn"])
    iam.add_user_to_group(GroupName=group, UserName=user.name)
    return outcome(user.client("dynamodb").list_tables)


@AREA.row(
    "A permissions boundary limits what policies allow",
    aws="accepted, 400 AccessDeniedException",
    source=docs.IAM_EVALUATION,
)
def boundary(lab: Laboratory) -> str:
    user, iam = a_user(lab, {"Action": "*"}), lab.client("iam")
    made = iam.create_policy(PolicyName=lab.name(), PolicyDocument=document({"Action": "lambda:*"}))
    iam.put_user_permissions_boundary(UserName=user.name, PermissionsBoundary=made["Policy"]["Arn"])
    inside = outcome(user.client("lambda").list_functions)
    return f"{inside}, {outcome(user.client('dynamodb').list_tables).partition(':')[0]}"


@AREA.row(
    "A session policy narrows the role",
    aws="accepted, 400 AccessDeniedException",
    source=docs.IAM_EVALUATION,
)
def session_policy(lab: Laboratory) -> str:
    role = a_role(lab, {"Action": "*"})
    narrow = document({"Action": "lambda:*"})
    caller = assumed(lab, lab.client("sts"), role, Policy=narrow)
    inside = outcome(caller.client("lambda").list_functions)
    return f"{inside}, {outcome(caller.client('dynamodb').list_tables).partition(':')[0]}"


@AREA.row(
    "`dynamodb:LeadingKeys`: the user's own item, and another's",
    aws="accepted, 400 AccessDeniedException",
    source=docs.LEADING_KEYS,
)
def leading_keys(lab: Laboratory) -> str:
    table, arn = a_table(lab)
    condition = {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": "${aws:username}"}}
    allowed = {"Action": "dynamodb:GetItem", "Resource": arn, "Condition": condition}
    user = a_user(lab, allowed)
    dynamodb = user.client("dynamodb")

    def read(key: str) -> str:
        return outcome(lambda: dynamodb.get_item(TableName=table, Key={"id": {"S": key}}))

    own, other = read(user.name), read("somebody")
    return f"{own}, {other.partition(':')[0]}"


@AREA.row(
    "A queue's policy opens it to a user without policies",
    aws="accepted",
    source=docs.IAM_EVALUATION,
)
def resource_policy(lab: Laboratory) -> str:
    user = a_user(lab)
    url, arn = queue(lab)
    principal = {"AWS": f"arn:aws:iam::{lab.account_id}:user/{user.name}"}
    policy = document({"Action": "sqs:SendMessage", "Principal": principal, "Resource": arn})
    lab.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    return outcome(lambda: user.client("sqs").send_message(QueueUrl=url, MessageBody="x"))


@AREA.row(
    "AssumeRole of a role that trusts somebody else",
    aws="403 AccessDenied",
    source=docs.IAM_EVALUATION,
)
def not_trusted(lab: Laboratory) -> str:
    trusted, other = a_user(lab), a_user(lab, {"Action": "sts:AssumeRole"})
    role = a_role(lab, AWS=f"arn:aws:iam::{lab.account_id}:user/{trusted.name}")
    return outcome(lambda: assumed(lab, other.client("sts"), role)).partition(":")[0]


@AREA.row(
    "CreateFunction without `iam:PassRole` for its role",
    aws="403 AccessDeniedException, iam:PassRole",
    source=docs.PASS_ROLE,
)
def pass_role(lab: Laboratory) -> str:
    user = a_user(lab, {"Action": "lambda:*"})
    told = outcome(
        lambda: user.client("lambda").create_function(
            FunctionName=lab.name(),
            Runtime="python3.12",
            Handler="app.handler",
            Role=lab.role,
            Code={"ZipFile": b"x"},
        )
    )
    action = "iam:PassRole" if "iam:PassRole" in told else "another action"
    return f"{told.partition(':')[0]}, {action}"


@AREA.row(
    "A function does what its role allows and nothing else",
    aws="GetItem accepted, PutItem AccessDeniedException",
    source=docs.EXECUTION_ROLE,
)
def function_role(lab: Laboratory) -> str:
    table, arn = a_table(lab)
    role = a_role(
        lab, {"Action": "dynamodb:GetItem", "Resource": arn}, Service="lambda.amazonaws.com"
    )
    code = f"""
        import boto3
        def handler(event, context):
            dynamodb, told = boto3.client("dynamodb"), []
            for name, call in (
                ("GetItem", lambda: dynamodb.get_item(TableName="{table}", Key={KEY})),
                ("PutItem", lambda: dynamodb.put_item(TableName="{table}", Item={KEY})),
            ):
                try:
                    call()
                    told.append(name + " accepted")
                except dynamodb.exceptions.ClientError as error:
                    told.append(name + " " + error.response["Error"]["Code"])
            return ", ".join(told)
    """
    function = lab.function(code, Role=role, Timeout=30, MemorySize=256)
    return str(json.loads(invoked(lab, function)["Payload"]))


def _identity_row(behaviour: str, aws: str, service: str, operation: str, **changed: str) -> None:
    """A row for a call that is signed with credentials that do not hold."""

    def probe(lab: Laboratory) -> str:
        user = a_user(lab, {"Action": "*"})
        return outcome(getattr(user.client(service, **changed), operation)).partition(":")[0]

    probe.__name__ = behaviour
    AREA.row(behaviour, aws=aws, source=docs.SIGNATURE_ERRORS)(probe)


_WRONG = {"aws_secret_access_key": "wrong"}
_UNKNOWN = {"aws_access_key_id": "AKIAIOSFODNN7EXAMPLE"}
_identity_row(
    "DynamoDB: another secret", "400 InvalidSignatureException", "dynamodb", "list_tables", **_WRONG
)
_identity_row(
    "Lambda: another secret", "403 InvalidSignatureException", "lambda", "list_functions", **_WRONG
)
_identity_row("S3: another secret", "403 SignatureDoesNotMatch", "s3", "list_buckets", **_WRONG)
_identity_row(
    "DynamoDB: an access key that there is not",
    "400 UnrecognizedClientException",
    "dynamodb",
    "list_tables",
    **_UNKNOWN,
)
_identity_row(
    "STS: an access key that there is not",
    "403 InvalidClientTokenId",
    "sts",
    "get_caller_identity",
    **_UNKNOWN,
)


@AREA.row(
    "DynamoDB: no signature",
    aws="400 MissingAuthenticationTokenException",
    source=docs.SIGNATURE_ERRORS,
)
def unsigned(lab: Laboratory) -> str:
    session: Any = boto3.session.Session(region_name=lab.region)
    dynamodb = session.client(
        "dynamodb",
        endpoint_url=lab.stack.endpoint_url,
        config=Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1}),
    )
    return outcome(dynamodb.list_tables).partition(":")[0]


@AREA.row(
    "A change of policy is there for the next call",
    aws="400 AccessDeniedException, then accepted",
    source=docs.IAM_EVALUATION,
)
def changed_policy(lab: Laboratory) -> str:
    user = a_user(lab)
    dynamodb = user.client("dynamodb")
    before = outcome(dynamodb.list_tables).partition(":")[0]
    lab.client("iam").put_user_policy(
        UserName=user.name, PolicyName="own", PolicyDocument=document({"Action": "dynamodb:*"})
    )
    return f"{before}, then {outcome(dynamodb.list_tables)}"
