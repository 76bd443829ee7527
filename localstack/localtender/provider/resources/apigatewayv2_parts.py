"""Amazon API Gateway V2: what belongs to an API and is known by an id of its own within it.

Requests are made the way the real provider makes them: an argument that is taken away is sent
empty, which is how the API clears it.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar, Final

from localtender.provider.blocks import Fields, request_of, state_of
from localtender.provider.call import Call
from localtender.provider.declaration import Change, Resource
from localtender.provider.resources.api_gateway_names import NOT_FOUND, identifier_parts
from localtender.provider.values import Value, Values

_EMPTY: Final = {str: "", dict: {}, list: [], bool: False, int: 0, float: 0}


class Part(Resource):
    """A resource type whose operations are ``CreateX``, ``GetX``, ``UpdateX`` and ``DeleteX``.

    A subclass says in :attr:`fields` which argument is which member, and what is more special in
    :meth:`request` and :meth:`state`.
    """

    service = "apigatewayv2"
    gone = NOT_FOUND
    owners: ClassVar[dict[str, str]] = {"api_id": "ApiId"}
    """Arguments that name what the object belongs to, with their parameters."""

    @property
    @abstractmethod
    def noun(self) -> str:
        """What boto3 calls it: ``integration_response``."""

    @property
    @abstractmethod
    def fields(self) -> Fields:
        """Arguments with the members that they are."""

    @property
    def identifier(self) -> str:
        """The parameter that carries its id: ``IntegrationResponseId``."""
        return "".join(word.title() for word in self.noun.split("_")) + "Id"

    def request(self, call: Call, values: Values) -> Values:
        """Return the members that are set."""
        return request_of(values, self.fields)

    def state(self, call: Call, known: Values, answer: Values) -> Values:
        """Return the attributes that an answer of the API tells."""
        return state_of(answer, self.fields)

    def create(self, call: Call, planned: Values) -> Values:
        """Create the object."""
        answer = self._ask(call, "create", planned, self.request(call, planned))
        return {"id": answer[self.identifier]}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the object."""
        answer = self._ask(call, "get", state, {self.identifier: state["id"]})
        return self.state(call, state, answer)

    def update(self, call: Call, change: Change) -> Values | None:
        """Send the members that changed, and those that always belong to a change."""
        request = self.changed_members(call, change)
        self._ask(call, "update", change.prior, {self.identifier: change.prior["id"], **request})
        return None

    def changed_members(self, call: Call, change: Change) -> Values:
        """Return the members whose arguments change, empty where they are taken away."""
        before, after = self.request(call, change.prior), self.request(call, change.planned)
        emptied = {member: cleared(value) for member, value in before.items()}
        changed = {**emptied, **after}
        return {member: value for member, value in changed.items() if before.get(member) != value}

    def delete(self, call: Call, state: Values) -> None:
        """Delete the object."""
        self._ask(call, "delete", state, {self.identifier: state["id"]})

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take ``API-ID/ID`` apart, with the ids of other owners between."""
        form = "/".join(name.upper().replace("_", "-") for name in (*self.owners, "id"))
        *owners, own = identifier_parts(identifier, form)
        return {**dict(zip(self.owners, owners, strict=True)), "id": own}

    def _ask(self, call: Call, verb: str, values: Values, request: Values) -> Any:
        owners = {parameter: values[name] for name, parameter in self.owners.items()}
        return getattr(call.client(), f"{verb}_{self.noun}")(**owners, **request)


def cleared(value: Value) -> Value:
    """Return what an update sends to clear a member that has this value."""
    return _EMPTY[type(value)]
