"""What Invoke answers: results, errors, and how a function ends that does not return."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

from tests.integration.conformance import documentation as docs
from tests.integration.conformance.laboratory import Laboratory
from tests.integration.conformance.observing import outcome
from tests.integration.conformance.row import Area

AREA = Area("Lambda: results and failures")

RECORDED = docs.RECORDED_LAMBDA


def obedient_function(lab: Laboratory) -> str:
    """The ARN of the shared function that does what its event says."""
    uri: str = lab.obedient()["uri"]
    return uri.partition("/functions/")[2].removesuffix("/invocations")


def invoked(lab: Laboratory, arn: str, event: Any = None, **more: Any) -> dict[str, Any]:
    """Invoke's answer with its payload read, `Payload` being text."""
    answer: dict[str, Any] = lab.functions.invoke(
        FunctionName=arn, Payload=json.dumps(event).encode(), **more
    )
    return {**answer, "Payload": answer["Payload"].read().decode()}


def failure(lab: Laboratory, arn: str, event: Any = None) -> str:
    """FunctionError, type and message of an invocation that fails, without ids and times."""
    answer = invoked(lab, arn, event)
    if "FunctionError" not in answer:
        return f"no error: {answer['Payload'][:60]}"
    told = json.loads(answer["Payload"])
    message = re.sub(
        r"after \d+\.\d\d seconds", "after N.NN seconds", str(told.get("errorMessage"))
    )
    message = re.sub(r"^\S+Z [0-9a-f-]{36} ", "<time> <id> ", message)
    return f"{answer['FunctionError']} {told.get('errorType')}: {message}"


@AREA.row("The handler's result", aws='200 {"a": [1]}', source=docs.INVOKE_API)
def result(lab: Laboratory) -> str:
    answer = invoked(lab, obedient_function(lab), {"result": {"a": [1]}})
    return f"{answer['StatusCode']} {answer['Payload']}"


@AREA.row("ExecutedVersion of an unqualified name", aws="$LATEST", source=docs.INVOKE_API)
def executed_version(lab: Laboratory) -> str:
    return str(invoked(lab, obedient_function(lab), {}).get("ExecutedVersion"))


@AREA.row("An exception", aws="Unhandled ValueError: told to", source=docs.PYTHON_EXCEPTIONS)
def exception(lab: Laboratory) -> str:
    return failure(lab, obedient_function(lab), {"raise": "told to"})


@AREA.row(
    "The members of an exception's payload",
    aws="errorMessage, errorType, requestId, stackTrace",
    source=docs.PYTHON_EXCEPTIONS,
)
def exception_members(lab: Laboratory) -> str:
    answer = invoked(lab, obedient_function(lab), {"raise": "told to"})
    return ", ".join(sorted(json.loads(answer["Payload"])))


@AREA.row(
    "The last line of an exception's stackTrace has the line of code",
    aws="true",
    source=docs.PYTHON_EXCEPTIONS,
)
def stack_trace(lab: Laboratory) -> str:
    answer = invoked(lab, obedient_function(lab), {"raise": "told to"})
    trace = json.loads(answer["Payload"]).get("stackTrace") or [""]
    return json.dumps('raise ValueError(order["raise"])' in trace[-1])


@AREA.row(
    "The environment after an exception", aws="the same process", source=docs.EXECUTION_ENVIRONMENT
)
def environment_after_exception(lab: Laboratory) -> str:
    code = """
        import os
        def handler(event, context):
            if event:
                raise ValueError
            return os.getpid()
    """
    arn = lab.function(code)
    before = invoked(lab, arn)["Payload"]
    invoked(lab, arn, True)
    return "the same process" if invoked(lab, arn)["Payload"] == before else "another process"


@AREA.row(
    "The process ends with 7",
    aws="Unhandled Runtime.ExitError: RequestId: <id> Error: Runtime exited with error: "
    "exit status 7",
    source=RECORDED,
)
def exit_with_error(lab: Laboratory) -> str:
    return failure(lab, obedient_function(lab), {"exit": 7})


@AREA.row(
    "The process ends with 0",
    aws="Unhandled Runtime.ExitError: RequestId: <id> Error: Runtime exited without providing "
    "a reason",
    source=RECORDED,
)
def exit_without_error(lab: Laboratory) -> str:
    return failure(lab, obedient_function(lab), {"exit": 0})


@AREA.row(
    "The function takes longer than its time-out",
    aws="Unhandled Sandbox.Timedout: RequestId: <id> Error: Task timed out after N.NN seconds",
    source=RECORDED,
)
def time_out(lab: Laboratory) -> str:
    arn = lab.function("import time\ndef handler(e, c): time.sleep(30)", Timeout=1)
    return failure(lab, arn)


@AREA.row(
    "The environment after a time-out", aws="another process", source=docs.EXECUTION_ENVIRONMENT
)
def environment_after_time_out(lab: Laboratory) -> str:
    code = (
        "import os, time\n"
        "def handler(event, context):\n"
        "    if event: time.sleep(30)\n"
        "    return os.getpid()"
    )
    arn = lab.function(code, Timeout=1)
    before = invoked(lab, arn)["Payload"]
    invoked(lab, arn, True)
    return "the same process" if invoked(lab, arn)["Payload"] == before else "another process"


