"""Amazon EventBridge: archives of the events of a bus.

Arguments and replace rules follow the documentation of ``aws_cloudwatch_event_archive``.
"""

from __future__ import annotations

from typing import Final

from localtender.provider.blocks import request_of, state_of
from localtender.provider.call import Call
from localtender.provider.checks import every, is_arn, length, matches
from localtender.provider.declaration import Change, Resource
from localtender.provider.documents import same_json
from localtender.provider.resources.events_rules import compact, is_event_pattern
from localtender.provider.values import Values

_FIELDS: Final = {
    "description": "Description",
    "event_pattern": "EventPattern",
    "kms_key_identifier": "KmsKeyIdentifier",
    "retention_days": "RetentionDays",
}


class Archive(Resource):
    """``aws_cloudwatch_event_archive``; its id is the archive's name."""

    type_name = "aws_cloudwatch_event_archive"
    service = "events"
    gone = ("ResourceNotFoundException",)
    replaces = ("event_source_arn", "name")
    equivalent = {"event_pattern": same_json}
    checks = {
        "description": length(0, 512),
        "event_pattern": is_event_pattern,
        "event_source_arn": is_arn,
        "kms_key_identifier": length(1, 2048),
        "name": every(
            length(1, 48), matches(r"[.\-_A-Za-z0-9]+", "expected letters, digits or any of .-_")
        ),
    }

    def create(self, call: Call, planned: Values) -> Values:
        """Create the archive."""
        call.client().create_archive(
            ArchiveName=planned["name"],
            EventSourceArn=planned["event_source_arn"],
            **_request(planned),
        )
        return {"id": planned["name"]}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the archive."""
        archive = call.client().describe_archive(ArchiveName=state["id"])
        return {
            **state_of(archive, _FIELDS),
            "arn": archive["ArchiveArn"],
            "event_source_arn": archive["EventSourceArn"],
            "name": archive["ArchiveName"],
        }

    def update(self, call: Call, change: Change) -> None:
        """Change the archive; what is left out of a request would stay."""
        emptied = {"Description": "", "EventPattern": "", "RetentionDays": 0}
        if change.has("kms_key_identifier"):
            emptied["KmsKeyIdentifier"] = ""
        call.client().update_archive(
            ArchiveName=change.prior["id"], **emptied | _request(change.planned)
        )

    def delete(self, call: Call, state: Values) -> None:
        """Delete the archive."""
        call.client().delete_archive(ArchiveName=state["id"])


def _request(planned: Values) -> Values:
    request = request_of(planned, _FIELDS)
    if "EventPattern" in request:
        request["EventPattern"] = compact(request["EventPattern"])
    return request
