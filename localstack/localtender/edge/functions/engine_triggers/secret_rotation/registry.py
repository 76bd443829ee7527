"""Which secrets are rotated, by which function and when."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from localtender.edge.functions.engine_triggers.secret_rotation.rules import RotationRules

if TYPE_CHECKING:
    from datetime import datetime

    from localtender.edge.snapshot import Snapshot


@dataclass(frozen=True)
class Rotation:
    """How one secret is rotated; moments are in UTC.

    `due` is when the next attempt is to begin, `next_rotation` the latest time that
    NextRotationDate tells, `failures` how often the attempt under way failed.
    """

    secret_arn: str
    function_arn: str
    rules: RotationRules = field(default_factory=RotationRules)
    enabled: bool = True
    last_rotated: datetime | None = None
    due: datetime | None = None
    next_rotation: datetime | None = None
    failures: int = 0

    @property
    def account_id(self) -> str:
        """Of the secret."""
        return self.secret_arn.split(":")[4]

    @property
    def region(self) -> str:
        """Of the secret."""
        return self.secret_arn.split(":")[3]

    def scheduled_after(self, moment: datetime) -> Rotation:
        """A copy that waits for the first window after a moment."""
        window = self.rules.window_after(moment)
        return replace(
            self,
            due=window.opens if window else None,
            next_rotation=window.closes if window else None,
            failures=0,
        )

    def to_api(self) -> dict[str, Any]:
        """The fields that DescribeSecret and ListSecrets show."""
        document: dict[str, Any] = {
            "RotationEnabled": self.enabled,
            "RotationLambdaARN": self.function_arn,
        }
        rules = self.rules.to_api()
        if rules:
            document["RotationRules"] = rules
        if self.last_rotated is not None:
            document["LastRotatedDate"] = self.last_rotated.timestamp()
        if self.enabled and self.next_rotation is not None:
            document["NextRotationDate"] = self.next_rotation.timestamp()
        return document


class RotationRegistry:
    """Rotations by the ARN of the secret; written to disk at each change."""

    def __init__(self, snapshot: Snapshot | None) -> None:
        self._snapshot = snapshot
        self._rotations: dict[str, Rotation] = {}

    def load(self) -> None:
        """Begin with what an earlier run saved."""
        saved = self._snapshot.load() if self._snapshot is not None else None
        self._rotations.update(saved or {})

    def get(self, secret_arn: str) -> Rotation | None:
        """The rotation of a secret; None when it was never configured."""
        return self._rotations.get(secret_arn)

    def keep(self, rotation: Rotation) -> None:
        """Add a rotation, or put a changed one in its place."""
        self._rotations[rotation.secret_arn] = rotation
        self._save()

    def forget(self, secret_arn: str) -> None:
        """The secret is gone."""
        if self._rotations.pop(secret_arn, None) is not None:
            self._save()

    def earliest(self) -> Rotation | None:
        """The enabled rotation that is due first."""
        waiting = [one for one in self._rotations.values() if one.enabled and one.due is not None]
        return min(waiting, key=_due, default=None)

    def _save(self) -> None:
        if self._snapshot is not None:
            self._snapshot.save(self._rotations)


def _due(rotation: Rotation) -> float:
    return rotation.due.timestamp() if rotation.due is not None else 0.0
