from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.lambda_workbench import LambdaWorkbench, an_invokable_runtime, lambda_workbench


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[LambdaWorkbench]:
    """A Lambda service that can do everything but execute."""
    async with lambda_workbench(tmp_path) as made:
        yield made


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[LambdaWorkbench]:
    """A Lambda service that executes functions in processes of their own."""
    async with lambda_workbench(tmp_path, runtime_directories=an_invokable_runtime()) as made:
        yield made
