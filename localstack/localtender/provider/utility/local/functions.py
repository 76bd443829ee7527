"""``direxists``."""

from __future__ import annotations

from localtender.provider.functions import Function, FunctionArgumentError, Parameter
from localtender.provider.sessions import Caller


class DirectoryExists(Function):
    """``direxists``: whether there is a folder at a path, which nothing else may stand at."""

    name = "direxists"
    summary = "Determines whether a directory exists at a given path."
    parameters = (Parameter("path"),)
    returns = "bool"

    def call(self, caller: Caller, name: str) -> bool:
        """Look for the folder from where Terraform runs."""
        path = caller.path(name)
        if path.exists() and not path.is_dir():
            raise FunctionArgumentError(0, f"{name!r} is not a directory")
        return path.is_dir()
