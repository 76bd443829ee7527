"""Writes docs/terraform-coverage.md from the lives that the tests declare."""

from __future__ import annotations

from localtender.provider.registry import discover
from tests.integration.terraform.catalogue import all_lives
from tests.integration.terraform.coverage_page import PAGE, render


def main() -> None:
    """Write the page."""
    registry = discover()
    PAGE.write_text(render(all_lives().values(), registry.resources, registry.data_sources))


if __name__ == "__main__":
    main()
