from __future__ import annotations

from localtender.provider.resources.api_gateway_documentation import same_location
from localtender.provider.values import Values


def location(**given: str) -> list[Values]:
    return [dict.fromkeys(("method", "name", "path", "status_code", "type")) | given]


def test_a_location_that_names_the_defaults_is_the_same_as_one_that_does_not() -> None:
    written_out = location(type="METHOD", path="/", method="*")
    assert same_location(location(type="METHOD"), written_out)
    assert not same_location(location(type="METHOD"), location(type="METHOD", method="PUT"))
