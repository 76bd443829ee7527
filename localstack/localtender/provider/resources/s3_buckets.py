"""Amazon S3: buckets.

Arguments, defaults and replace rules follow the documentation of ``aws_s3_bucket``.
"""

from __future__ import annotations

from typing import Any, Final

from localtender.provider.call import Call
from localtender.provider.checks import each_of, length, matches, one_of
from localtender.provider.declaration import Change, Plan, Resource
from localtender.provider.documents import is_json, is_policy, same_json, same_policy
from localtender.provider.naming import prefix_of, unique_name
from localtender.provider.resources.s3_acls import PERMISSIONS
from localtender.provider.resources.s3_bucket_parts import PARTS, Part
from localtender.provider.resources.s3_deletion import delete_all_versions
from localtender.provider.resources.s3_encryption import is_algorithm
from localtender.provider.resources.s3_grants import grants_request, grants_state
from localtender.provider.resources.s3_lifecycles import TRANSITION_CLASSES
from localtender.provider.resources.s3_names import (
    CANNED_ACLS,
    NO_BUCKET,
    bucket_arn,
    domain_names,
    website_names,
)
from localtender.provider.resources.s3_switches import lock_request, lock_state
from localtender.provider.resources.s3_tags import bucket_tags, tagging
from localtender.provider.service_errors import error_code
from localtender.provider.values import UNKNOWN, Values

_FIRST_REGION: Final = "us-east-1"
_LONGEST_PREFIX: Final = 37


class Bucket(Resource):
    """``aws_s3_bucket``; its id is its name."""

    type_name = "aws_s3_bucket"
    service = "s3"
    gone = NO_BUCKET
    replaces = (
        "bucket",
        "bucket_namespace",
        "bucket_prefix",
        "object_lock_configuration.object_lock_enabled",
        "object_lock_enabled",
    )
    conflicts = (
        ("bucket", "bucket_prefix"),
        ("acl", "grant"),
        ("object_lock_enabled", "object_lock_configuration"),
    )
    computed_blocks = (
        "cors_rule",
        "grant",
        "lifecycle_rule",
        "logging",
        "object_lock_configuration",
        "replication_configuration",
        "server_side_encryption_configuration",
        "versioning",
        "website",
    )
    defaults = {
        "force_destroy": False,
        "object_lock_configuration.object_lock_enabled": "Enabled",
        "versioning.enabled": False,
        "versioning.mfa_delete": False,
    }
    equivalent = {"policy": same_policy, "website.routing_rules": same_json}
    checks = {
        "acceleration_status": one_of("Enabled", "Suspended"),
        "acl": one_of(*CANNED_ACLS),
        "bucket": length(0, 63),
        "bucket_namespace": one_of("account-regional", "global"),
        "bucket_prefix": length(0, _LONGEST_PREFIX),
        "grant.permissions": each_of(*PERMISSIONS),
        "grant.type": one_of("CanonicalUser", "Group"),
        "lifecycle_rule.expiration.date": matches(r"\d{4}-\d\d-\d\d", "expected YYYY-MM-DD"),
        "lifecycle_rule.transition.date": matches(r"\d{4}-\d\d-\d\d", "expected YYYY-MM-DD"),
        "lifecycle_rule.transition.storage_class": one_of(*TRANSITION_CLASSES),
        "policy": is_policy,
        "request_payer": one_of("BucketOwner", "Requester"),
        "server_side_encryption_configuration.rule.apply_server_side_encryption_by_default"
        ".sse_algorithm": is_algorithm,
        "website.routing_rules": is_json,
    }

    def customize(self, call: Call, plan: Plan) -> None:
        """Expect addresses of a website to come with one."""
        if plan.prior is None or plan.prior["website"]:
            return
        website = plan.planned["website"]
        if website is UNKNOWN or website:
            plan.make_unknown("website_domain")
            plan.make_unknown("website_endpoint")

    def create(self, call: Call, planned: Values) -> Values:
        """Create the bucket, then set what stands inside of it."""
        client, name = call.client(), _name(planned)
        request: Values = {"Bucket": name, "ACL": planned["acl"] or "private"}
        if call.region != _FIRST_REGION:
            request["CreateBucketConfiguration"] = {"LocationConstraint": call.region}
        if planned["object_lock_enabled"] or planned["object_lock_configuration"]:
            request["ObjectLockEnabledForBucket"] = True
        if planned["bucket_namespace"]:
            request["BucketNamespace"] = planned["bucket_namespace"]
        client.create_bucket(**request)
        call.created({"id": name, "bucket": name})
        if planned["tags_all"]:
            client.put_bucket_tagging(Bucket=name, Tagging=tagging(planned["tags_all"]))
        for part in PARTS:
            if _is_to_be_set(part, planned):
                part.set(client, name, planned[part.argument])
        self._set_grants(client, name, planned)
        self._set_lock(client, name, planned)
        return {"id": name}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the bucket and everything that may stand inside of it."""
        client, name = call.client(), state["id"]
        answer = client.head_bucket(Bucket=name)
        region = answer.get("BucketRegion") or call.region
        found: Values = {
            "arn": bucket_arn(call, name),
            "bucket": name,
            "bucket_prefix": prefix_of(name),
            "bucket_region": region,
            **domain_names(call, name, region),
        }
        for part in PARTS:
            found |= _read_part(call, part, name)
        if found.get("website"):
            found |= website_names(call, name, region)
        else:
            found |= {"website_domain": None, "website_endpoint": None}
        found |= _read_grants(call, name, state.get("acl"))
        found |= _read_lock(call, name)
        found["tags"] = bucket_tags(client, name)
        return found

    def update(self, call: Call, change: Change) -> None:
        """Set what changed inside of the bucket."""
        client, name, planned = call.client(), change.prior["id"], change.planned
        for part in PARTS:
            if change.has(part.argument):
                part.set(client, name, planned[part.argument])
        if change.has("acl") and planned["acl"]:
            client.put_bucket_acl(Bucket=name, ACL=planned["acl"])
        if change.has("grant"):
            self._set_grants(client, name, planned)
        if change.has("object_lock_configuration"):
            self._set_lock(client, name, planned)

    def update_tags(
        self, call: Call, state: Values, changed: dict[str, str], removed: list[str]
    ) -> None:
        """Set the whole set of tags anew, which is all that S3 can."""
        client, name = call.client(), state["id"]
        tags = {
            key: value for key, value in bucket_tags(client, name).items() if key not in removed
        }
        tags |= changed
        if tags:
            client.put_bucket_tagging(Bucket=name, Tagging=tagging(tags))
        else:
            client.delete_bucket_tagging(Bucket=name)

    def delete(self, call: Call, state: Values) -> None:
        """Delete the bucket; with ``force_destroy`` also what is in it, versions included."""
        client, name = call.client(), state["id"]
        try:
            client.delete_bucket(Bucket=name)
        except Exception as failure:
            if error_code(failure) != "BucketNotEmpty" or not state["force_destroy"]:
                raise
            delete_all_versions(client, name, unlock=bool(state["object_lock_enabled"]))
            client.delete_bucket(Bucket=name)

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take the name."""
        return {"id": identifier, "bucket": identifier}

    def _set_grants(self, client: Any, name: str, planned: Values) -> None:
        if planned["grant"]:
            owner = client.get_bucket_acl(Bucket=name)["Owner"]
            policy = {"Grants": grants_request(planned["grant"]), "Owner": owner}
            client.put_bucket_acl(Bucket=name, AccessControlPolicy=policy)

    def _set_lock(self, client: Any, name: str, planned: Values) -> None:
        for block in planned["object_lock_configuration"] or []:
            client.put_object_lock_configuration(
                Bucket=name, ObjectLockConfiguration=lock_request(block)
            )


