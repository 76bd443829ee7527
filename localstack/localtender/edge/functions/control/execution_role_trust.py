"""Whether Lambda may take the role that a function is given.

After "Defining Lambda function permissions with an execution role"
(https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html): the role's trust
policy must let lambda.amazonaws.com assume it, and it is one of the caller's own account.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from localtender.edge.authorize.role_trust import trusts_service
from localtender.edge.functions import errors
from localtender.engines.client import EngineCallError

if TYPE_CHECKING:
    from localtender.edge.protocol.messages import Caller
    from localtender.engines.calls import EngineCalls

_SERVICE = "lambda.amazonaws.com"
_log = logging.getLogger(__name__)


class ExecutionRoleTrust:
    """Looks roles up in the engine's IAM when functions are created or changed."""

    def __init__(self, engine: EngineCalls) -> None:
        self._engine = engine

    async def check(self, role_arn: str, caller: Caller) -> None:
        """Raise ServiceError when Lambda can't assume the role for this caller."""
        account_id, name = role_arn.split(":")[4], role_arn.rsplit("/", 1)[-1]
        if account_id != caller.account_id:
            raise errors.access_denied("Cross-account pass role is not allowed.")
        try:
            answer = await self._engine.call(
                "iam", "GetRole", {"RoleName": name}, account_id=account_id, region=caller.region
            )
        except EngineCallError as error:
            _log.info("role %s: %s", role_arn, error)
            raise errors.role_not_assumable() from error
        document = answer["Role"].get("AssumeRolePolicyDocument")
        if not trusts_service(document, _SERVICE, source_account=account_id):
            raise errors.role_not_assumable()
