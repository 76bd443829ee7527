"""Members that a call sets, that another shows, and that the engine lets fall in between."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from localtender.edge.engine_additions.calls import (
    Addition,
    Document,
    EngineCall,
    answered,
    succeeded,
    with_document,
)
from localtender.edge.engine_additions.memory import Memory
from localtender.edge.protocol.messages import HttpResponse

Merge = Callable[[Document, Document], Document]


def replaced(before: Document, given: Document) -> Document:
    """The members as they are after a change: what is given stands, the rest stays."""
    return {**before, **given}


@dataclass(frozen=True)
class KeptMembers:
    """The members of one kind of object.

    Attributes
    ----------
    service
        Botocore's name of the service.
    members
        The members that are kept.
    key
        The key of an object, from the input of any of the operations or from an answered object.
    create, update, delete
        Operations that begin, change and end an object; with `put` there is one for the first two.
    show
        Operations that show objects, with the member of the answer in which they are listed; ""
        where the answer is the object.
    merge
        What a change makes of the members that were there.
    """

    service: str
    members: Sequence[str]
    key: Callable[[Mapping[str, Any]], str]
    delete: str
    show: Mapping[str, str]
    create: Sequence[str] = ()
    update: Sequence[str] = ()
    merge: Merge = replaced

    @property
    def kind(self) -> str:
        """The kind under which they are kept."""
        return f"{self.service}.{self.delete}"


class KeptMembersAdditions:
    """Keeps the members of all kinds in a table."""

    def __init__(self, memory: Memory, kinds: Sequence[KeptMembers]) -> None:
        self._memory = memory
        self._kinds = kinds

    def additions(self) -> Mapping[tuple[str, str], Addition]:
        """By service and operation."""
        found: dict[tuple[str, str], Addition] = {}
        for kind in self._kinds:
            for name in kind.create:
                found[kind.service, name] = self._setting(kind, fresh=True)
            for name in kind.update:
                found[kind.service, name] = self._setting(kind, fresh=False)
            for name, member in kind.show.items():
                found[kind.service, name] = self._showing(kind, member)
            found[kind.service, kind.delete] = self._deleting(kind)
        return found

    def _setting(self, kind: KeptMembers, *, fresh: bool) -> Addition:
        async def setting(call: EngineCall) -> HttpResponse:
            response = await call.forward()
            if succeeded(response):
                given = {
                    name: call.document[name] for name in kind.members if name in call.document
                }
                # A created object may be known by what the answer says only.
                key = kind.key({**answered(response), **call.parameters})
                before = None if fresh else self._memory.get(call.scope, kind.kind, key)
                self._memory.put(call.scope, kind.kind, key, kind.merge(before or {}, given))
            return response

        return setting

    def _showing(self, kind: KeptMembers, member: str) -> Addition:
        async def showing(call: EngineCall) -> HttpResponse:
            response = await call.forward()
            if not succeeded(response):
                return response
            document = answered(response)
            for each in document.get(member) or [] if member else [document]:
                kept = self._memory.get(call.scope, kind.kind, kind.key(each))
                each.update(kept or {})
            return with_document(response, document)

        return showing

    def _deleting(self, kind: KeptMembers) -> Addition:
        async def deleting(call: EngineCall) -> HttpResponse:
            response = await call.forward()
            if succeeded(response):
                self._memory.remove(call.scope, kind.kind, kind.key(call.parameters))
            return response

        return deleting
