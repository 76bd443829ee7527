"""AWS STS: who is calling.

Follows the documentation of ``aws_caller_identity``.
"""

from __future__ import annotations

from localtender.provider.call import Call
from localtender.provider.declaration import DataSource
from localtender.provider.values import Values


class CallerIdentity(DataSource):
    """``aws_caller_identity``; its id is the account's."""

    type_name = "aws_caller_identity"
    service = "sts"

    def read(self, call: Call, config: Values) -> Values:
        """Ask STS who the credentials belong to."""
        identity = call.client().get_caller_identity()
        return {
            "account_id": identity["Account"],
            "arn": identity["Arn"],
            "id": identity["Account"],
            "user_id": identity["UserId"],
        }
