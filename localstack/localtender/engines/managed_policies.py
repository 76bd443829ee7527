"""The policies that AWS manages, given to the embedded engine.

Ministack 1.5.33 knows some forty of them and answers NoSuchEntity for the others, to which roles
are attached just as well. Its store and the form of its records are private names of its module
`ministack.services.iam`; they are touched here only. The file is `tools.derive_managed_policies`'s.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from _collections_abc import dict_items

FILE: Final = Path(__file__).with_name("aws-managed-policies.json.xz")


def managed_policies() -> dict[str, Any]:
    """Document, default version and times of every policy, by path and name.

    ``service-role/AWSLambdaBasicExecutionRole`` is one.
    """
    policies: dict[str, Any] = json.loads(lzma.decompress(FILE.read_bytes()))
    return policies


class _Store(dict[str, Any]):
    """Ministack's store by ARN, completed when it is first asked for what it lacks.

    Reading the file takes a third of a second, which a start need not wait for.
    """

    _whole = False

    def get(self, arn: str, default: Any = None) -> Any:
        """The record of a policy."""
        if arn not in self:
            self._complete()
        return super().get(arn, default)

    def items(self) -> dict_items[str, Any]:
        """All records by ARN."""
        self._complete()
        return super().items()

    def clear(self) -> None:
        """Forget all, before ministack puts its own in again."""
        super().clear()
        self._whole = False

    def _complete(self) -> None:
        if not self._whole:
            self._whole = True
            for name, policy in managed_policies().items():
                record = _record(name, policy)
                self.setdefault(record["Arn"], record)


def give_managed_policies() -> None:
    """Have ministack know every policy that AWS manages."""
    from ministack.services import iam

    iam._aws_managed_policies = _Store(iam._aws_managed_policies)


def _record(name: str, policy: Mapping[str, Any]) -> dict[str, Any]:
    from ministack.services import iam

    record = iam._make_aws_managed_record(name, json.dumps(policy["document"]))
    (made,) = record["Versions"].values()
    version = {**made, "VersionId": policy["version"], "CreateDate": policy["updated"]}
    return {
        **record,
        "CreateDate": policy["created"],
        "UpdateDate": policy["updated"],
        "DefaultVersionId": policy["version"],
        "Versions": {policy["version"]: version},
    }
