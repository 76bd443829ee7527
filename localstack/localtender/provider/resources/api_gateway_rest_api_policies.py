"""Amazon API Gateway: resource policies of REST APIs.

Arguments and replace rules follow the documentation of ``aws_api_gateway_rest_api_policy``.
"""

from __future__ import annotations

import json
import re
from typing import Final

from localtender.provider.call import Call
from localtender.provider.declaration import Change, Resource
from localtender.provider.documents import is_policy, same_policy
from localtender.provider.resources.api_gateway_names import NOT_FOUND
from localtender.provider.resources.api_gateway_patches import replace
from localtender.provider.values import Values

_OWN_ARN: Final = re.compile(r"arn:[\w-]+:execute-api:[\w-]*:\d*:\w+/")
_SHORT_ARN: Final = "execute-api:/"


def same_api_policy(old: str, new: str) -> bool:
    """Tell whether two policies of an API mean the same."""
    # The gateway writes the short form of the API's own ARN out.
    if _SHORT_ARN in old or _SHORT_ARN in new:
        old, new = _OWN_ARN.sub(_SHORT_ARN, old), _OWN_ARN.sub(_SHORT_ARN, new)
    return same_policy(old, new)


def api_policy_text(answer: str | None) -> str | None:
    """Return the policy of an API, whose quotes the gateway escapes, as JSON text."""
    if not answer or answer.startswith('{"'):
        return answer
    text: str = json.loads(f'"{answer}"')
    return text


class RestApiPolicy(Resource):
    """``aws_api_gateway_rest_api_policy``; its id is the API's."""

    type_name = "aws_api_gateway_rest_api_policy"
    service = "apigateway"
    gone = NOT_FOUND
    replaces = ("rest_api_id",)
    equivalent = {"policy": same_api_policy}
    checks = {"policy": is_policy}

    def create(self, call: Call, planned: Values) -> Values:
        """Set the API's policy."""
        _set_policy(call, planned["rest_api_id"], planned["policy"])
        return {"id": planned["rest_api_id"]}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the API's policy; an API without one has lost it."""
        policy = api_policy_text(call.client().get_rest_api(restApiId=state["id"]).get("policy"))
        return {"policy": policy, "rest_api_id": state["id"]} if policy else None

    def update(self, call: Call, change: Change) -> None:
        """Set the API's policy anew."""
        _set_policy(call, change.prior["id"], change.planned["policy"])

    def delete(self, call: Call, state: Values) -> None:
        """Take the policy away."""
        _set_policy(call, state["id"], "")


def _set_policy(call: Call, rest_api_id: str, policy: str) -> None:
    operations = [replace("/policy", policy)]
    call.client().update_rest_api(restApiId=rest_api_id, patchOperations=operations)
