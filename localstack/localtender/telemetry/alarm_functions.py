"""Lambda functions as the actions of alarms.

Follows "Invoke a Lambda function from an alarm"
(https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html).
"""

from __future__ import annotations

from localtender.edge.invocation import FunctionInvoker, Invocation
from localtender.edge.protocol.errors import ServiceError

_PRINCIPAL = "lambda.alarms.cloudwatch.amazonaws.com"


class FunctionsForAlarms:
    """Invokes functions that let CloudWatch alarms do so."""

    def __init__(self, functions: FunctionInvoker) -> None:
        self._functions = functions

    async def invoke_for_alarm(self, function_arn: str, alarm_arn: str, event: bytes) -> None:
        """Invoke asynchronously. Raises RuntimeError when that is refused."""
        account_id = alarm_arn.split(":")[4]
        allowed = self._functions.permits(
            function_arn, principal=_PRINCIPAL, source_arn=alarm_arn, source_account=account_id
        )
        if not allowed:
            raise RuntimeError(f"{function_arn} does not permit {_PRINCIPAL}")
        try:
            await self._functions.invoke(Invocation(function_arn, event, invocation_type="Event"))
        except ServiceError as error:
            raise RuntimeError(str(error)) from error
