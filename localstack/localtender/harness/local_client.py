"""Clients of the local AWS that nothing in the user's AWS configuration can lead elsewhere."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from localtender.harness.stack_record import StackRecord
from localtender.provider.clients import Clients
from localtender.provider.configuration import Credentials

LOCAL_CLIENT_ERRORS = (BotoCoreError, ClientError)
"""What an operation of a client raises when it is refused, or nobody answers."""


def local_client(service: str, record: StackRecord) -> Any:
    """A botocore client of a service of the stack, by its boto3 name such as `cognito-idp`."""
    return Clients().get(service, record.region, record.endpoint_url, Credentials())
