"""What a caller gets back, and what the handler sees."""

from __future__ import annotations

import asyncio
import base64
import json
from pathlib import Path

import pytest

from localtender.edge.invocation import Invocation
from localtender.edge.protocol.errors import ServiceError
from tests.lambda_workbench import (
    LambdaWorkbench,
    an_invokable_runtime,
    function_arn,
    lambda_workbench,
    zip_of,
)

pytestmark = pytest.mark.anyio

HANDLER = """
import json, os, sys, time

count = 0

def handler(event, context):
    global count
    count += 1
    what = (event or {}).get("do")
    if what == "raise":
        raise KeyError("missing")
    if what == "sleep":
        time.sleep(30)
    if what == "exit":
        os._exit(7)
    if what == "kill":
        os.kill(os.getpid(), 9)
    if what == "big":
        return "x" * (6 * 1024 * 1024 + 200)
    if what == "memory":
        data = bytearray(200_000_000)
        time.sleep(event["seconds"])
    if what == "write":
        open(os.path.join(os.environ["LAMBDA_TASK_ROOT"], "new"), "w")
    if what == "environment":
        return {"variables": dict(os.environ), "path": sys.path, "cwd": os.getcwd(),
                "pid": os.getpid(), "modules": sorted(sys.modules)}
    if what == "context":
        return {"id": context.aws_request_id, "arn": context.invoked_function_arn,
                "name": context.function_name, "version": context.function_version,
                "memory": context.memory_limit_in_mb, "group": context.log_group_name,
                "stream": context.log_stream_name, "left": context.get_remaining_time_in_millis(),
                "client": context.client_context.custom if context.client_context else None}
    if what == "wait":
        time.sleep(event["seconds"])
    return {"event": event, "count": count, "pid": os.getpid()}
"""


async def test_the_handlers_result_comes_back(running: LambdaWorkbench) -> None:
    await running.create(code=HANDLER)
    invoked = await running.invoke(event={"a": "ü"})
    assert invoked.payload["event"] == {"a": "ü"}
    assert invoked.function_error is None
    assert invoked.version == "$LATEST"


async def test_an_environment_is_used_again(running: LambdaWorkbench) -> None:
    await running.create(code=HANDLER)
    first = await running.invoke(event={})
    second = await running.invoke(event={})
    assert second.payload["pid"] == first.payload["pid"]
    assert second.payload["count"] == 2


async def test_an_exception_comes_back_with_type_message_and_trace(
    running: LambdaWorkbench,
) -> None:
    await running.create(code=HANDLER)
    before = await running.invoke(event={})
    failed = await running.invoke(event={"do": "raise"})
    assert failed.function_error == "Unhandled"
    assert failed.payload["errorType"] == "KeyError"
    assert failed.payload["errorMessage"] == "'missing'"
    assert failed.payload["requestId"] == failed.request_id
    assert 'raise KeyError("missing")' in failed.payload["stackTrace"][-1]
    after = await running.invoke(event={})
    assert after.payload["pid"] == before.payload["pid"]


async def test_a_function_that_takes_too_long_is_ended_and_replaced(
    running: LambdaWorkbench,
) -> None:
    await running.create(code=HANDLER, Timeout=1)
    before = await running.invoke(event={})
    late = await running.invoke(event={"do": "sleep"}, LogType="Tail")
    assert late.function_error == "Unhandled"
    assert late.payload == {
        "errorType": "Sandbox.Timedout",
        "errorMessage": f"RequestId: {late.request_id} Error: Task timed out after 1.00 seconds",
    }
    assert f"{late.request_id} Task timed out after 1.00 seconds" in late.log_tail
    assert "Status: timeout" in late.log_tail
    after = await running.invoke(event={})
    assert after.payload["pid"] != before.payload["pid"]
    assert after.payload["count"] == 1


@pytest.mark.parametrize(("how", "reason"), [("exit", "exit status 7"), ("kill", "signal: killed")])
async def test_a_crash_is_told_and_the_environment_replaced(
    running: LambdaWorkbench, how: str, reason: str
) -> None:
    await running.create(code=HANDLER)
    crashed = await running.invoke(event={"do": how})
    assert crashed.function_error == "Unhandled"
    assert crashed.payload == {
        "errorType": "Runtime.ExitError",
        "errorMessage": f"RequestId: {crashed.request_id} "
        f"Error: Runtime exited with error: {reason}",
    }
    assert (await running.invoke(event={})).payload["count"] == 1


