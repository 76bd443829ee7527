"""The Terraform state of the local workspace."""

from __future__ import annotations

import shutil

from localtender.configuration import Configuration


def discard_state(configuration: Configuration) -> None:
    """Forget the workspace's state: what it describes lived in an emulator that is gone.

    Only the folder of the stack's own workspace is removed; other workspaces, and the default one
    that a real deployment uses, stay.
    """
    states = configuration.terraform_directory / "terraform.tfstate.d"
    shutil.rmtree(states / configuration.workspace, ignore_errors=True)
    if states.is_dir() and not any(states.iterdir()):
        states.rmdir()
