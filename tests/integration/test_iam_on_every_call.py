"""IAM on every call, for users, roles and sessions, after its guide's policy evaluation logic."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
import requests
from botocore import UNSIGNED
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from tests.running_edge import ACCOUNT, REGION, RunningEdge, running_edge

ONCE = Config(retries={"max_attempts": 1, "mode": "standard"})
TABLE_ARN = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table"


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEdge]:
    with running_edge(tmp_path_factory.mktemp("iam"), "--iam", "enforce") as running:
        yield running


@dataclass(frozen=True)
class Caller:
    """Somebody with access keys of IAM's or STS's making."""

    edge: RunningEdge
    name: str
    arn: str
    keys: dict[str, str]

    def client(self, service: str, **changed: str) -> Any:
        keys: dict[str, Any] = {**self.keys, **changed}
        session: Any = boto3.session.Session(region_name=REGION, **keys)
        return session.client(service, endpoint_url=self.edge.endpoint_url, config=ONCE)


def unique(prefix: str) -> str:
    return f"{prefix}-{uuid.uuid4().hex[:8]}"


def document(*statements: dict[str, Any]) -> str:
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Resource": "*", **given} for given in statements],
        }
    )


def trust(**principal: str) -> str:
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}],
        }
    )


def a_user(edge: RunningEdge, *statements: dict[str, Any]) -> Caller:
    iam, name = edge.client("iam"), unique("user")
    arn = iam.create_user(UserName=name)["User"]["Arn"]
    if statements:
        iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=document(*statements))
    made = iam.create_access_key(UserName=name)["AccessKey"]
    keys = {
        "aws_access_key_id": made["AccessKeyId"],
        "aws_secret_access_key": made["SecretAccessKey"],
    }
    return Caller(edge, name, arn, keys)


def a_role(edge: RunningEdge, *statements: dict[str, Any], **session: Any) -> Caller:
    iam, name = edge.client("iam"), unique("role")
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust(AWS=ACCOUNT))["Role"]["Arn"]
    if statements:
        iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=document(*statements))
    return assumed(edge, edge.client("sts"), arn, **session)


def assumed(edge: RunningEdge, sts: Any, arn: str, **session: Any) -> Caller:
    made = sts.assume_role(RoleArn=arn, RoleSessionName="session", **session)
    given = made["Credentials"]
    keys = {
        "aws_access_key_id": given["AccessKeyId"],
        "aws_secret_access_key": given["SecretAccessKey"],
        "aws_session_token": given["SessionToken"],
    }
    return Caller(edge, arn.rpartition("/")[2], made["AssumedRoleUser"]["Arn"], keys)


def a_table(edge: RunningEdge) -> str:
    name = unique("table")
    edge.client("dynamodb").create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return name


def refused(call: Any, **parameters: Any) -> tuple[str, int, str]:
    """The code, HTTP status and message with which a call is refused."""
    with pytest.raises(ClientError) as error:
        call(**parameters)
    answer = error.value.response
    return (
        answer["Error"]["Code"],
        answer["ResponseMetadata"]["HTTPStatusCode"],
        answer["Error"]["Message"],
    )


KEY = {"id": {"S": "1"}}


def test_a_role_may_do_what_its_policy_allows_and_nothing_else(edge: RunningEdge) -> None:
    table = a_table(edge)
    role = a_role(edge, {"Action": "dynamodb:GetItem", "Resource": f"{TABLE_ARN}/{table}"})
    dynamodb = role.client("dynamodb")

    assert "Item" not in dynamodb.get_item(TableName=table, Key=KEY)
    assert refused(dynamodb.put_item, TableName=table, Item=KEY) == (
        "AccessDeniedException",
        400,
        f"User: {role.arn} is not authorized to perform: dynamodb:PutItem on resource: "
        f"{TABLE_ARN}/{table} because no identity-based policy allows the dynamodb:PutItem action",
    )


def test_an_explicit_denial_says_so(edge: RunningEdge) -> None:
    user = a_user(edge, {"Action": "*"}, {"Effect": "Deny", "Action": "sqs:ListQueues"})

    code, status, message = refused(user.client("sqs").list_queues)

    assert (code, status) == ("AccessDenied", 403)
    assert message.endswith("with an explicit deny in an identity-based policy")


def test_a_change_of_policy_is_effective_on_the_next_call(edge: RunningEdge) -> None:
    user, iam = a_user(edge), edge.client("iam")
    sns = user.client("sns")
    assert refused(sns.list_topics)[:2] == ("AuthorizationError", 403)

    iam.put_user_policy(
        UserName=user.name, PolicyName="p", PolicyDocument=document({"Action": "sns:*"})
    )
    sns.list_topics()
    iam.delete_user_policy(UserName=user.name, PolicyName="p")

    assert refused(sns.list_topics)[0] == "AuthorizationError"


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "expected"),
    [
        ("dynamodb", "list_tables", {}, ("AccessDeniedException", 400)),
        ("lambda", "list_functions", {}, ("AccessDeniedException", 403)),
        ("apigateway", "get_rest_apis", {}, ("AccessDeniedException", 403)),
        ("cloudwatch", "list_metrics", {}, ("AccessDenied", 403)),
        ("iam", "list_users", {}, ("AccessDenied", 403)),
        ("s3", "list_buckets", {}, ("AccessDenied", 403)),
        ("sns", "list_topics", {}, ("AuthorizationError", 403)),
        ("ec2", "describe_vpcs", {}, ("UnauthorizedOperation", 403)),
        ("events", "list_rules", {}, ("AccessDeniedException", 400)),
        ("route53", "list_hosted_zones", {}, ("AccessDenied", 403)),
    ],
)
def test_every_service_refuses_in_its_own_form(
    edge: RunningEdge,
    nobody: Caller,
    service: str,
    operation: str,
    parameters: dict[str, Any],
    expected: tuple[str, int],
) -> None:
    code, status, message = refused(getattr(nobody.client(service), operation), **parameters)

    assert (code, status) == expected
    assert f"User: {nobody.arn} is not authorized to perform: " in message


@pytest.fixture(scope="module")
def nobody(edge: RunningEdge) -> Caller:
    """A user without any policy."""
    return a_user(edge)


def test_a_group_and_a_managed_policy_count_as_the_users_own(edge: RunningEdge) -> None:
    user, iam, group = a_user(edge), edge.client("iam"), unique("group")
    iam.create_group(GroupName=group)
    iam.attach_group_policy(
        GroupName=group, PolicyArn="arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess"
    )
    iam.add_user_to_group(GroupName=group, UserName=user.name)

    user.client("dynamodb").list_tables()

    assert refused(user.client("iam").list_users)[0] == "AccessDenied"


def test_a_permissions_boundary_limits_what_policies_allow(edge: RunningEdge) -> None:
    user, iam = a_user(edge, {"Action": "*"}), edge.client("iam")
    boundary = iam.create_policy(
        PolicyName=unique("boundary"), PolicyDocument=document({"Action": "sqs:*"})
    )
    iam.put_user_permissions_boundary(
        UserName=user.name, PermissionsBoundary=boundary["Policy"]["Arn"]
    )

    user.client("sqs").list_queues()

    assert refused(user.client("sns").list_topics)[2].endswith(
        "because no permissions boundary allows the SNS:ListTopics action"
    )


def test_a_session_policy_narrows_a_role(edge: RunningEdge) -> None:
    narrowed = a_role(edge, {"Action": "*"}, Policy=document({"Action": "sqs:*"}))

    narrowed.client("sqs").list_queues()

    assert "because no session policy allows" in refused(narrowed.client("dynamodb").list_tables)[2]


def test_a_queue_opens_itself_to_a_user_by_its_policy(edge: RunningEdge) -> None:
    user, sqs = a_user(edge), edge.client("sqs")
    url = sqs.create_queue(QueueName=unique("queue"))["QueueUrl"]
    policy = document({"Action": "sqs:SendMessage", "Principal": {"AWS": user.arn}})
    assert refused(user.client("sqs").send_message, QueueUrl=url, MessageBody="x")

    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})

    user.client("sqs").send_message(QueueUrl=url, MessageBody="x")
    batch = user.client("sqs").send_message_batch
    batch(QueueUrl=url, Entries=[{"Id": "1", "MessageBody": "x"}])
    assert refused(user.client("sqs").receive_message, QueueUrl=url)[0] == "AccessDenied"


def test_a_queues_policy_names_a_role_with_its_path(edge: RunningEdge) -> None:
    # "IAM identifiers" of the user guide: a role's ARN has its path, a session's has not.
    made = edge.client("iam").create_role(
        RoleName=unique("role"), Path="/service/", AssumeRolePolicyDocument=trust(AWS=ACCOUNT)
    )
    role, sqs = assumed(edge, edge.client("sts"), made["Role"]["Arn"]), edge.client("sqs")
    url = sqs.create_queue(QueueName=unique("queue"))["QueueUrl"]
    assert refused(role.client("sqs").send_message, QueueUrl=url, MessageBody="x")

    policy = document({"Action": "sqs:SendMessage", "Principal": {"AWS": made["Role"]["Arn"]}})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})

    role.client("sqs").send_message(QueueUrl=url, MessageBody="x")


def test_a_role_is_assumed_by_whom_it_trusts(edge: RunningEdge) -> None:
    iam = edge.client("iam")
    trusted, other = a_user(edge), a_user(edge, {"Action": "sts:AssumeRole"})
    arn = iam.create_role(
        RoleName=unique("trusting"), AssumeRolePolicyDocument=trust(AWS=trusted.arn)
    )["Role"]["Arn"]

    role = assumed(edge, trusted.client("sts"), arn)

    assert role.client("sts").get_caller_identity()["Arn"] == role.arn
    code, _, message = refused(
        other.client("sts").assume_role, RoleArn=arn, RoleSessionName="session"
    )
    assert code == "AccessDenied"
    assert message.startswith(
        f"User: {other.arn} is not authorized to perform: sts:AssumeRole on resource: {arn}"
    )


def test_leading_keys_let_a_user_at_its_own_items_only(edge: RunningEdge) -> None:
    table = a_table(edge)
    user = a_user(
        edge,
        {
            "Action": ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:BatchGetItem"],
            "Resource": f"{TABLE_ARN}/{table}",
            "Condition": {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": "${aws:username}"}},
        },
    )
    dynamodb = user.client("dynamodb")
    own, other = {"id": {"S": user.name}}, {"id": {"S": "somebody"}}

    dynamodb.get_item(TableName=table, Key=own)
    dynamodb.query(
        TableName=table,
        KeyConditionExpression="#k = :v",
        ExpressionAttributeNames={"#k": "id"},
        ExpressionAttributeValues={":v": own["id"]},
    )

    assert refused(dynamodb.get_item, TableName=table, Key=other)
    assert refused(dynamodb.batch_get_item, RequestItems={table: {"Keys": [own, other]}})


def test_a_secret_is_found_by_its_name_and_allowed_by_its_arn(edge: RunningEdge) -> None:
    name = unique("secret")
    arn = edge.client("secretsmanager").create_secret(Name=name, SecretString="x")["ARN"]
    user = a_user(edge, {"Action": "secretsmanager:GetSecretValue", "Resource": arn})

    answer = user.client("secretsmanager").get_secret_value(SecretId=name)

    assert answer["SecretString"] == "x"


def test_passing_a_role_needs_permission_of_its_own(edge: RunningEdge) -> None:
    user = a_user(edge, {"Action": "lambda:*"})
    function = {
        "FunctionName": unique("function"),
        "Runtime": "python3.12",
        "Handler": "app.handler",
        "Role": f"arn:aws:iam::{ACCOUNT}:role/worker",
        "Code": {"ZipFile": b"x"},
    }

    message = refused(user.client("lambda").create_function, **function)[2]

    assert message == (
        f"User: {user.arn} is not authorized to perform: iam:PassRole on resource: "
        f"arn:aws:iam::{ACCOUNT}:role/worker because no identity-based policy allows the "
        "iam:PassRole action"
    )


WRONG_SECRET = {"aws_secret_access_key": "wrong"}
UNKNOWN_KEY = {"aws_access_key_id": "AKIAIOSFODNN7EXAMPLE"}


@pytest.mark.parametrize(
    ("changed", "service", "operation", "expected"),
    [
        (WRONG_SECRET, "dynamodb", "list_tables", ("InvalidSignatureException", 400)),
        (WRONG_SECRET, "lambda", "list_functions", ("InvalidSignatureException", 403)),
        (WRONG_SECRET, "iam", "list_users", ("SignatureDoesNotMatch", 403)),
        (WRONG_SECRET, "s3", "list_buckets", ("SignatureDoesNotMatch", 403)),
        (UNKNOWN_KEY, "dynamodb", "list_tables", ("UnrecognizedClientException", 400)),
        (UNKNOWN_KEY, "sts", "get_caller_identity", ("InvalidClientTokenId", 403)),
        (UNKNOWN_KEY, "s3", "list_buckets", ("InvalidAccessKeyId", 403)),
    ],
)
def test_a_caller_that_is_not_who_it_says_is_refused(
    nobody: Caller,
    changed: dict[str, str],
    service: str,
    operation: str,
    expected: tuple[str, int],
) -> None:
    call = getattr(nobody.client(service, **changed), operation)

    assert refused(call)[:2] == expected


def test_what_no_service_has_is_not_for_everybody(edge: RunningEdge, nobody: Caller) -> None:
    administrator = a_user(edge, {"Action": "*"})

    def send(caller: Caller) -> int:
        request = AWSRequest(
            "POST", edge.endpoint_url, {"X-Amz-Target": "DynamoDB_20120810.NoSuchOperation"}, "{}"
        )
        keys = (caller.keys["aws_access_key_id"], caller.keys["aws_secret_access_key"])
        SigV4Auth(Credentials(*keys), "dynamodb", REGION).add_auth(request)
        headers = dict(request.headers.items())
        return requests.post(edge.endpoint_url, "{}", headers=headers, timeout=5).status_code

    assert send(nobody) == 403
    assert send(administrator) == 400


def test_temporary_credentials_need_their_token(edge: RunningEdge) -> None:
    role = a_role(edge, {"Action": "*"})
    without = Caller(edge, role.name, role.arn, {**role.keys})
    del without.keys["aws_session_token"]

    assert refused(without.client("dynamodb").list_tables)[0] == "UnrecognizedClientException"
    wrong = role.client("dynamodb", aws_session_token="another")
    assert refused(wrong.list_tables)[0] == "UnrecognizedClientException"


def test_an_unsigned_call_is_refused_where_aws_wants_a_signature(edge: RunningEdge) -> None:
    unsigned: Any = boto3.session.Session(region_name=REGION)
    options = {"endpoint_url": edge.endpoint_url, "config": Config(signature_version=UNSIGNED)}

    code = refused(unsigned.client("dynamodb", **options).list_tables)[0]

    assert code == "MissingAuthenticationTokenException"
    # Sign-in is unsigned on AWS, so it gets as far as the user pools.
    cognito = unsigned.client("cognito-idp", **options)
    assert (
        refused(cognito.initiate_auth, ClientId="none", AuthFlow="USER_PASSWORD_AUTH")[0]
        != "MissingAuthenticationTokenException"
    )


def test_objects_are_signed_for_and_presigned_by_users(edge: RunningEdge) -> None:
    bucket = unique("bucket")
    edge.client("s3").create_bucket(Bucket=bucket)
    user = a_user(
        edge,
        {"Action": ["s3:PutObject", "s3:GetObject"], "Resource": f"arn:aws:s3:::{bucket}/a b/*"},
        {
            "Action": "s3:ListBucket",
            "Resource": f"arn:aws:s3:::{bucket}",
            "Condition": {"StringLike": {"s3:prefix": "a b/*"}},
        },
    )
    s3 = user.client("s3")

    s3.put_object(Bucket=bucket, Key="a b/ü", Body=b"x")
    assert s3.head_object(Bucket=bucket, Key="a b/ü")["ContentLength"] == 1
    assert s3.list_objects_v2(Bucket=bucket, Prefix="a b/")["KeyCount"] == 1
    url = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "a b/ü"})
    assert requests.get(url, timeout=5).content == b"x"

    assert refused(s3.list_objects_v2, Bucket=bucket)[0] == "AccessDenied"
    assert refused(s3.put_object, Bucket=bucket, Key="c", Body=b"x") == (
        "AccessDenied",
        403,
        f"User: {user.arn} is not authorized to perform: s3:PutObject on resource: "
        f'"arn:aws:s3:::{bucket}/c" because no identity-based policy allows the s3:PutObject '
        "action",
    )


def test_root_and_accounts_of_twelve_digits_may_do_everything(edge: RunningEdge) -> None:
    for key in ("test", "111122223333", "LKIAQAAAAAAAAAAAAAAA"):
        session: Any = boto3.session.Session(key, "test", region_name=REGION)
        dynamodb = session.client("dynamodb", endpoint_url=edge.endpoint_url)
        assert isinstance(dynamodb.list_tables()["TableNames"], list)


def test_a_function_has_its_roles_permissions(edge: RunningEdge) -> None:
    table, name = a_table(edge), unique("reader")
    iam = edge.client("iam")
    arn = iam.create_role(
        RoleName=name, AssumeRolePolicyDocument=trust(Service="lambda.amazonaws.com")
    )
    iam.put_role_policy(
        RoleName=name,
        PolicyName="own",
        PolicyDocument=document({"Action": "dynamodb:GetItem", "Resource": f"{TABLE_ARN}/{table}"}),
    )
    code = """
import boto3
def handler(event, context):
    return str(getattr(boto3.client("dynamodb"), event["do"])(**event["with"]))
"""
    edge.recorder(name, code=code, Role=arn["Role"]["Arn"])

    def invoke(operation: str, **parameters: Any) -> str:
        answer = edge.client("lambda").invoke(
            FunctionName=name, Payload=json.dumps({"do": operation, "with": parameters})
        )
        return str(json.loads(answer["Payload"].read()))

    assert "ResponseMetadata" in invoke("get_item", TableName=table, Key=KEY)
    assert (
        f"User: arn:aws:sts::{ACCOUNT}:assumed-role/{name}/{name} is not authorized to perform: "
        "dynamodb:PutItem"
    ) in invoke("put_item", TableName=table, Item=KEY)
