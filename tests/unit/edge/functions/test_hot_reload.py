"""Hot reload: the sources as they stand are served, for $LATEST, where a folder was given."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from tests.lambda_workbench import (
    LambdaWorkbench,
    an_invokable_runtime,
    lambda_workbench,
)

pytestmark = pytest.mark.anyio

DEPLOYED = "def handler(event, context): return 'deployed'"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "lambda"
    (folder / "rules").mkdir(parents=True)
    (folder / "app.py").write_text("def handler(event, context): return 'source'")
    return folder


@pytest.fixture
async def reloading(tmp_path: Path, source: Path) -> AsyncIterator[LambdaWorkbench]:
    async with lambda_workbench(
        tmp_path / "state",
        runtime_directories=an_invokable_runtime(),
        hot_reload={"work*": source},
    ) as made:
        yield made


def change(path: Path, content: str) -> None:
    path.write_text(content)
    later = time.time_ns() + 1_000_000
    os.utime(path, ns=(later, later))


async def test_a_change_is_served_on_the_next_call(
    reloading: LambdaWorkbench, source: Path
) -> None:
    await reloading.create(code=DEPLOYED)
    assert (await reloading.invoke()).payload == "source"
    warm = reloading.service.environments()[0].process_id
    assert (await reloading.invoke()).payload == "source"
    assert reloading.service.environments()[0].process_id == warm
    change(source / "rules" / "__init__.py", "VALUE = 'changed'")
    change(source / "app.py", "import rules\ndef handler(event, context): return rules.VALUE\n")
    assert (await reloading.invoke()).payload == "changed"


async def test_what_is_not_packed_from_the_folder_is_left_alone(
    reloading: LambdaWorkbench,
) -> None:
    await reloading.create("other", code=DEPLOYED)
    assert (await reloading.invoke("other")).payload == "deployed"
    await reloading.create(code=DEPLOYED, Publish=True)
    assert (await reloading.invoke("worker:1")).payload == "deployed"


async def test_a_removed_module_is_gone(reloading: LambdaWorkbench, source: Path) -> None:
    change(source / "rules" / "__init__.py", "")
    change(source / "app.py", "import rules.extra\ndef handler(event, context): return 1\n")
    change(source / "rules" / "extra.py", "")
    await reloading.create(code=DEPLOYED)
    assert (await reloading.invoke()).payload == 1
    (source / "rules" / "extra.py").unlink()
    assert (await reloading.invoke()).function_error == "Unhandled"


async def test_two_changes_within_a_second_are_both_served(
    reloading: LambdaWorkbench, source: Path
) -> None:
    await reloading.create()
    moment = time.time_ns() // 1_000_000_000 * 1_000_000_000
    for number in range(4):
        (source / "app.py").write_text(f"def handler(event, context): return {number}")
        os.utime(source / "app.py", ns=(moment + number, moment + number))
        assert (await reloading.invoke()).payload == number


async def test_the_next_environment_is_started_out_of_a_process_in_reserve(
    reloading: LambdaWorkbench, source: Path
) -> None:
    await reloading.create(
        Environment={"Variables": {"TZ": "Asia/Tokyo", "OWN": "1"}},
    )
    await reloading.invoke()
    reserve = await _process_in_reserve()
    change(
        source / "app.py",
        "import os, sys, time\n"
        "def handler(event, context):\n"
        "    return [os.getpid(), sys.path[0], os.getcwd(), os.environ['OWN'], time.tzname[0],\n"
        "            sorted(os.environ), sys.stdin.read()]\n",
    )
    pid, first_on_path, directory, own, zone, names, stdin = (await reloading.invoke()).payload
    assert pid == reserve
    assert reloading.service.environments()[0].process_id == reserve
    assert first_on_path == directory
    assert (own, zone, stdin) == ("1", "JST", "")
    names_of = "import os\ndef handler(event, context): return sorted(os.environ)\n"
    # Without a process in reserve, which takes a while to be there again, it is the same.
    change(source / "app.py", names_of)
    assert (await reloading.invoke()).payload == names


async def test_a_function_that_brings_its_own_boto3_gets_it(
    reloading: LambdaWorkbench, source: Path
) -> None:
    await reloading.create()
    await reloading.invoke()
    await _process_in_reserve()
    (source / "boto3").mkdir()
    (source / "boto3" / "__init__.py").write_text("OWN = True")
    change(source / "app.py", "import boto3\ndef handler(event, context): return boto3.OWN\n")
    assert (await reloading.invoke()).payload is True


async def test_the_next_environment_starts_when_the_source_changes_and_not_on_the_call(
    reloading: LambdaWorkbench, source: Path
) -> None:
    await reloading.create()
    await reloading.invoke()
    before = reloading.service.environments()[0].process_id
    change(source / "app.py", "import os\ndef handler(event, context): return os.getpid()\n")
    async with asyncio.timeout(20):
        while not (started := [e for e in reloading.service.environments() if e.state == "idle"]):
            await asyncio.sleep(0.02)
        while started[0].process_id == before:
            await asyncio.sleep(0.02)
            started = [e for e in reloading.service.environments() if e.state == "idle"] or started
    assert (await reloading.invoke()).payload == started[0].process_id


async def _process_in_reserve() -> int:
    """The process that waits, once it is there."""
    async with asyncio.timeout(20):
        while True:
            for child in psutil.Process().children():
                try:
                    if "--spare" in child.cmdline():
                        return child.pid
                except psutil.NoSuchProcess:
                    continue
            await asyncio.sleep(0.05)
