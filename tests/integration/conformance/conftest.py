"""One edge a worker, on which every row of the conformance table is observed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.conformance.catalogue import all_rows
from tests.integration.conformance.endpoint import ARGUMENTS, SETTINGS, Endpoint
from tests.integration.conformance.observations import Observations
from tests.running_edge import running_edge


@pytest.fixture(scope="session")
def observations(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Observations]:
    directory = tmp_path_factory.mktemp("conformance")
    with running_edge(directory, *ARGUMENTS, environment=SETTINGS) as edge:
        yield Observations(Endpoint(edge.endpoint_url), all_rows())