@pytest.mark.parametrize("seconds", [0, 30])
async def test_more_memory_than_the_function_has_ends_it(
    running: LambdaWorkbench, seconds: int
) -> None:
    await running.create(code=HANDLER, MemorySize=128, Timeout=60)
    killed = await running.invoke(event={"do": "memory", "seconds": seconds}, LogType="Tail")
    assert killed.payload == {
        "errorType": "Runtime.ExitError",
        "errorMessage": f"RequestId: {killed.request_id} "
        "Error: Runtime exited with error: signal: killed",
    }
    assert "Max Memory Used: 128 MB" in killed.log_tail
    assert "Status: error\tError Type: Runtime.OutOfMemory\n" in killed.log_tail
    assert (await running.invoke(event={})).payload["count"] == 1


async def test_an_answer_beyond_six_megabytes_is_refused(running: LambdaWorkbench) -> None:
    await running.create(code=HANDLER)
    invoked = await running.invoke(event={"do": "big"})
    assert invoked.payload["errorType"] == "Function.ResponseSizeTooLarge"
    assert "6291556 bytes" in invoked.payload["errorMessage"]
    assert (await running.invoke(event={})).function_error is None


async def test_the_handler_gets_only_its_own_environment(
    running: LambdaWorkbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_OF_THE_SERVER", "leaked")
    await running.create(code=HANDLER, Environment={"Variables": {"TABLE": "payments"}})
    seen = (await running.invoke(event={"do": "environment"})).payload
    variables = seen["variables"]
    assert "SECRET_OF_THE_SERVER" not in variables
    assert variables["TABLE"] == "payments"
    assert variables["AWS_ACCESS_KEY_ID"] == "ASIAROLE"
    assert variables["AWS_SESSION_TOKEN"] == "token"
    assert variables["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4566"
    assert variables["AWS_EXECUTION_ENV"] == "AWS_Lambda_python3.12"
    assert variables["AWS_REGION"] == variables["AWS_DEFAULT_REGION"] == "us-east-1"
    assert variables["AWS_LAMBDA_LOG_GROUP_NAME"] == "/aws/lambda/worker"
    assert variables["TZ"] == ":UTC"
    assert Path(variables["TMPDIR"]).is_dir()


async def test_nothing_of_the_harness_is_on_the_handlers_path(running: LambdaWorkbench) -> None:
    await running.create(code=HANDLER)
    seen = (await running.invoke(event={"do": "environment"})).payload
    root = seen["variables"]["LAMBDA_TASK_ROOT"]
    assert seen["path"][0] == root
    assert seen["path"][1] == seen["variables"]["LAMBDA_RUNTIME_DIR"]
    assert not [path for path in seen["path"] if "site-packages" in path]
    assert not [name for name in seen["modules"] if name.startswith("localtender")]
    assert seen["cwd"] == root


async def test_the_role_is_assumed_in_the_functions_name(running: LambdaWorkbench) -> None:
    await running.create(code=HANDLER)
    await running.invoke(event={})
    (assumed,) = running.engine.made("sts.AssumeRole")
    assert assumed["RoleArn"].endswith(":role/app/worker")
    assert assumed["RoleSessionName"] == "worker"
    assert assumed["account"] == "123456789012"


async def test_the_code_directory_is_read_only(running: LambdaWorkbench) -> None:
    await running.create(code=HANDLER)
    invoked = await running.invoke(event={"do": "write"})
    assert invoked.payload["errorType"] == "OSError"
    assert "Read-only file system" in invoked.payload["errorMessage"]


async def test_the_context_is_filled(running: LambdaWorkbench) -> None:
    await running.create(code=HANDLER, Timeout=9, MemorySize=256)
    client = base64.b64encode(json.dumps({"custom": {"k": "v"}}).encode()).decode()
    invoked = await running.invoke(event={"do": "context"}, ClientContext=client)
    context = invoked.payload
    assert context["id"] == invoked.request_id
    assert context["arn"] == function_arn("worker")
    assert (context["name"], context["version"]) == ("worker", "$LATEST")
    assert context["memory"] == "256"
    assert context["group"] == "/aws/lambda/worker"
    assert "/[$LATEST]" in context["stream"]
    assert 0 < context["left"] <= 9000
    assert context["client"] == {"k": "v"}


async def test_invocations_at_the_same_time_run_side_by_side(running: LambdaWorkbench) -> None:
    await running.create(code=HANDLER)
    event = {"do": "wait", "seconds": 0.5}
    invoked = await asyncio.gather(*(running.invoke(event=event) for _ in range(3)))
    assert len({answer.payload["pid"] for answer in invoked}) == 3


async def test_a_burst_loses_nothing(running: LambdaWorkbench) -> None:
    await running.create(code=HANDLER)
    invoked = await asyncio.gather(*(running.invoke(event={"n": n}) for n in range(200)))
    assert [answer.payload["event"]["n"] for answer in invoked] == list(range(200))
    assert len(running.service.environments()) < 50


async def test_a_handler_that_cannot_be_imported_is_told(running: LambdaWorkbench) -> None:
    await running.create(code="import nowhere\n")
    invoked = await running.invoke(event={}, LogType="Tail")
    assert invoked.payload == {
        "errorType": "Runtime.ImportModuleError",
        "errorMessage": "Unable to import module 'app': No module named 'nowhere'",
        # The runtime does not know it yet (test_lambda.snapshot.json, test_lambda_runtime_error).
        "requestId": "",
        "stackTrace": [],
    }
    assert "Error Type: Runtime.ImportModuleError" in invoked.log_tail


async def test_an_init_that_exits_is_told(running: LambdaWorkbench) -> None:
    await running.create(code="import os\nos._exit(4)\n")
    invoked = await running.invoke(event={})
    assert invoked.payload["errorType"] == "Runtime.ExitError"
    assert invoked.payload["errorMessage"].endswith("exit status 4")


async def test_an_init_beyond_its_limit_counts_in_the_invocation(tmp_path: Path) -> None:
    code = "import time\ntime.sleep(1.2)\ndef handler(e, c): return 'late'\n"
    async with lambda_workbench(
        tmp_path, runtime_directories=an_invokable_runtime(), init_seconds=0.3
    ) as running:
        await running.create(code=code, Timeout=10)
        assert (await running.invoke(event={})).payload == "late"
        assert any(
            "INIT_REPORT" in message and "Status: timeout" in message
            for message in running.logs.messages
        )


async def test_a_caller_that_gives_up_does_not_stop_the_function(
    running: LambdaWorkbench,
) -> None:
    await running.create(code=HANDLER)
    invocation = Invocation(function_arn("worker"), b'{"do": "wait", "seconds": 0.6}')
    await running.invoke(event={})
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(running.service.invoke(invocation), 0.1)
    (busy,) = running.service.environments()
    assert busy.state == "busy"
    after = await running.invoke(event={})
    assert after.payload["count"] == 1
    await asyncio.sleep(0.7)
    assert {environment.state for environment in running.service.environments()} == {"idle"}


async def test_changed_code_is_served_at_once(running: LambdaWorkbench) -> None:
    await running.create(code="def handler(e, c): return 1")
    assert (await running.invoke(event={})).payload == 1
    await running.call(
        "UpdateFunctionCode",
        FunctionName="worker",
        ZipFile=zip_of({"app.py": "def handler(e, c): return 2"}),
    )
    assert (await running.invoke(event={})).payload == 2


async def test_an_idle_environment_is_stopped_after_a_while(tmp_path: Path) -> None:
    async with lambda_workbench(
        tmp_path, runtime_directories=an_invokable_runtime(), idle_seconds=0.1
    ) as running:
        await running.create(code=HANDLER)
        await running.invoke(event={})
        assert len(running.service.environments()) == 1
        await asyncio.sleep(0.4)
        assert running.service.environments() == ()


async def test_stopping_leaves_no_process_and_no_scratch(tmp_path: Path) -> None:
    async with lambda_workbench(tmp_path, runtime_directories=an_invokable_runtime()) as running:
        await running.create(code=HANDLER)
        pid = (await running.invoke(event={})).payload["pid"]
        assert Path(f"/proc/{pid}").exists()
    assert not Path(f"/proc/{pid}").exists()
    assert list((tmp_path / "scratch").iterdir()) == []


async def test_reserved_concurrency_is_a_limit(running: LambdaWorkbench) -> None:
    await running.create(code=HANDLER)
    await running.call(
        "PutFunctionConcurrency", FunctionName="worker", ReservedConcurrentExecutions=1
    )
    slow = Invocation(function_arn("worker"), b'{"do": "wait", "seconds": 0.5}')
    first = asyncio.ensure_future(running.service.invoke(slow))
    await asyncio.sleep(0)
    with pytest.raises(ServiceError) as refused:
        await running.service.invoke(Invocation(function_arn("worker"), b"{}"))
    assert (refused.value.code, refused.value.status) == ("TooManyRequestsException", 429)
    assert refused.value.fields["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"
    assert (await first).function_error is None
    assert (await running.invoke(event={})).function_error is None


async def test_a_function_without_concurrency_runs_never(bench: LambdaWorkbench) -> None:
    await bench.create()
    await bench.call(
        "PutFunctionConcurrency", FunctionName="worker", ReservedConcurrentExecutions=0
    )
    with pytest.raises(ServiceError) as refused:
        await bench.service.invoke(Invocation(function_arn("worker"), b"{}"))
    assert refused.value.status == 429


async def test_a_dry_run_runs_nothing(bench: LambdaWorkbench) -> None:
    await bench.create()
    answer = await bench.call("Invoke", FunctionName="worker", InvocationType="DryRun")
    assert answer["StatusCode"] == 204
    assert bench.service.environments() == ()


@pytest.mark.parametrize(
    ("kind", "size", "limit"),
    [("RequestResponse", 6_291_457, 6_291_456), ("Event", 1_048_577, 1_048_576)],
)
async def test_a_payload_beyond_its_quota_is_refused(
    bench: LambdaWorkbench, kind: str, size: int, limit: int
) -> None:
    await bench.create()
    payload = b'"' + b"x" * (size - 2) + b'"'
    answer = await bench.call("Invoke", FunctionName="worker", InvocationType=kind, Payload=payload)
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 413
    assert answer["Error"]["Message"] == (
        f"{size} byte payload is too large for the {kind} invocation type (limit {limit} bytes)"
    )


async def test_a_payload_that_is_no_json_is_refused(bench: LambdaWorkbench) -> None:
    await bench.create()
    answer = await bench.call("Invoke", FunctionName="worker", Payload=b"{oops")
    assert answer["Error"]["Code"] == "InvalidRequestContentException"


async def test_an_unknown_function_is_not_found(bench: LambdaWorkbench) -> None:
    """As LocalStack's ``test_lambda.snapshot.json`` records it (test_invoke_exceptions)."""
    answer = await bench.call("Invoke", FunctionName="nobody")
    assert answer["Error"]["Code"] == "ResourceNotFoundException"
    assert answer["Error"]["Message"] == f"Function not found: {function_arn('nobody:$LATEST')}"
    answer = await bench.call("Invoke", FunctionName="nobody", Qualifier="live")
    assert answer["Error"]["Message"] == f"Function not found: {function_arn('nobody:live')}"


async def test_a_runtime_that_is_not_python_says_so(bench: LambdaWorkbench) -> None:
    await bench.create(Runtime="nodejs22.x", Handler="index.handler")
    answer = await bench.call("Invoke", FunctionName="worker")
    assert answer["Error"]["Code"] == "InvalidRuntimeException"
    assert "nodejs22.x" in answer["Error"]["Message"]


async def test_what_is_provisioned_is_taken_from_the_functions_reserve(
    running: LambdaWorkbench,
) -> None:
    """As recorded in LocalStack's test_lambda.snapshot.json, test_reserved_provisioned_overlap."""
    await running.create(code=HANDLER)
    await running.call("PublishVersion", FunctionName="worker")
    await running.call(
        "PutProvisionedConcurrencyConfig",
        FunctionName="worker",
        Qualifier="1",
        ProvisionedConcurrentExecutions=2,
    )
    await running.call(
        "PutFunctionConcurrency", FunctionName="worker", ReservedConcurrentExecutions=2
    )
    latest = await running.call("Invoke", FunctionName="worker", Payload=b"{}")
    assert latest["Error"]["Code"] == "TooManyRequestsException"
    served = await asyncio.gather(*(running.invoke(event={}, Qualifier="1") for _ in range(2)))
    assert [answer.version for answer in served] == ["1", "1"]
    await running.call(
        "PutFunctionConcurrency", FunctionName="worker", ReservedConcurrentExecutions=3
    )
    assert (await running.invoke(event={})).version == "$LATEST"
