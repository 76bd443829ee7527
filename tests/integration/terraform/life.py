"""What happens to a resource from its creation to its end, declared; `walk` lets it happen.

A `Lives` is one configuration and the lives of its resources. The real Terraform applies it, and
then does to all of them at once what each declares: a change in place, a replacement, a change
behind Terraform's back, an import, a disappearance, the destruction.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tests.terraform_folder import TerraformFolder

Values = dict[str, Any]
"""A resource's attributes as they stand in Terraform's state."""

Aws = Callable[..., Any]
"""Makes the boto3 client of a service, in the account that Terraform deploys to.

In its region too, unless another one is named after the service.
"""

NOT_IMPORTABLE: Final = None
"""The `import_id` of a type for which the real provider has no importer."""


def own_id(values: Values) -> str:
    """The import id of most resources is their id."""
    return str(values["id"])


def _unasked(_aws: Aws, _values: Values) -> bool:
    raise AssertionError("a life without `is_there` is not asked")


@dataclass(frozen=True)
class Life:
    """What one resource of a configuration lives through.

    Attributes
    ----------
    address
        ``aws_sqs_queue.this``.
    is_there
        Asks the service itself for the object, with the resource's last known attributes.
    update
        A text of the configuration and what stands in its place for a change that Terraform must
        plan in place. None: the type has no such argument.
    replace
        Likewise for a change that needs a new object.
    drift
        Changes the object behind Terraform's back.
    drifted
        The attributes that a refresh must then show as changed, among others.
    vanish
        Deletes the object behind Terraform's back; Terraform must then plan to create it.
    import_id
        The import id in the real provider's format, or `NOT_IMPORTABLE`.
    unreadable
        Arguments that no import can know, as the real provider documents: they may differ then.
    """

    address: str
    is_there: Callable[[Aws, Values], bool] = _unasked
    update: tuple[str, str] | None = None
    replace: tuple[str, str] | None = None
    drift: Callable[[Aws, Values], object] | None = None
    drifted: tuple[str, ...] = ()
    vanish: Callable[[Aws, Values], object] | None = None
    import_id: Callable[[Values], str] | None = own_id
    unreadable: tuple[str, ...] = ()

    @property
    def type_name(self) -> str:
        """``aws_sqs_queue``."""
        return self.address.partition(".")[0]


@dataclass(frozen=True)
class Lives:
    """One configuration and the lives of its resources.

    Attributes
    ----------
    title
        What it is about, within its module.
    files
        Files that stand beside the configuration, by relative path.
    along_with_updates
        Addresses that Terraform changes because others are updated, in whatever way.
    check
        Looks at what was made by the first apply, data sources for example.
    """

    title: str
    configuration: str
    lives: tuple[Life, ...]
    files: Mapping[str, bytes] = field(default_factory=dict)
    along_with_updates: tuple[str, ...] = ()
    check: Callable[[TerraformFolder, Aws], None] | None = None


def walk(lives: Lives, terraform: TerraformFolder, aws: Aws) -> None:
    """Let everything happen that the lives declare, and see that Terraform sees it so."""
    for name, content in lives.files.items():
        path = terraform.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    terraform.write(lives.configuration)
    terraform.apply()
    _assert_nothing_changes(terraform, "after the first apply")
    known = _ask_for_all(lives, terraform, aws)
    if lives.check is not None:
        lives.check(terraform, aws)
    _update(lives, terraform)
    _replace(lives, terraform)
    known |= _ask_for_all(lives, terraform, aws)
    _drift(lives, terraform, aws)
    _import(lives, terraform)
    _vanish(lives, terraform, aws)
    known |= _ask_for_all(lives, terraform, aws)
    terraform.destroy()
    for life in lives.lives:
        if life.is_there is not _unasked:
            assert not life.is_there(aws, known[life.address]), f"{life.address} is destroyed"


def _assert_nothing_changes(terraform: TerraformFolder, when: str) -> None:
    planned = terraform.changes()
    assert not planned, f"{when}: {planned}"


def _ask_for_all(lives: Lives, terraform: TerraformFolder, aws: Aws) -> dict[str, Values]:
    known = {life.address: terraform.values(life.address) for life in lives.lives}
    for life in lives.lives:
        if life.is_there is not _unasked:
            assert life.is_there(aws, known[life.address]), f"{life.address} exists"
    return known


def _update(lives: Lives, terraform: TerraformFolder) -> None:
    changing = [life for life in lives.lives if life.update is not None]
    if not changing:
        return
    _rewrite(terraform, [life.update for life in changing])
    planned = terraform.changes()
    expected = {life.address: ["update"] for life in changing}
    along = {name: planned[name] for name in lives.along_with_updates if name in planned}
    assert planned == expected | along, f"updates in place, not {planned}"
    _apply_plan(terraform)
    _assert_nothing_changes(terraform, "after the updates")


def _replace(lives: Lives, terraform: TerraformFolder) -> None:
    changing = [life for life in lives.lives if life.replace is not None]
    if not changing:
        return
    _rewrite(terraform, [life.replace for life in changing])
    planned = terraform.changes()
    for life in changing:
        actions = planned.get(life.address, [])
        assert sorted(actions) == ["create", "delete"], f"{life.address} is replaced, not {actions}"
    _apply_plan(terraform)
    _assert_nothing_changes(terraform, "after the replacements")


def _drift(lives: Lives, terraform: TerraformFolder, aws: Aws) -> None:
    changing = [(life, life.drift) for life in lives.lives if life.drift is not None]
    if not changing:
        return
    for life, drift in changing:
        assert life.drifted, f"{life.address} says which attributes drift"
        drift(aws, terraform.values(life.address))
    found = terraform.drifted()
    for life, _ in changing:
        unseen = set(life.drifted) - set(found.get(life.address, ()))
        assert not unseen, f"{life.address} drifted, and the refresh saw {found}"
    terraform.apply()
    _assert_nothing_changes(terraform, "after the drift was mended")


def _import(lives: Lives, terraform: TerraformFolder) -> None:
    importable = {life.address: life for life in lives.lives if life.import_id is not None}
    identifiers = {
        address: life.import_id(terraform.values(address))
        for address, life in importable.items()
        if life.import_id is not None
    }
    if not identifiers:
        return
    terraform.forget(*identifiers)
    blocks = [
        f"import {{\n  to = {address}\n  id = {json.dumps(identifier)}\n}}\n"
        for address, identifier in identifiers.items()
    ]
    terraform.write("\n".join(blocks), "imports.tf")
    plan = terraform.plan()
    for change in plan.get("resource_changes", []):
        actions, address = change["change"]["actions"], change["address"]
        if actions in (["no-op"], ["read"]):
            continue
        before, after = change["change"]["before"] or {}, change["change"]["after"] or {}
        differing = {name for name in after if before.get(name) != after[name]}
        allowed = set(importable[address].unreadable) if address in importable else set()
        assert actions == ["update"], f"{address} after its import: {actions}"
        assert differing <= allowed, f"{address} after its import: {sorted(differing - allowed)}"
    _apply_plan(terraform)
    (terraform.path / "imports.tf").unlink()
    _assert_nothing_changes(terraform, "after the imports")


def _vanish(lives: Lives, terraform: TerraformFolder, aws: Aws) -> None:
    vanishing = [(life, life.vanish) for life in lives.lives if life.vanish is not None]
    if not vanishing:
        return
    for life, vanish in vanishing:
        vanish(aws, terraform.values(life.address))
    planned = terraform.changes()
    for life, _ in vanishing:
        assert planned.get(life.address) == ["create"], f"{life.address} is gone: {planned}"
    terraform.apply()
    _assert_nothing_changes(terraform, "after what had gone was made again")


def _rewrite(terraform: TerraformFolder, changes: list[tuple[str, str] | None]) -> None:
    text = (terraform.path / "main.tf").read_text()
    for change in changes:
        if change is not None:
            before, after = change
            assert before in text, f"the configuration contains {before!r}"
            text = text.replace(before, after)
    terraform.write(text)


def _apply_plan(terraform: TerraformFolder) -> None:
    terraform.succeed("apply", "-input=false", "plan.bin")
