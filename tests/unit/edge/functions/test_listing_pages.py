"""Lists a page at a time."""

from __future__ import annotations

import base64

import pytest

from localtender.edge.functions.control.paging import page
from localtender.edge.protocol.errors import ServiceError


def marker_of(position: str) -> str:
    return base64.b64encode(position.encode()).decode()


def test_a_marker_leads_to_the_next_page_until_there_is_none() -> None:
    items = list(range(5))
    first, marker = page(items, {"MaxItems": 2})
    second, another = page(items, {"MaxItems": 2, "Marker": marker})
    last, end = page(items, {"MaxItems": 2, "Marker": another})
    assert (first, second, last, end) == ([0, 1], [2, 3], [4], None)


def test_a_page_has_a_maximum_however_many_are_asked_for() -> None:
    items = list(range(300))
    assert len(page(items, {"MaxItems": 10_000})[0]) == 50
    assert len(page(items, {"MaxItems": 10_000}, maximum=100)[0]) == 100


@pytest.mark.parametrize("marker", ["no base64", marker_of("-1"), marker_of("x")])
def test_a_marker_that_was_never_given_out_is_refused(marker: str) -> None:
    with pytest.raises(ServiceError) as refused:
        page([1], {"Marker": marker})
    assert refused.value.code == "InvalidParameterValueException"
