"""Amazon CloudWatch Logs: streams of log groups.

Arguments and replace rules follow the documentation of ``aws_cloudwatch_log_stream``.
"""

from __future__ import annotations

from localtender.provider.call import Call
from localtender.provider.checks import every, length, matches
from localtender.provider.declaration import Resource
from localtender.provider.identifiers import id_parts
from localtender.provider.values import Values


class LogStream(Resource):
    """``aws_cloudwatch_log_stream``; its id is the stream's name."""

    type_name = "aws_cloudwatch_log_stream"
    service = "logs"
    gone = ("ResourceNotFoundException",)
    replaces = ("log_group_name", "name")
    checks = {"name": every(length(1, 512), matches(r"[^:]*", "must not contain a colon"))}

    def create(self, call: Call, planned: Values) -> Values:
        """Create the stream."""
        call.client().create_log_stream(
            logGroupName=planned["log_group_name"], logStreamName=planned["name"]
        )
        return {"id": planned["name"]}

    def read(self, call: Call, state: Values) -> Values | None:
        """Find the stream among those whose names begin with its own."""
        pages = call.client().get_paginator("describe_log_streams")
        for page in pages.paginate(
            logGroupName=state["log_group_name"], logStreamNamePrefix=state["id"]
        ):
            for stream in page["logStreams"]:
                if stream["logStreamName"] == state["id"]:
                    return {"arn": stream["arn"], "name": stream["logStreamName"]}
        return None

    def delete(self, call: Call, state: Values) -> None:
        """Delete the stream with its events."""
        call.client().delete_log_stream(
            logGroupName=state["log_group_name"], logStreamName=state["id"]
        )

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take ``LOG_GROUP_NAME:LOG_STREAM_NAME`` apart."""
        group, stream = id_parts(identifier, "LOG_GROUP_NAME:LOG_STREAM_NAME")
        return {"id": stream, "log_group_name": group, "name": stream}
