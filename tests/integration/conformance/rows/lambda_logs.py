"""What a function's log says."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.integration.conformance import documentation as docs
from tests.integration.conformance.laboratory import Laboratory
from tests.integration.conformance.observing import awaited
from tests.integration.conformance.row import Area
from tests.integration.conformance.rows.lambda_results import invoked

AREA = Area("Lambda: logs")


def _log(lab: Laboratory, code: str, calls: int = 1, **configuration: Any) -> list[str]:
    """A new function's log after so many calls, all of which have ended."""
    arn = lab.function(code, **configuration)
    for _ in range(calls):
        invoked(lab, arn, {})
    return awaited(
        lambda: lab.log_messages(arn),
        lambda lines: sum("REPORT" in line for line in lines) >= calls,
    )


@AREA.row(
    "The lines of a first call's log",
    aws="INIT_START, START, printed, END, REPORT",
    source=docs.PYTHON_LOGGING,
)
def log_lines(lab: Laboratory) -> str:
    lines = _log(lab, "def handler(event, context): print('printed')")
    return ", ".join(line.split()[0] for line in lines) or "no log"


@AREA.row(
    "The REPORT line of a first call",
    aws="RequestId, Duration, Billed Duration, Memory Size, Max Memory Used, Init Duration",
    source=docs.PYTHON_LOGGING,
)
def report_line(lab: Laboratory) -> str:
    lines = _log(lab, "def handler(event, context): pass")
    report = next((line for line in lines if line.startswith("REPORT")), "")
    names = re.findall(r"(?:REPORT |\t)([A-Z][A-Za-z ]+):", report)
    return ", ".join(names) or "no REPORT line"


@AREA.row("`logging.info` of the root logger", aws="[INFO] logged", source=docs.PYTHON_LOGGING)
def logging_info(lab: Laboratory) -> str:
    code = """
        import logging
        logging.getLogger().setLevel("INFO")
        def handler(event, context):
            logging.getLogger().info("logged")
    """
    found = [line for line in _log(lab, code) if "logged" in line]
    if not found:
        return "lost"
    parts = found[0].strip().split("\t")
    return f"{parts[0]} {parts[-1]}"


@AREA.row("What is written to stderr", aws="in the log", source=docs.PYTHON_LOGGING)
def standard_error(lab: Laboratory) -> str:
    code = "import sys\ndef handler(event, context): sys.stderr.write('an error\\n')"
    return "in the log" if "an error\n" in _log(lab, code) else "not in the log"


@AREA.row("A logged text with a line break is one event", aws="1", source=docs.PYTHON_LOGGING)
def logged_lines(lab: Laboratory) -> str:
    code = "import logging\ndef handler(event, context): logging.warning('one\\ntwo')"
    return str(sum("one" in line or "two" in line for line in _log(lab, code)))


@AREA.row("A printed text with a line break is two events", aws="2", source=docs.PYTHON_LOGGING)
def printed_lines(lab: Laboratory) -> str:
    lines = _log(lab, "def handler(event, context): print('one\\ntwo')")
    return str(sum("one" in line or "two" in line for line in lines))


@AREA.row(
    "An exception in the log",
    aws="[ERROR] ValueError: told to, with a traceback",
    source=docs.PYTHON_EXCEPTIONS,
)
def logged_exception(lab: Laboratory) -> str:
    lines = _log(lab, "def handler(event, context): raise ValueError('told to')")
    found = next((line for line in lines if "[ERROR]" in line), "")
    first = found.partition("\n")[0].strip()
    return f"{first}, {'with' if 'Traceback' in found else 'without'} a traceback"


@AREA.row("Log streams after two calls of one environment", aws="1", source=docs.LAMBDA_LOGS)
def log_streams(lab: Laboratory) -> str:
    arn = lab.function("def handler(event, context): print('printed')")
    for _ in range(2):
        invoked(lab, arn, {})
    group = f"/aws/lambda/{arn.rsplit(':', 1)[1]}"
    logs = lab.client("logs")
    awaited(lambda: len(lab.log_messages(arn)) >= 8)
    return str(len(logs.describe_log_streams(logGroupName=group)["logStreams"]))


@AREA.row(
    "LogFormat JSON: a logged line's members",
    aws="level, logger, message, requestId, timestamp",
    source=docs.JSON_LOGS,
)
def json_log(lab: Laboratory) -> str:
    code = """
        import logging
        def handler(event, context):
            logging.getLogger().warning("logged")
    """
    arn = lab.function(code, LoggingConfig={"LogFormat": "JSON"})
    invoked(lab, arn, {})
    lines = awaited(lambda: [line for line in lab.log_messages(arn) if "logged" in line])
    return ", ".join(sorted(json.loads(lines[0]))) if lines else "no such line"


@AREA.row(
    "LogFormat JSON: the platform's records of a first call",
    aws="platform.initStart, platform.start, platform.report",
    source=docs.JSON_LOGS,
)
def json_platform_log(lab: Laboratory) -> str:
    arn = lab.function("def handler(event, context): pass", LoggingConfig={"LogFormat": "JSON"})
    invoked(lab, arn, {})
    lines = awaited(lambda: lab.log_messages(arn), lambda found: "platform.report" in str(found))
    return ", ".join(json.loads(line)["type"] for line in lines if line.startswith('{"t')) or "none"
