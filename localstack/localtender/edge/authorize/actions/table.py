"""The tables of all services, and what holds for a service without one."""

from __future__ import annotations

from collections.abc import Mapping

from localtender.edge.authorize.actions import (
    apigateway,
    cloudwatch,
    cognito,
    dynamodb,
    events,
    iam,
    kinesis,
    kms,
    lambda_functions,
    logs,
    s3,
    secretsmanager,
    sns,
    sqs,
    ssm,
    sts,
)
from localtender.edge.authorize.actions.call_facts import CallFacts
from localtender.edge.authorize.actions.permission import Permission
from localtender.edge.authorize.actions.rules import ServiceActions

# Where the prefix of the actions is not the signing name, as the reference has them.
_PREFIXES = {
    "apigatewaymanagementapi": "execute-api",
    "cloudcontrol": "cloudformation",
    "efs": "elasticfilesystem",
    "elb": "elasticloadbalancing",
    "elbv2": "elasticloadbalancing",
    "emr": "elasticmapreduce",
    "iot-data": "iot",
    "mwaa": "airflow",
    "opensearch": "es",
    "resourcegroupstaggingapi": "tag",
    "s3control": "s3",
    "sesv2": "ses",
    "stepfunctions": "states",
}

_TABLES: Mapping[str, ServiceActions] = {
    "apigateway": apigateway.ACTIONS,
    "apigatewayv2": apigateway.ACTIONS,
    "cloudwatch": cloudwatch.ACTIONS,
    "cognito-identity": cognito.IDENTITY_POOLS,
    "cognito-idp": cognito.USER_POOLS,
    "dynamodb": dynamodb.ACTIONS,
    "dynamodbstreams": dynamodb.ACTIONS,
    "events": events.EVENTS,
    "iam": iam.ACTIONS,
    "kinesis": kinesis.ACTIONS,
    "kms": kms.ACTIONS,
    "lambda": lambda_functions.ACTIONS,
    "logs": logs.ACTIONS,
    "s3": s3.ACTIONS,
    "pipes": events.PIPES,
    "scheduler": events.SCHEDULER,
    "secretsmanager": secretsmanager.ACTIONS,
    "sns": sns.ACTIONS,
    "sqs": sqs.ACTIONS,
    "ssm": ssm.ACTIONS,
    "stepfunctions": events.STATES,
    "sts": sts.ACTIONS,
}


def permissions_of(facts: CallFacts) -> tuple[Permission, ...]:
    """Everything that a call needs.

    For a service without a table that is the operation's name on every resource, so that nothing
    goes unevaluated.
    """
    service = facts.call.service
    table = _TABLES.get(service)
    if table is None:
        signing_name = facts.call.model.signing_name
        table = ServiceActions(_PREFIXES.get(service, signing_name))
    return table.permissions(facts)
