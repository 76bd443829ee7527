"""What families of operations share: finding one, listing in pages, patching, removing.

A family is the operations on one kind of thing, which its owner keeps in a mapping: a REST API its
models, a region its API keys.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, ClassVar, Generic, TypeVar

from localtender.edge.gateway.control_plane.lookup import find_rest_api, not_found, rest_api
from localtender.edge.gateway.control_plane.pagination import page
from localtender.edge.gateway.control_plane.quotas import Quota
from localtender.edge.gateway.state import DomainName, RegionState, RestApi
from localtender.edge.gateway.store import Store, with_entry, without_entry
from localtender.edge.protocol.errors import ServiceError
from localtender.edge.protocol.messages import Caller
from localtender.edge.protocol.service import Operation, Parameters

Owner = TypeVar("Owner", RestApi, RegionState, DomainName)
Entity = TypeVar("Entity")


class Family(ABC, Generic[Owner, Entity]):
    """The operations on one kind of thing.

    A subclass says which field of the owner keeps the things by key (`field`), which member of a
    request has the key (`parameter`), how AWS tells that there is none (`missing`) and how many an
    owner may have (`quota`).
    """

    field: ClassVar[str]
    parameter: ClassVar[str]
    missing: ClassVar[str]
    quota: ClassVar[Quota | None] = None

    def __init__(self, store: Store) -> None:
        self._store = store

    @abstractmethod
    def operations(self) -> Mapping[str, Operation]:
        """What this family offers, by operation name."""

    async def get_one(self, caller: Caller, parameters: Parameters) -> Parameters:
        """The one that the request names."""
        return self._describe(self._find(caller, parameters)[1])

    async def get_page(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Those that the request asks for, page by page."""
        owner = self._owner(caller, parameters)
        return page(
            list(self._listed(owner, parameters)),
            parameters,
            key=self._key,
            describe=lambda entity: self._describe_listed(entity, parameters),
        )

    async def update(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Change one by patch operations."""
        owner, found = self._find(caller, parameters)
        changed = self._patched(owner, found, parameters)
        self._save(caller, owner, changed)
        return self._describe(changed)

    async def delete(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Remove one that nothing needs any more."""
        owner, found = self._find(caller, parameters)
        self._check_unused(owner, found)
        kept = without_entry(self._entities(owner), self._key(found))
        self._save_owner(caller, self._with(owner, kept))
        return {}

    @abstractmethod
    def _owner(self, caller: Caller, parameters: Parameters) -> Owner:
        """Whose things the request is about; raises ServiceError where there is no such owner."""

    @abstractmethod
    def _save_owner(self, caller: Caller, owner: Owner) -> None:
        """Keep the owner with what was changed in it."""

    @abstractmethod
    def _key(self, entity: Entity) -> str:
        """What the owner keeps an entity by."""

    @abstractmethod
    def _patched(self, owner: Owner, found: Entity, parameters: Parameters) -> Entity:
        """The entity after the request's patches; raises ServiceError where AWS refuses them."""

    @abstractmethod
    def _describe(self, entity: Entity) -> Parameters:
        """The entity in its shape of the API reference."""

    def _describe_listed(self, entity: Entity, parameters: Parameters) -> Parameters:
        """The entity as a list has it."""
        del parameters
        return self._describe(entity)

    def _listed(self, owner: Owner, parameters: Parameters) -> Iterable[Entity]:
        """The owner's entities that a request for a list is about, in order."""
        del parameters
        return self._entities(owner).values()

    def _check_unused(self, owner: Owner, found: Entity) -> None:
        """Raise ServiceError where something still needs the entity."""

    def _missing(self, parameters: Parameters) -> ServiceError:
        """The error for an entity that is not there."""
        del parameters
        return not_found(self.missing)

    def _named(self, parameters: Parameters) -> str:
        """The key that a request has."""
        return str(parameters[self.parameter])

    def _find(self, caller: Caller, parameters: Parameters) -> tuple[Owner, Entity]:
        owner = self._owner(caller, parameters)
        found = self._entities(owner).get(self._named(parameters))
        if found is None:
            raise self._missing(parameters)
        return owner, found

    def _entities(self, owner: Owner) -> Mapping[str, Entity]:
        entities: Mapping[str, Entity] = getattr(owner, self.field)
        return entities

    def _with(self, owner: Owner, entities: Mapping[str, Entity]) -> Owner:
        changes: dict[str, Any] = {self.field: entities}
        return replace(owner, **changes)

    def _add(self, caller: Caller, owner: Owner, entity: Entity) -> None:
        if self.quota is not None:
            self.quota.check(len(self._entities(owner)))
        self._save(caller, owner, entity)

    def _save(self, caller: Caller, owner: Owner, entity: Entity) -> None:
        entities = with_entry(self._entities(owner), self._key(entity), entity)
        self._save_owner(caller, self._with(owner, entities))


class ApiFamily(Family[RestApi, Entity]):
    """A family whose things are kept in a REST API.

    Where `tells_missing_api` is false, AWS tells a missing API as a missing entity.
    """

    tells_missing_api: ClassVar[bool] = True

    def _owner(self, caller: Caller, parameters: Parameters) -> RestApi:
        return rest_api(self._store, caller, parameters["restApiId"])

    def _find(self, caller: Caller, parameters: Parameters) -> tuple[RestApi, Entity]:
        api = find_rest_api(self._store, caller, parameters["restApiId"])
        if api is None and not self.tells_missing_api:
            raise self._missing(parameters)
        return super()._find(caller, parameters)

    def _save_owner(self, caller: Caller, owner: RestApi) -> None:
        self._store.save_rest_api(caller, owner)


class RegionFamily(Family[RegionState, Entity]):
    """A family whose things are the account's own in a region."""

    def _owner(self, caller: Caller, parameters: Parameters) -> RegionState:
        del parameters
        return self._store.state_of(caller)

    def _save_owner(self, caller: Caller, owner: RegionState) -> None:
        self._store.save_for(caller, owner)
