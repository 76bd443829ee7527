"""The contract of resource types, data sources and ephemeral resources.

A resource is a class with a declaration (what replaces, what is defaulted, what counts as equal)
and four methods over the AWS SDK. Everything else - planning, tags, normalisation, errors,
import - is done from the declaration and the real provider's schema. ``docs/`` has the page
"Add a Terraform resource".
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from localtender.provider.errors import InvalidArgumentError, OperationError
from localtender.provider.tagging import change_tags
from localtender.provider.values import UNKNOWN, Value, Values

if TYPE_CHECKING:
    from localtender.provider.call import Call
    from localtender.provider.retries import Retry
    from localtender.provider.schema.model import Block

Equivalence = Callable[[Any, Any], bool]
"""Tells whether two known, non-null values mean the same to AWS."""

Check = Callable[[Any], str | None]
"""Returns what is wrong with a known, non-null value, or None."""


@dataclass(frozen=True)
class Change:
    """An update: the state before it and the planned state (unknown values are null in both)."""

    prior: Values
    planned: Values

    def has(self, *names: str) -> bool:
        """Tell whether any of the named top-level arguments changes."""
        return any(self.prior.get(name) != self.planned.get(name) for name in names)


@dataclass
class Plan:
    """What :meth:`Resource.customize` may look at and correct.

    ``prior`` is None when the object is to be created. ``planned`` is changed in place; it may
    hold ``UNKNOWN``.
    """

    prior: Values | None
    config: Values
    planned: Values
    replaced_by: list[str] = field(default_factory=list)

    def changes(self, name: str) -> bool:
        """Tell whether a top-level argument differs from the prior state."""
        return self.prior is None or self.prior.get(name) != self.planned.get(name)

    def replace(self, name: str) -> None:
        """Say that the change of a top-level argument needs a new object."""
        self.replaced_by.append(name)

    def make_unknown(self, name: str) -> None:
        """Say that a computed attribute is known only after apply."""
        self.planned[name] = UNKNOWN


class Resource(ABC):
    """One resource type; instances hold no state.

    Paths are dotted names as in ``"global_secondary_index.read_capacity"``, without indexes.
    """

    type_name: ClassVar[str]
    """``aws_sqs_queue``."""
    service: ClassVar[str]
    """The service's name in boto3: ``sqs``."""
    replaces: ClassVar[Sequence[str]] = ()
    """Paths whose change needs a new object (``ForceNew``)."""
    defaults: ClassVar[Mapping[str, Value]] = {}
    """Values of arguments that are not configured (``Default``), by path."""
    equivalent: ClassVar[Mapping[str, Equivalence]] = {}
    """When two values of an attribute, or of a whole block, are the same (``DiffSuppressFunc``)."""
    computed_blocks: ClassVar[Sequence[str]] = ()
    """Blocks that AWS fills in when they are not configured (``Optional`` and ``Computed``)."""
    recomputed: ClassVar[Mapping[str, Sequence[str]]] = {}
    """Computed attributes, with the top-level arguments whose change makes them unknown."""
    element_keys: ClassVar[Mapping[str, Sequence[str]]] = {}
    """What identifies an element of a set block: ``{"global_secondary_index": ("name",)}``."""
    sensitive: ClassVar[Sequence[str]] = ()
    """Paths whose values Terraform must not show."""
    checks: ClassVar[Mapping[str, Check]] = {}
    """Validation of values, by path (``ValidateFunc``)."""
    conflicts: ClassVar[Sequence[Sequence[str]]] = ()
    """Groups of top-level arguments of which at most one may be set (``ConflictsWith``)."""
    exactly_one: ClassVar[Sequence[Sequence[str]]] = ()
    """Groups of top-level arguments of which exactly one must be set (``ExactlyOneOf``)."""
    gone: ClassVar[Sequence[str]] = ()
    """AWS error codes that say the object does not exist."""
    retries: ClassVar[Sequence[Retry]] = ()
    """Refusals of a create, update or delete that pass by themselves; see :mod:`.retries`."""
    tag_operations: ClassVar[tuple[str, str]] = ("tag_resource", "untag_resource")
    """The boto3 methods that tag the object and that untag it."""
    tagged_by: ClassVar[str] = "arn"
    """The attribute that those methods know the object by."""

    @abstractmethod
    def create(self, call: Call, planned: Values) -> Values:
        """Create the object and return what identifies it, at least ``id``.

        When more than one request is needed, hand the identifying values to ``call.created``
        right after the first: if a later one fails, the object is then tainted, not lost.
        """

    @abstractmethod
    def read(self, call: Call, state: Values) -> Values | None:
        """Return what AWS says about the object; None when it does not exist.

        An attribute that is left out keeps its value in the state. ``tags`` are all tags of the
        object; the split into ``tags`` and ``tags_all`` is not the resource's business.
        """

    def update(self, call: Call, change: Change) -> Values | None:  # noqa: ARG002
        """Change the object in place; return attributes that only this call can tell."""
        raise OperationError(f"{self.type_name} cannot be changed in place")

    @abstractmethod
    def delete(self, call: Call, state: Values) -> None:
        """Delete the object; an error code of :attr:`gone` counts as success."""

    def update_tags(
        self, call: Call, state: Values, changed: dict[str, str], removed: list[str]
    ) -> None:
        """Set the changed tags and take the removed ones away.

        To be overridden where a service's operations need more than the object and the tags.
        """
        identifier = state[self.tagged_by]
        change_tags(call.client(), self.tag_operations, identifier, changed, removed)

    def import_state(self, call: Call, identifier: str) -> Values:  # noqa: ARG002
        """Return the values by which :meth:`read` finds the object of an import id."""
        return {"id": identifier}

    def customize(self, call: Call, plan: Plan) -> None:  # noqa: B027
        """Correct the plan where the declaration is not enough (``CustomizeDiff``)."""

    def validate(self, config: Values) -> Iterable[InvalidArgumentError]:  # noqa: ARG002
        """Check what concerns more than one argument; values may be ``UNKNOWN``."""
        return ()


