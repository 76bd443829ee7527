"""What stands in a function's log, and what the Invoke API returns of it."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path

import pytest

from tests.lambda_workbench import LambdaWorkbench

pytestmark = pytest.mark.anyio

HANDLER = """
import logging, os, subprocess, sys
logger = logging.getLogger()

def handler(event, context):
    logger.setLevel("INFO")
    print("printed")
    print("first\\nsecond", file=sys.stderr)
    logger.info("logged\\nin two lines")
    logging.getLogger("x").debug("hidden")
    subprocess.run(["echo", "from a child"], check=True)
    print("no newline", end="")
"""


async def test_prints_and_log_records_keep_their_order(running: LambdaWorkbench) -> None:
    await running.create(code=HANDLER)
    invoked = await running.invoke(event={})
    messages = running.logs.messages
    assert messages[0].startswith("INIT_START Runtime Version: python:3.12\t")
    assert messages[1] == f"START RequestId: {invoked.request_id} Version: $LATEST\n"
    assert messages[2:5] == ["printed\n", "first\n", "second\n"]
    assert re.fullmatch(
        r"\[INFO\]\t\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\t"
        + invoked.request_id
        + r"\tlogged\nin two lines\n",
        messages[5],
    )
    assert messages[6] == "from a child\n"
    assert messages[7] == "no newline"
    assert messages[8] == f"END RequestId: {invoked.request_id}\n"
    assert re.fullmatch(
        rf"REPORT RequestId: {invoked.request_id}\tDuration: \d+\.\d\d ms\t"
        r"Billed Duration: \d+ ms\tMemory Size: 128 MB\tMax Memory Used: \d+ MB\t"
        r"Init Duration: \d+\.\d\d ms\t\n",
        messages[9],
    )


async def test_what_a_long_invocation_prints_is_seen_while_it_runs(
    running: LambdaWorkbench, tmp_path: Path
) -> None:
    await running.create(
        code="""
import os, time

def handler(event, context):
    print("before")
    while not os.path.exists(event):
        time.sleep(0.01)
    print("after")
"""
    )
    go_on = tmp_path / "go-on"
    invocation = asyncio.create_task(running.invoke(event=str(go_on)))
    async with asyncio.timeout(20):
        while "before\n" not in running.logs.messages:
            await asyncio.sleep(0.01)
    assert "after\n" not in running.logs.messages
    go_on.touch()
    await invocation
    assert running.logs.messages[-3] == "after\n"


async def test_more_than_a_pipe_holds_comes_through_whole(running: LambdaWorkbench) -> None:
    await running.create(
        code="""
def handler(event, context):
    for number in range(40_000):
        print(number)
"""
    )
    for _ in range(2):
        await running.invoke(event={})
    printed = [message for message in running.logs.messages if message[0].isdigit()]
    assert printed == 2 * [f"{number}\n" for number in range(40_000)]


async def test_the_init_duration_is_reported_once(running: LambdaWorkbench) -> None:
    await running.create()
    await running.invoke(event={})
    await running.invoke(event={})
    reports = [message for message in running.logs.messages if message.startswith("REPORT")]
    assert ["Init Duration" in report for report in reports] == [True, False]


async def test_an_environment_has_one_stream_in_the_functions_group(
    running: LambdaWorkbench,
) -> None:
    await running.create()
    await running.invoke(event={})
    await running.invoke(event={})
    ((group, stream),) = {(group, stream) for group, stream, _ in running.logs.events}
    assert group == "/aws/lambda/worker"
    assert re.fullmatch(r"\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}", stream)


async def test_another_group_can_be_named(running: LambdaWorkbench) -> None:
    await running.create(LoggingConfig={"LogGroup": "/payments"})
    await running.invoke(event={})
    assert {group for group, _, _ in running.logs.events} == {"/payments"}


async def test_an_error_is_logged_as_one_record(running: LambdaWorkbench) -> None:
    await running.create(code="def handler(e, c):\n    raise ValueError('bad')\n")
    await running.invoke(event={})
    (record,) = [message for message in running.logs.messages if "[ERROR]" in message]
    assert record.startswith("[ERROR] ValueError: bad\nTraceback (most recent call last):\n")
    assert "app.py" in record


async def test_the_tail_is_returned_when_asked_for(running: LambdaWorkbench) -> None:
    await running.create(code="def handler(e, c):\n    print('x' * 10000)\n    print('last')\n")
    assert (await running.invoke(event={})).log_tail == ""
    invoked = await running.invoke(event={}, LogType="Tail")
    assert len(invoked.log_tail) == 4096
    assert "\nlast\nEND RequestId" in invoked.log_tail


async def test_json_logs_have_the_platforms_records(running: LambdaWorkbench) -> None:
    code = (
        "import logging\n"
        "def handler(e, c):\n"
        "    logging.getLogger().info('seen', extra={'amount': 5})\n"
        "    logging.getLogger().debug('hidden')\n"
    )
    await running.create(code=code, LoggingConfig={"LogFormat": "JSON"})
    invoked = await running.invoke(event={})
    documents = [json.loads(message) for message in running.logs.messages]
    kinds = [document.get("type") for document in documents]
    assert kinds == ["platform.initStart", "platform.start", None, "platform.report"]
    assert documents[2]["message"] == "seen"
    assert documents[2]["amount"] == 5
    assert documents[2]["requestId"] == invoked.request_id
    assert documents[3]["record"]["status"] == "success"
    assert documents[3]["record"]["metrics"]["memorySizeMB"] == 128


async def test_a_quiet_json_log_keeps_only_what_matters(running: LambdaWorkbench) -> None:
    await running.create(
        code="import logging\ndef handler(e, c):\n    logging.warning('w'); logging.error('e')\n",
        LoggingConfig={
            "LogFormat": "JSON",
            "ApplicationLogLevel": "ERROR",
            "SystemLogLevel": "WARN",
        },
    )
    await running.invoke(event={})
    (document,) = [json.loads(message) for message in running.logs.messages]
    assert document["message"] == "e"


async def test_scratch_space_belongs_to_the_environment(
    running: LambdaWorkbench, tmp_path: Path
) -> None:
    code = (
        "import tempfile, os\n"
        "def handler(e, c):\n"
        "    handle, name = tempfile.mkstemp()\n"
        "    os.close(handle)\n"
        "    return name\n"
    )
    await running.create(code=code)
    name = (await running.invoke(event={})).payload
    assert Path(name).is_relative_to(tmp_path / "scratch")
    await running.call("DeleteFunction", FunctionName="worker")
