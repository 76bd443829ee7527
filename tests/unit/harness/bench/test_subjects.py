from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from localtender.cli import application
from localtender.configuration import read_configuration
from localtender.harness.bench.settings import BenchSettings
from localtender.harness.bench.subjects import SUBJECTS, measure
from localtender.harness.errors import BenchError
from localtender.harness.progress import StepReporter

PROJECT = Path(__file__).resolve().parents[4]


def test_an_unknown_subject_is_refused_before_anything_is_measured() -> None:
    settings = BenchSettings(read_configuration({}, PROJECT))
    reporter = StepReporter(Console(file=io.StringIO()))
    with pytest.raises(BenchError, match="speed is no subject; choose from payments, gateway"):
        next(measure(["gateway", "speed"], settings, reporter))


def test_the_help_of_the_command_names_every_subject() -> None:
    text = " ".join(CliRunner().invoke(application, ["bench", "--help"]).output.split())
    assert all(name in text for name in SUBJECTS)
