"""Configurations of which a bucket may have many: analytics, inventory, metrics, tiering.

The operations follow the API reference of Amazon S3 (PutBucketMetricsConfiguration and so on):
at most a hundred come in one list, and an id that is not there is NoSuchConfiguration.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from localtender.edge.buckets.documents import BucketDocuments, Document
from localtender.edge.protocol.errors import ServiceError
from localtender.edge.protocol.messages import HttpResponse

_PAGE: Final = 100
_NAMESPACE: Final = "http://s3.amazonaws.com/doc/2006-03-01/"
_XML: Final = (("Content-Type", "application/xml"),)
_OPERATION: Final = re.compile(
    r"(?P<verb>Put|Get|Delete|List)Bucket(?P<kind>Analytics|IntelligentTiering|Inventory|Metrics)"
    r"Configurations?"
)


@dataclass(frozen=True)
class NamedConfigurations:
    """Answers the operations on these configurations for buckets that exist."""

    documents: BucketDocuments

    def concern(self, operation: str) -> bool:
        """Whether an operation is one of these."""
        return _OPERATION.fullmatch(operation) is not None

    def answer(self, operation: str, parameters: dict[str, Any], body: bytes) -> HttpResponse:
        """Answer one of the operations.

        Raises
        ------
        ServiceError
            S3's error.
        """
        found = _OPERATION.fullmatch(operation)
        assert found is not None, f"{operation} is none of these operations"
        bucket, kind = str(parameters["Bucket"]), found["kind"]
        if found["verb"] == "List":
            return self._list(bucket, kind, str(parameters.get("ContinuationToken") or ""))
        identifier = str(parameters.get("Id") or "")
        if found["verb"] == "Put":
            _check(body, kind, identifier)
            self.documents.keep(bucket, kind, Document(body), identifier)
            return HttpResponse(200, (), b"")
        document = self.documents.get(bucket, kind, identifier)
        if document is None:
            raise ServiceError(
                "NoSuchConfiguration", "The specified configuration does not exist.", 404
            )
        if found["verb"] == "Get":
            return HttpResponse(200, _XML, document.body)
        self.documents.forget(bucket, kind, identifier)
        return HttpResponse(204, (), b"")

    def _list(self, bucket: str, kind: str, after: str) -> HttpResponse:
        waiting = [pair for pair in self.documents.all(bucket, kind) if pair[0] > after]
        page, rest = waiting[:_PAGE], waiting[_PAGE:]
        root = ElementTree.Element(f"List{kind}ConfigurationsResult", xmlns=_NAMESPACE)
        ElementTree.SubElement(root, "IsTruncated").text = str(bool(rest)).lower()
        if rest:
            ElementTree.SubElement(root, "NextContinuationToken").text = page[-1][0]
        root.extend(_without_namespace(ElementTree.fromstring(each.body)) for _, each in page)
        return HttpResponse(200, _XML, ElementTree.tostring(root, xml_declaration=True))


def _check(body: bytes, kind: str, identifier: str) -> None:
    malformed = ServiceError(
        "MalformedXML",
        "The XML you provided was not well-formed or did not validate against our published schema",
    )
    try:
        root = _without_namespace(ElementTree.fromstring(body))
    except ElementTree.ParseError as failure:
        raise malformed from failure
    if root.tag != f"{kind}Configuration":
        raise malformed
    if root.findtext("Id") != identifier:
        raise ServiceError(
            "InvalidArgument",
            f"The id in the document is not the one in the request: {escape(identifier)}",
        )


def _without_namespace(element: ElementTree.Element) -> ElementTree.Element:
    for each in element.iter():
        each.tag = each.tag.rpartition("}")[2]
    return element
