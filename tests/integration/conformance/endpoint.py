"""An AWS endpoint that the probes are tried on, and what its rows share."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import boto3
from botocore.config import Config

ANSWER_LIMIT_SECONDS = 40
# What the product offers to shorten its waits: alarms, and the retries of events.
ARGUMENTS = ("--iam", "enforce")
SETTINGS = {"ALARM_SECONDS": "1", "RETRY_SECONDS": "0.5"}
_T = TypeVar("_T")
_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {
                "Service": [
                    "lambda.amazonaws.com",
                    "apigateway.amazonaws.com",
                    "states.amazonaws.com",
                    "scheduler.amazonaws.com",
                ]
            },
            "Action": "sts:AssumeRole",
        }
    ],
}
_EVERYTHING = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}


@dataclass
class Endpoint:
    """An address that speaks AWS; clients, a role and functions are made once and shared."""

    endpoint_url: str
    _kept: dict[object, Any] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def keep(self, key: object, make: Callable[[], _T]) -> _T:
        """What was made for this key the first time it was asked for."""
        with self._lock:
            if key not in self._kept:
                self._kept[key] = make()
            kept: _T = self._kept[key]
            return kept

    def client(self, service: str, account_id: str, region: str) -> Any:
        """A boto3 client that tries nothing twice and gives up when no answer comes."""

        def make() -> Any:
            session = self.keep("session", boto3.session.Session)
            config: Any = Config(
                retries={"total_max_attempts": 1},
                read_timeout=ANSWER_LIMIT_SECONDS,
                max_pool_connections=50,
            )
            return session.client(
                service,  # type: ignore[call-overload]
                endpoint_url=self.endpoint_url,
                config=config,
                aws_access_key_id=account_id,
                aws_secret_access_key="test",
                region_name=region,
            )

        return self.keep((service, account_id, region), make)

    def role(self, account_id: str, region: str) -> str:
        """The ARN of a role that services may assume and that is allowed everything."""

        def make() -> str:
            iam = self.client("iam", account_id, region)
            made = iam.create_role(
                RoleName="conformance", AssumeRolePolicyDocument=json.dumps(_TRUST)
            )
            iam.put_role_policy(
                RoleName="conformance",
                PolicyName="everything",
                PolicyDocument=json.dumps(_EVERYTHING),
            )
            return str(made["Role"]["Arn"])

        return self.keep(("role", account_id), make)