def _name(planned: Values) -> str:
    if planned["bucket"]:
        return str(planned["bucket"])
    return unique_name(planned["bucket_prefix"] or "terraform-")


def _is_to_be_set(part: Part, planned: Values) -> bool:
    """Tell whether a new bucket needs a request for the part: not to say what is so anyway."""
    value = planned[part.argument]
    if part.argument == "versioning":
        return bool(value and (value[0]["enabled"] or value[0]["mfa_delete"]))
    return bool(value)


def _read_part(call: Call, part: Part, name: str) -> Values:
    try:
        answer = call.optional(getattr(call.client(), part.reading), Bucket=name)
    except Exception as failure:
        if error_code(failure) != part.absent:
            raise
        answer = {}
    return {} if answer is None else {part.argument: part.state(answer)}


def _read_grants(call: Call, name: str, acl: str | None) -> Values:
    if acl and acl != "private":
        return {"grant": []}
    answer = call.optional(call.client().get_bucket_acl, Bucket=name)
    return {} if answer is None else {"grant": grants_state(answer.get("Grants", []))}


def _read_lock(call: Call, name: str) -> Values:
    try:
        answer = call.optional(call.client().get_object_lock_configuration, Bucket=name)
    except Exception as failure:
        if error_code(failure) != "ObjectLockConfigurationNotFoundError":
            raise
        return {"object_lock_configuration": [], "object_lock_enabled": False}
    if answer is None:
        return {}
    lock = lock_state(answer["ObjectLockConfiguration"])
    return {
        "object_lock_configuration": [lock],
        "object_lock_enabled": lock["object_lock_enabled"] == "Enabled",
    }