@AREA.row(
    "More memory than the function has",
    aws="Unhandled Runtime.ExitError: RequestId: <id> Error: Runtime exited with error: "
    "signal: killed",
    source=docs.TROUBLESHOOTING,
)
def out_of_memory(lab: Laboratory) -> str:
    arn = lab.function("def handler(e, c): return len(b'x' * 400_000_000)", MemorySize=128)
    return failure(lab, arn)


@AREA.row(
    "A module that can't be imported",
    aws="Unhandled Runtime.ImportModuleError: Unable to import module 'app': No module named "
    "'no_such_module'",
    source=docs.TROUBLESHOOTING,
)
def import_error(lab: Laboratory) -> str:
    return failure(lab, lab.function("import no_such_module"))


@AREA.row(
    "A handler that there is not",
    aws="Unhandled Runtime.HandlerNotFound: Handler 'handler' missing on module 'app'",
    source=docs.TROUBLESHOOTING,
)
def handler_not_found(lab: Laboratory) -> str:
    return failure(lab, lab.function("other = 1"))


@AREA.row(
    "A syntax error",
    aws="Unhandled Runtime.UserCodeSyntaxError",
    source=docs.TROUBLESHOOTING,
)
def syntax_error(lab: Laboratory) -> str:
    return failure(lab, lab.function("def handler(")).partition(":")[0]


@AREA.row(
    "A result that JSON can't say",
    aws="Unhandled Runtime.MarshalError",
    source=docs.TROUBLESHOOTING,
)
def marshal_error(lab: Laboratory) -> str:
    return failure(lab, lab.function("def handler(e, c): return {1}")).partition(":")[0]


@AREA.row(
    "A result of more than 6 MB",
    aws="Unhandled Function.ResponseSizeTooLarge: Response payload size exceeded maximum allowed "
    "payload size (6291556 bytes).",
    source=RECORDED,
)
def too_large(lab: Laboratory) -> str:
    return failure(lab, obedient_function(lab), {"size": 6_400_000})


@AREA.row(
    "An event of more than 6 MB, by its status and error code",
    aws="413 RequestEntityTooLargeException",
    source=docs.LAMBDA_QUOTAS,
)
def event_too_large(lab: Laboratory) -> str:
    return outcome(lambda: invoked(lab, obedient_function(lab), "x" * 6_400_000)).partition(":")[0]


@AREA.row(
    "An event that is no JSON",
    aws="400 InvalidRequestContentException",
    source=docs.INVOKE_API,
)
def event_no_json(lab: Laboratory) -> str:
    arn = obedient_function(lab)
    return outcome(lambda: lab.functions.invoke(FunctionName=arn, Payload=b"{")).partition(":")[0]


@AREA.row("InvocationType DryRun", aws="204, no payload", source=docs.INVOKE_API)
def dry_run(lab: Laboratory) -> str:
    answer = invoked(lab, obedient_function(lab), {}, InvocationType="DryRun")
    return f"{answer['StatusCode']}, {answer['Payload'] or 'no payload'}"


@AREA.row("InvocationType Event", aws="202, no payload", source=docs.INVOKE_API)
def event(lab: Laboratory) -> str:
    answer = invoked(lab, obedient_function(lab), {}, InvocationType="Event")
    return f"{answer['StatusCode']}, {answer['Payload'] or 'no payload'}"


@AREA.row("LogType Tail", aws="START, printed, END, REPORT", source=docs.INVOKE_API)
def log_tail(lab: Laboratory) -> str:
    answer = invoked(lab, obedient_function(lab), {"print": "printed"}, LogType="Tail")
    lines = base64.b64decode(answer.get("LogResult", "")).decode().splitlines()
    return ", ".join(line.split(" ")[0] for line in lines if line and "INIT" not in line)


@AREA.row(
    "A function that there is not, by status and error code",
    aws="404 ResourceNotFoundException: Function not found: "
    "arn:aws:lambda:us-east-1:000000000000:function:no-such-function:$LATEST",
    source=RECORDED,
)
def unknown_function(lab: Laboratory) -> str:
    return outcome(lambda: lab.functions.invoke(FunctionName="no-such-function"))


@AREA.row(
    "Two calls one after the other", aws="the same process", source=docs.EXECUTION_ENVIRONMENT
)
def warm(lab: Laboratory) -> str:
    arn = lab.function("import os\ndef handler(e, c): return os.getpid()")
    pids = {invoked(lab, arn)["Payload"] for _ in range(2)}
    return "the same process" if len(pids) == 1 else "two processes"


@AREA.row(
    "The init phase fails once: Lambda runs it again with the invocation",
    aws="the result",
    source=docs.EXECUTION_ENVIRONMENT,
)
def failed_init(lab: Laboratory) -> str:
    code = f"""
        import os
        mark = "/tmp/{lab.name()}"
        if not os.path.exists(mark):
            open(mark, "w").close()
            raise RuntimeError("not yet")
        def handler(event, context):
            os.remove(mark)
            return "the result"
    """
    answer = invoked(lab, lab.function(code))
    return "an error" if "FunctionError" in answer else str(json.loads(answer["Payload"]))
