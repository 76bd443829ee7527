"""Hot reload: the sources as they stand are served, for $LATEST, where a folder was given."""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

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
