"""The tests of the Terraform module itself, run by Terraform on the stack's provider."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.running_stack import PROJECT, RunningStack


def test_the_modules_own_tests_pass(stack: RunningStack) -> None:
    commands = Path(sys.executable).parent
    answer = subprocess.run(
        [
            "bash",
            "-c",
            f'eval "$({commands}/localtender env)" && "$TF_CMD" -chdir=terraform test -no-color',
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=PROJECT,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert ", 0 failed" in answer.stdout
