"""What Terraform keeps of the local workspace: its state, and its data folder."""

from __future__ import annotations

import shutil
from pathlib import Path

from localtender.configuration import Configuration


def data_directory(configuration: Configuration) -> Path:
    """The data folder (``TF_DATA_DIR``) of whatever folder Terraform runs in, relative to it.

    Modules, the backend and the chosen plugins are one configuration's own, and the shell of
    `localtender env` is for any configuration. Inside `.terraform` everything that ignores that
    folder ignores this one.
    """
    return Path(".terraform", f"{configuration.workspace}-{configuration.provider}")


def discard_state(configuration: Configuration) -> None:
    """Forget the workspace's state: what it describes lived in an emulator that is gone.

    Only the folder of the stack's own workspace is removed; other workspaces, and the default one
    that a real deployment uses, stay.
    """
    states = configuration.terraform_directory / "terraform.tfstate.d"
    shutil.rmtree(states / configuration.workspace, ignore_errors=True)
    if states.is_dir() and not any(states.iterdir()):
        states.rmdir()
