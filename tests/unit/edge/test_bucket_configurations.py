"""What the edge answers for S3 where the engine does not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from botocore.parsers import RestXMLParser

from localtender.edge.buckets.documents import BucketDocuments, Document
from localtender.edge.buckets.named_configurations import NamedConfigurations
from localtender.edge.protocol.errors import ServiceError
from localtender.edge.protocol.models import ServiceModels
from localtender.edge.snapshot import Snapshot

S3 = ServiceModels().get("s3")
METRIC = (
    b'<MetricsConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
    b"<Id>%s</Id><Filter><Prefix>documents/</Prefix></Filter></MetricsConfiguration>"
)


@pytest.fixture
def configurations() -> NamedConfigurations:
    return NamedConfigurations(BucketDocuments())


def ask(
    configurations: NamedConfigurations, operation: str, body: bytes = b"", **asked: str
) -> Any:
    response = configurations.answer(operation, {"Bucket": "ledger", **asked}, body)
    shape = S3.operation_model(operation).output_shape
    parsed = {"body": response.body, "headers": {}, "status_code": response.status}
    return {} if shape is None else RestXMLParser().parse(parsed, shape)


def test_a_configuration_comes_back_as_the_sdk_knows_it(
    configurations: NamedConfigurations,
) -> None:
    ask(configurations, "PutBucketMetricsConfiguration", METRIC % b"all", Id="all")
    answer = ask(configurations, "GetBucketMetricsConfiguration", Id="all")
    expected = {"Id": "all", "Filter": {"Prefix": "documents/"}}
    assert answer["MetricsConfiguration"] == expected
    listed = ask(configurations, "ListBucketMetricsConfigurations")
    assert listed["MetricsConfigurationList"] == [expected]
    assert listed["IsTruncated"] is False


def test_a_list_has_at_most_a_hundred_and_goes_on(configurations: NamedConfigurations) -> None:
    for number in range(101):
        name = f"{number:03}"
        ask(configurations, "PutBucketMetricsConfiguration", METRIC % name.encode(), Id=name)
    first = ask(configurations, "ListBucketMetricsConfigurations")
    assert len(first["MetricsConfigurationList"]) == 100
    token = first["NextContinuationToken"]
    rest = ask(configurations, "ListBucketMetricsConfigurations", ContinuationToken=token)
    assert [each["Id"] for each in rest["MetricsConfigurationList"]] == ["100"]


def test_kinds_do_not_see_each_other(configurations: NamedConfigurations) -> None:
    ask(configurations, "PutBucketMetricsConfiguration", METRIC % b"all", Id="all")
    with pytest.raises(ServiceError) as refused:
        ask(configurations, "GetBucketInventoryConfiguration", Id="all")
    assert (refused.value.code, refused.value.status) == ("NoSuchConfiguration", 404)


def test_a_deleted_configuration_is_not_there(configurations: NamedConfigurations) -> None:
    ask(configurations, "PutBucketMetricsConfiguration", METRIC % b"all", Id="all")
    ask(configurations, "DeleteBucketMetricsConfiguration", Id="all")
    with pytest.raises(ServiceError):
        ask(configurations, "DeleteBucketMetricsConfiguration", Id="all")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"no document", "MalformedXML"),
        (b"<InventoryConfiguration/>", "MalformedXML"),
        (METRIC % b"other", "InvalidArgument"),
    ],
)
def test_a_document_that_is_not_the_one_named_is_refused(
    configurations: NamedConfigurations, body: bytes, code: str
) -> None:
    with pytest.raises(ServiceError) as refused:
        ask(configurations, "PutBucketMetricsConfiguration", body, Id="all")
    assert refused.value.code == code


def test_documents_go_with_their_bucket_and_stay_over_a_restart(tmp_path: Path) -> None:
    snapshot = Snapshot(tmp_path / "state.pickle", "1")
    documents = BucketDocuments(snapshot)
    documents.keep("ledger", "Lifecycle", Document(b"<a/>"))
    documents.keep("journal", "Lifecycle", Document(b"<b/>"))
    documents.forget_bucket("journal")
    again = BucketDocuments(snapshot)
    assert again.get("ledger", "Lifecycle") == Document(b"<a/>")
    assert again.get("journal", "Lifecycle") is None
