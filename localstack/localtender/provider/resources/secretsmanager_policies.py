"""AWS Secrets Manager: policies of secrets as resources of their own.

Arguments, replace rules and retries follow the documentation and the source of
``aws_secretsmanager_secret_policy``.
"""

from __future__ import annotations

from localtender.provider.call import Call
from localtender.provider.checks import is_arn
from localtender.provider.declaration import Change, Resource
from localtender.provider.documents import is_policy, same_policy
from localtender.provider.resources.secretsmanager import says_deleted
from localtender.provider.retries import Retry
from localtender.provider.values import Values


class SecretPolicy(Resource):
    """``aws_secretsmanager_secret_policy``; its id is the secret's ARN."""

    type_name = "aws_secretsmanager_secret_policy"
    service = "secretsmanager"
    gone = ("ResourceNotFoundException",)
    replaces = ("secret_arn",)
    equivalent = {"policy": same_policy}
    checks = {"policy": is_policy, "secret_arn": is_arn}
    # A principal that was made a moment ago is not known everywhere.
    retries = (Retry("MalformedPolicyDocumentException", "contains an unsupported principal"),)

    def create(self, call: Call, planned: Values) -> Values:
        """Set the policy."""
        return {"id": _put(call, planned["secret_arn"], planned)}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the policy; one that was deleted is empty, to be set again."""
        client = call.client()
        try:
            answer = client.get_resource_policy(SecretId=state["id"])
        except client.exceptions.InvalidRequestException as failure:
            if says_deleted(failure):
                return None
            raise
        return {"policy": answer.get("ResourcePolicy") or "", "secret_arn": state["id"]}

    def update(self, call: Call, change: Change) -> None:
        """Set the policy again."""
        _put(call, change.prior["id"], change.planned)

    def delete(self, call: Call, state: Values) -> None:
        """Take the policy away."""
        client = call.client()
        try:
            client.delete_resource_policy(SecretId=state["id"])
        except client.exceptions.InvalidRequestException as failure:
            if not says_deleted(failure):
                raise


def _put(call: Call, secret: str, planned: Values) -> str:
    answer = call.client().put_resource_policy(
        SecretId=secret,
        ResourcePolicy=planned["policy"],
        BlockPublicPolicy=bool(planned["block_public_policy"]),
    )
    return str(answer["ARN"])
