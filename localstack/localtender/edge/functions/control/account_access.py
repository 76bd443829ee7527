"""Whose functions a caller may name.

After "Granting Lambda function access to other accounts"
(https://docs.aws.amazon.com/lambda/latest/dg/permissions-function-cross-account.html): another
account's function answers where its resource policy lets the caller's account do just that. What
AWS answers otherwise is recorded in LocalStack's
``tests/aws/services/lambda_/test_lambda_api.snapshot.json`` (test_function_arns).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localtender.edge.functions import errors
from localtender.edge.functions.resource_policy import permits_account

if TYPE_CHECKING:
    from localtender.edge.functions.function import FunctionRegistry
    from localtender.edge.protocol.messages import Caller

_INVOKING = ("Invoke", "InvokeAsync", "InvokeWithResponseStream")


def check_account(
    registry: FunctionRegistry, caller: Caller, name: str, qualifier: str | None, operation: str
) -> None:
    """Raise AccessDeniedException for another account's function that is not shared.

    `name` is a FunctionName parameter, `operation` the API's name of what is to be done.
    """
    reference = registry.reference(caller, name, qualifier)
    if reference.account_id == caller.account_id:
        return
    action = "InvokeFunction" if operation in _INVOKING else operation
    policy = registry.policy(reference)
    if not permits_account(policy, account_id=caller.account_id, action=f"lambda:{action}"):
        raise errors.access_denied()
