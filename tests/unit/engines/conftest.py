"""Fixtures of the engines' tests."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def environment_as_before() -> Iterator[None]:
    """Put the environment back: an engine in process takes settings out of it and adds its own."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)
