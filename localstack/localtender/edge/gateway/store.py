"""Where the state lives: in memory, one immutable value for each account and region."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from localtender.edge.gateway.state import DomainName, RegionState, RestApi
from localtender.edge.protocol.messages import Caller

Key = TypeVar("Key")
Value = TypeVar("Value")


@dataclass(frozen=True)
class OwnedRestApi:
    """A REST API and whose it is."""

    account_id: str
    region: str
    api: RestApi


class Store:
    """The only mutable thing of the control plane.

    Every change goes through `save`, so a subclass can write it down as well.
    """

    def __init__(self) -> None:
        self._regions: dict[tuple[str, str], RegionState] = {}
        self._owners: dict[str, tuple[str, str]] = {}

    def state(self, account_id: str, region: str) -> RegionState:
        """Everything of an account in a region; empty when it was never used."""
        return self._regions.get((account_id, region)) or RegionState()

    def state_of(self, caller: Caller) -> RegionState:
        """Everything that a caller's account has in the caller's region."""
        return self.state(caller.account_id, caller.region)

    def save(self, account_id: str, region: str, state: RegionState) -> None:
        """Replace everything of an account in a region."""
        before = self.state(account_id, region)
        for api_id in before.rest_apis.keys() - state.rest_apis.keys():
            del self._owners[api_id]
        for api_id in state.rest_apis.keys() - before.rest_apis.keys():
            self._owners[api_id] = (account_id, region)
        self._regions[(account_id, region)] = state

    def save_for(self, caller: Caller, state: RegionState) -> None:
        """Replace everything that a caller's account has in the caller's region."""
        self.save(caller.account_id, caller.region, state)

    def save_rest_api(self, caller: Caller, api: RestApi) -> None:
        """Add or replace one REST API."""
        state = self.state_of(caller)
        self.save_for(caller, replace(state, rest_apis=with_entry(state.rest_apis, api.id, api)))

    def find_rest_api(self, api_id: str) -> OwnedRestApi | None:
        """A REST API by its id alone, as the data plane meets it."""
        owner = self._owners.get(api_id)
        if owner is None:
            return None
        return OwnedRestApi(*owner, self._regions[owner].rest_apis[api_id])

    def save_domain_name(self, caller: Caller, domain: DomainName) -> None:
        """Add or replace one custom domain."""
        state = self.state_of(caller)
        domains = with_entry(state.domain_names, domain.name, domain)
        self.save_for(caller, replace(state, domain_names=domains))

    def find_domain_name(self, name: str) -> DomainName | None:
        """A custom domain by its name alone, as the data plane meets it."""
        for state in self._regions.values():
            found = state.domain_names.get(name)
            if found is not None:
                return found
        return None

    def is_taken(self, api_id: str) -> bool:
        """Whether any account has a REST API of this id."""
        return api_id in self._owners


def with_entry(mapping: Mapping[Key, Value], key: Key, value: Value) -> dict[Key, Value]:
    """A copy of the mapping in which the key has this value."""
    return {**mapping, key: value}


def without_entry(mapping: Mapping[Key, Value], key: Key) -> dict[Key, Value]:
    """A copy of the mapping without the key."""
    return {name: value for name, value in mapping.items() if name != key}
