"""Amazon EC2: what its objects have in common: tags, ARNs, and how they go."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar, Final

from localtender.provider.call import Call
from localtender.provider.declaration import Plan, Resource
from localtender.provider.errors import InvalidArgumentError, WaitTimeoutError
from localtender.provider.service_errors import error_code
from localtender.provider.values import UNKNOWN, Values

_DELETION_SECONDS: Final = 20.0


class Ec2Object(Resource):
    """An object of EC2 that has tags; its id is EC2's."""

    service = "ec2"
    unavailable: ClassVar[tuple[str, ...]] = ()
    """Arguments that the service behind the provider can't carry out."""

    def customize(self, call: Call, plan: Plan) -> None:
        """Refuse what would be taken and then forgotten."""
        for name in self.unavailable:
            value = plan.config.get(name)
            if value is not UNKNOWN and value:
                raise InvalidArgumentError(
                    name,
                    f"{name} of {self.type_name} is not available here: the EC2 at "
                    f"{call.configuration.endpoint('ec2')} takes it and does nothing. Run with "
                    "PROVIDER=registry against an EC2 that has it.",
                )

    def update_tags(
        self, call: Call, state: Values, changed: dict[str, str], removed: list[str]
    ) -> None:
        """Tag and untag the object."""
        client, resources = call.client(), [state["id"]]
        if removed:
            client.delete_tags(Resources=resources, Tags=[{"Key": key} for key in removed])
        if changed:
            client.create_tags(Resources=resources, Tags=_tag_list(changed))


def tag_specifications(kind: str, tags: dict[str, str] | None) -> Values:
    """Return the parameter that tags an object of a kind as it is made."""
    if not tags:
        return {}
    return {"TagSpecifications": [{"ResourceType": kind, "Tags": _tag_list(tags)}]}


def tags_of(answer: Values) -> dict[str, str]:
    """Return the tags that stand in an answer."""
    return {tag["Key"]: tag["Value"] for tag in answer.get("Tags", [])}


def ec2_arn(call: Call, kind: str, identifier: str, owner: str | None = None) -> str:
    """Return the ARN of an object."""
    return f"arn:{call.partition}:ec2:{call.region}:{owner or call.account_id}:{kind}/{identifier}"


def delete_when_free(call: Call, request: Callable[..., Any], **parameters: Any) -> None:
    """Delete what others may depend on for a moment yet, such as a function's interfaces."""

    refusals: list[Exception] = []

    def attempt() -> bool:
        try:
            request(**parameters)
        except Exception as failure:
            if error_code(failure) != "DependencyViolation":
                raise
            refusals.append(failure)
            return False
        return True

    try:
        call.wait(
            attempt,
            awaited="what depends on it to go",
            operation="delete",
            timeout=_DELETION_SECONDS,
        )
    except WaitTimeoutError as late:
        # EC2's own words say more than that the time is over.
        raise refusals[-1] from late


def filters(
    arguments: dict[str, Any], tags: dict[str, str] | None, blocks: Iterable[Values] | None
) -> Values:
    """Return EC2's filters: of arguments that are set, of tags, and of ``filter`` blocks.

    Parameters
    ----------
    arguments
        Values by the names of EC2's filters.
    """
    found = [
        {"Name": name, "Values": [str(value).lower() if isinstance(value, bool) else str(value)]}
        for name, value in arguments.items()
        if value not in (None, "", False)
    ]
    found += [{"Name": f"tag:{key}", "Values": [value]} for key, value in (tags or {}).items()]
    found += [{"Name": block["name"], "Values": block["values"]} for block in blocks or []]
    return {"Filters": found} if found else {}


def _tag_list(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]
