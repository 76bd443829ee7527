"""Amazon S3: what the settings of a bucket, each a resource of its own, have in common."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

from localtender.provider.call import Call
from localtender.provider.checks import length, matches
from localtender.provider.declaration import Change, Plan, Resource
from localtender.provider.resources.s3_names import (
    NO_BUCKET,
    parse_setting_id,
    setting_id,
    target,
)
from localtender.provider.service_errors import error_code
from localtender.provider.values import UNKNOWN, Values


class BucketSetting(Resource):
    """One configuration document of a bucket; its id is the bucket's name."""

    service = "s3"
    gone = NO_BUCKET
    replaces: ClassVar[Sequence[str]] = ("bucket",)
    checks = {"bucket": length(1, 63)}
    absent: ClassVar[tuple[str, ...]] = ()
    """Error codes that say a bucket is there, but not this setting of it."""

    @abstractmethod
    def put(self, client: Any, where: Values, planned: Values) -> None:
        """Set the document; ``where`` are the parameters that name the bucket."""

    @abstractmethod
    def get(self, client: Any, where: Values) -> Values | None:
        """Return the document as arguments; None when the bucket has none."""

    @abstractmethod
    def remove(self, client: Any, where: Values, state: Values) -> None:
        """Take the document away."""

    def create(self, call: Call, planned: Values) -> Values:
        """Set the document."""
        self.put(call.client(), _where(planned), planned)
        return {"id": setting_id(planned["bucket"], planned.get("expected_bucket_owner"))}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the document."""
        bucket, owner = parse_setting_id(state["id"])
        try:
            found = self.get(call.client(), target(bucket, owner))
        except Exception as failure:
            if error_code(failure) in self.absent:
                return None
            raise
        if found is None:
            return None
        return {"bucket": bucket, "expected_bucket_owner": owner, **found}

    def update(self, call: Call, change: Change) -> Values | None:
        """Set the whole document anew."""
        self.put(call.client(), _where(change.planned), change.planned)
        return None

    def delete(self, call: Call, state: Values) -> None:
        """Take the document away; one that is not there is fine."""
        bucket, owner = parse_setting_id(state["id"])
        try:
            self.remove(call.client(), target(bucket, owner), state)
        except Exception as failure:
            if error_code(failure) not in self.absent:
                raise

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take the id apart."""
        bucket, owner = parse_setting_id(identifier)
        return {"id": identifier, "bucket": bucket, "expected_bucket_owner": owner or None}


class OwnedBucketSetting(BucketSetting):
    """A setting that may name the bucket's owner: ``BUCKET,EXPECTED_BUCKET_OWNER`` is its id."""

    checks = {
        **BucketSetting.checks,
        "expected_bucket_owner": matches(r"\d{12}", "expected the 12 digits of an account"),
    }

    def customize(self, call: Call, plan: Plan) -> None:
        """Replace for another owner, but not when the present one is only written down."""
        if plan.prior is None or not plan.changes("expected_bucket_owner"):
            return
        before, after = (
            plan.prior["expected_bucket_owner"] or "",
            plan.planned["expected_bucket_owner"],
        )
        if after is UNKNOWN or ((after or "") != before and (before or after != call.account_id)):
            plan.replace("expected_bucket_owner")


def _where(planned: Values) -> Values:
    return target(planned["bucket"], planned.get("expected_bucket_owner"))
