"""Members of API Gateway V2's objects that the engine does not keep, kept beside it.

What a client sends and AWS answers again (the members of an operation's output) is added to the
engine's answers; what the engine makes up and AWS leaves out is taken away. Names are those on the
wire, objects are known by the paths of their requests.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from localtender.edge.protocol.messages import Caller
    from localtender.edge.snapshot import Snapshot

Document = dict[str, Any]

# "Authorizer" and "Integration" of the API reference: neither has defaults for these, but that
# functions are called by POST.
_MADE_UP: Final[Mapping[str, frozenset[str]]] = {
    "authorizers": frozenset({"authorizerPayloadFormatVersion", "authorizerResultTtlInSeconds"}),
    "integrations": frozenset({"integrationMethod"}),
}
_FUNCTIONS: Final = ("AWS", "AWS_PROXY")


@dataclass
class Kept:
    """What is to be added to the answers about one object, and what to be left out of them."""

    added: Document = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)


class KeptMembers:
    """Members by account, region and path; written to disk at each change."""

    def __init__(self, snapshot: Snapshot | None = None) -> None:
        """A snapshot makes them survive the end of the process."""
        self._snapshot = snapshot
        saved = snapshot.load() if snapshot is not None else None
        self._kept: dict[tuple[str, str, str], Kept] = saved or {}

    def created(
        self,
        caller: Caller,
        path: str,
        sent: Mapping[str, Any],
        answer: Mapping[str, Any],
        members: Collection[str],
    ) -> None:
        """Note what the engine did not take of a new object; `members` are those of an answer."""
        collection = path.split("/")[-2]
        made_up = _MADE_UP.get(collection, frozenset())
        if answer.get("integrationType") in _FUNCTIONS:
            made_up -= {"integrationMethod"}
        kept = Kept(hidden=set(made_up - set(sent)))
        self._note(kept, sent, answer, members)
        if kept.added or kept.hidden:
            self._kept[_key(caller, path)] = kept
            self._save()

    def changed(
        self,
        caller: Caller,
        path: str,
        sent: Mapping[str, Any],
        answer: Mapping[str, Any],
        members: Collection[str],
    ) -> None:
        """Note what the engine did not take of a change; an empty value clears a member."""
        kept = self._kept.setdefault(_key(caller, path), Kept())
        kept.hidden -= set(sent)
        self._note(kept, sent, answer, members)
        self._save()

    def add(self, caller: Caller, path: str, members: Document) -> None:
        """Answer these members from now on."""
        self._kept.setdefault(_key(caller, path), Kept()).added.update(members)
        self._save()

    def completed(self, caller: Caller, path: str, answer: Document) -> Document:
        """An answer about the object, as AWS would give it."""
        kept = self._kept.get(_key(caller, path))
        if kept is None:
            return answer
        shown = {name: value for name, value in answer.items() if name not in kept.hidden}
        return {**shown, **kept.added}

    def forget(self, caller: Caller, path: str) -> None:
        """The object is gone, and what belonged to it."""
        account, region, own = _key(caller, path)
        gone = [
            key
            for key in self._kept
            if key[:2] == (account, region) and f"{key[2]}/".startswith(f"{own}/")
        ]
        for key in gone:
            del self._kept[key]
        if gone:
            self._save()

    def _note(
        self,
        kept: Kept,
        sent: Mapping[str, Any],
        answer: Mapping[str, Any],
        members: Collection[str],
    ) -> None:
        for name, value in sent.items():
            if name not in members:
                continue
            if value in ("", {}, [], None):
                kept.added.pop(name, None)
            elif name not in answer or name in kept.added:
                kept.added[name] = value

    def _save(self) -> None:
        if self._snapshot is not None:
            self._snapshot.save(self._kept)


def _key(caller: Caller, path: str) -> tuple[str, str, str]:
    return caller.account_id, caller.region, path
