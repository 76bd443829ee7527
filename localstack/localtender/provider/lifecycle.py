"""The life of one resource type: plan, create, read, update, delete, import.

Here the declaration, the schema and the session come together; protobuf stays outside.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from localtender.provider.call import Call
from localtender.provider.configuration import account_id_of
from localtender.provider.declaration import Change, Plan, Resource
from localtender.provider.errors import InvalidArgumentError, OperationError, StoppedError
from localtender.provider.planning import Path, Planner
from localtender.provider.schema.model import Block
from localtender.provider.service_errors import error_code
from localtender.provider.settling import Settler
from localtender.provider.tags import has_tags, tag_changes
from localtender.provider.values import UNKNOWN, Values, canonical, without_unknown

log = logging.getLogger(__name__)

_SHARED: Final = ("tags", "tags_all", "timeouts")
_REGION_SUFFIX: Final = re.compile(r"(?P<id>.+)@(?P<region>[a-z]{2}(?:-[a-z]+)+-\d)")


@dataclass(frozen=True)
class Planned:
    """A planned state and the paths whose change makes it a replacement."""

    state: Values
    replaces: Sequence[Path]


class FailedChange(Exception):  # noqa: N818 - the failure is its cause
    """A create or update that went wrong after it had begun.

    Attributes
    ----------
    cause
        What went wrong.
    state
        What is there nevertheless; None if nothing is.
    """

    def __init__(self, cause: Exception, state: Values | None) -> None:
        super().__init__(str(cause))
        self.cause = cause
        self.state = state


class Lifecycle:
    """Carries out Terraform's requests for one resource type."""

    def __init__(self, resource: Resource, block: Block) -> None:
        self._resource = resource
        self._block = block
        self._planner = Planner(resource, block)
        self._settler = Settler(resource, block)

    @property
    def service(self) -> str:
        """The boto3 name of the service that the resource belongs to."""
        return self._resource.service

    def plan(self, call: Call, config: Values, prior: Values | None) -> Planned:
        """Return what applying the configuration would lead to."""
        plan = Plan(prior, config, self._planner.planned_state(config, prior))
        if "region" in self._block.attributes:
            self._plan_region(call, plan)
        if has_tags(self._block):
            rules = call.configuration.tag_rules
            plan.planned["tags_all"] = rules.planned_tags_all(plan.planned["tags"])
        self._resource.customize(call, plan)
        state = self._planner.finish(plan.planned, prior)
        if prior is None:
            return Planned(state, ())
        replaces = self._planner.replacement_paths(state, prior)
        replaces += [(name,) for name in plan.replaced_by]
        return Planned(state, replaces)

    def create(self, call: Call, planned: Values) -> Values:
        """Create the object and return its state.

        Raises
        ------
        FailedChange
            When it failed; carries the state of what has been created nevertheless.
        """
        known = without_unknown(planned)
        try:
            with call.persisting(self._resource.retries):
                call.created(self._resource.create(call, known))
            state = self._read(call, {**known, **(call.identity or {})})
            if state is None:
                raise OperationError("the object was created, but can not be found")
        except Exception as failure:
            if call.identity is None:
                raise FailedChange(failure, None) from failure
            begun = {**known, **call.identity}
            raise FailedChange(failure, self._read_or(call, begun, failure)) from failure
        self._report_unexpected(call, planned, state)
        return state

    def update(self, call: Call, prior: Values, planned: Values) -> Values:
        """Change the object in place and return its state.

        Raises
        ------
        FailedChange
            When it failed; carries the state that the object is in now.
        """
        known = without_unknown(planned)
        try:
            with call.persisting(self._resource.retries):
                self._change(call, prior, planned, known)
            state = self._read(call, known)
            if state is None:
                raise OperationError("the object disappeared while it was changed")
        except Exception as failure:
            raise FailedChange(failure, self._read_or(call, prior, failure)) from failure
        self._report_unexpected(call, planned, state)
        return state

    def read(self, call: Call, state: Values) -> Values | None:
        """Return the present state of the object; None when it does not exist any more."""
        return self._read(call, state)

    def delete(self, call: Call, state: Values) -> None:
        """Delete the object; one that is gone already is fine."""
        try:
            with call.persisting(self._resource.retries):
                self._resource.delete(call, state)
        except Exception as failure:
            if not self._is_gone(failure):
                raise

    def import_state(self, call: Call, identifier: str) -> Values:
        """Return the state from which :meth:`read` can go on, for an import id.

        An id may end in ``@REGION`` where the type has a ``region`` argument.
        """
        suffix = _REGION_SUFFIX.fullmatch(identifier)
        if suffix and "region" in self._block.attributes:
            identifier = suffix["id"]
            call.region = suffix["region"]
        state = self._resource.import_state(call, identifier)
        if "region" in self._block.attributes:
            state.setdefault("region", call.region)
        return state

    def problems(self, config: Values) -> list[InvalidArgumentError]:
        """Return what is wrong with a configuration beyond its types."""
        return list(self._resource.validate(config))

    def _change(self, call: Call, prior: Values, planned: Values, known: Values) -> None:
        if self._changes_beyond_tags(prior, planned):
            known |= self._resource.update(call, Change(prior, known)) or {}
        changed, removed = tag_changes(prior, known)
        if has_tags(self._block) and (changed or removed):
            self._resource.update_tags(call, known, changed, removed)

    def _plan_region(self, call: Call, plan: Plan) -> None:
        configured = plan.config.get("region")
        before = None if plan.prior is None else plan.prior.get("region")
        if configured is None and call.configuration.region_is_unknown:
            # An object that exists is taken to stay where it is.
            plan.planned["region"] = before or UNKNOWN
            return
        region = configured if configured is not None else call.configuration.region
        plan.planned["region"] = region
        if before is not None and before != region:
            plan.replace("region")

    def _read(self, call: Call, known: Values) -> Values | None:
        try:
            answer = self._resource.read(call, without_unknown(known))
        except Exception as failure:
            if self._is_gone(failure):
                return None
            raise
        if answer is None:
            return None
        if "tags" in answer and has_tags(self._block):
            own, every = call.configuration.tag_rules.split(answer["tags"] or {}, known.get("tags"))
            answer = {**answer, "tags": own, "tags_all": every}
        state = self._settler.settle(known, answer)
        if "region" in self._block.attributes and state["region"] is None:
            # States from before version 6 of the real provider have no region.
            state["region"] = call.region
        return state

    def _read_or(self, call: Call, fallback: Values, failure: Exception) -> Values:
        """Return the present state as far as it can be told, for use after a failure."""
        if isinstance(failure, StoppedError):
            return fallback
        try:
            return self._read(call, fallback) or fallback
        except Exception:
            log.warning("cannot read %s after a failure", self._resource.type_name, exc_info=True)
            return fallback

    def _is_gone(self, failure: Exception) -> bool:
        return error_code(failure) in self._resource.gone

    def _changes_beyond_tags(self, prior: Values, planned: Values) -> bool:
        members = {
            name: member for name, member in self._block.members.items() if name not in _SHARED
        }
        return canonical(["object", members], _masked(prior, planned)) != canonical(
            ["object", members], planned
        )

    def _report_unexpected(self, call: Call, planned: Values, state: Values) -> None:
        for name in self._settler.unexpected(planned, state):
            log.warning(
                "%s in account %s: %s was planned as %r and came out as %r",
                self._resource.type_name,
                account_id_of(call.configuration.credentials),
                name,
                planned.get(name),
                state.get(name),
            )


def _masked(prior: Values, planned: Values) -> Values:
    """Return the prior state with everything unknown that is planned to be recomputed."""
    return {
        name: UNKNOWN if planned.get(name) is UNKNOWN else value for name, value in prior.items()
    }