class DataSource(ABC):
    """One data source type; instances hold no state."""

    type_name: ClassVar[str]
    service: ClassVar[str] = ""
    sensitive: ClassVar[Sequence[str]] = ()
    checks: ClassVar[Mapping[str, Check]] = {}
    conflicts: ClassVar[Sequence[Sequence[str]]] = ()
    exactly_one: ClassVar[Sequence[Sequence[str]]] = ()

    @abstractmethod
    def read(self, call: Call, config: Values) -> Values:
        """Return the data source's attributes; arguments that are left out keep their value."""

    def validate(self, config: Values) -> Iterable[InvalidArgumentError]:  # noqa: ARG002
        """Check what concerns more than one argument; values may be ``UNKNOWN``."""
        return ()


class EphemeralResource(ABC):
    """One type of ephemeral resource: read in every run of Terraform, and stored nowhere.

    The committed schema of the AWS provider has none, so a type declares its ``schema`` itself.
    """

    type_name: ClassVar[str]
    service: ClassVar[str] = ""
    schema: ClassVar[Block]
    sensitive: ClassVar[Sequence[str]] = ()
    checks: ClassVar[Mapping[str, Check]] = {}
    conflicts: ClassVar[Sequence[Sequence[str]]] = ()
    exactly_one: ClassVar[Sequence[Sequence[str]]] = ()

    @abstractmethod
    def open(self, call: Call, config: Values) -> Values:
        """Return the attributes; arguments that are left out keep their value."""

    def validate(self, config: Values) -> Iterable[InvalidArgumentError]:  # noqa: ARG002
        """Check what concerns more than one argument; values may be ``UNKNOWN``."""
        return ()
