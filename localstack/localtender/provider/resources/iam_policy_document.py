"""AWS IAM: the data source that writes policy documents.

Follows the documentation of ``aws_iam_policy_document``; nothing is asked of AWS.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any, Final

from localtender.provider.call import Call
from localtender.provider.checks import matches, one_of
from localtender.provider.declaration import DataSource
from localtender.provider.documents import is_json
from localtender.provider.errors import OperationError
from localtender.provider.resources.iam_policy_statements import (
    Condition,
    PolicyDocument,
    Principal,
    Statement,
    one_or_sorted,
    read_document,
)
from localtender.provider.values import Values

_OLD_VERSION: Final = "2008-10-17"
_VERSION: Final = "2012-10-17"


def _is_unused(value: str) -> str | None:
    if not value:
        return None
    return "is not used any more; use source_policy_documents or override_policy_documents"


def _are_json(texts: Sequence[str | None]) -> str | None:
    for index, text in enumerate(texts):
        problem = None if text is None else is_json(text)
        if problem:
            return f"document {index}: {problem}"
    return None


class PolicyDocumentData(DataSource):
    """``aws_iam_policy_document``; its id is a checksum of the document."""

    type_name = "aws_iam_policy_document"
    service = "iam"
    checks = {
        "override_json": _is_unused,
        "override_policy_documents": _are_json,
        "source_json": _is_unused,
        "source_policy_documents": _are_json,
        "statement.effect": one_of("Allow", "Deny"),
        "statement.sid": matches(r"[a-zA-Z0-9]*", "must only include alphanumeric characters"),
        "version": one_of(_OLD_VERSION, _VERSION),
    }

    def read(self, call: Call, config: Values) -> Values:
        """Merge sources, own statements and overrides, in this order."""
        document = _merged_sources(config["source_policy_documents"])
        document = document.merged_with(_own_document(config))
        for index, text in enumerate(config["override_policy_documents"] or []):
            if text is not None:
                document = document.merged_with(_read(text, f"override_policy_documents[{index}]"))
        rendered = document.to_json()
        return {
            "id": str(zlib.crc32(rendered.encode())),
            "json": rendered,
            "minified_json": document.to_json(minified=True),
            "statement": [
                {**item, "effect": item["effect"] or "Allow"} for item in config["statement"] or []
            ],
            "version": config["version"] or _VERSION,
        }


def _merged_sources(texts: Sequence[str | None] | None) -> PolicyDocument:
    merged = PolicyDocument()
    sids: set[str] = set()
    for index, text in enumerate(texts or []):
        if text is None:
            continue
        document = _read(text, f"source_policy_documents[{index}]")
        for statement in document.statements:
            if statement.sid in sids:
                raise OperationError(
                    f"source_policy_documents[{index}] repeats the Sid {statement.sid}; remove "
                    "the Sid or make Sids unique"
                )
            sids |= {statement.sid} - {""}
        merged = merged.merged_with(document)
    return merged


def _read(text: str, where: str) -> PolicyDocument:
    try:
        return read_document(text)
    except OperationError as failure:
        raise OperationError(f"{where}: {failure}") from failure


def _own_document(config: Values) -> PolicyDocument:
    version = config["version"] or _VERSION
    statements: list[Statement] = []
    for item in config["statement"] or []:
        if item["sid"] and item["sid"] in [statement.sid for statement in statements]:
            raise OperationError(
                f"two statements have the Sid {item['sid']}; remove the Sid or make Sids unique"
            )
        statements.append(_statement(item, version))
    return PolicyDocument(version, config["policy_id"] or "", tuple(statements))


def _statement(item: Values, version: str) -> Statement:
    return Statement(
        sid=item["sid"] or "",
        effect=item["effect"] or "Allow",
        actions=_texts(item["actions"]),
        not_actions=_texts(item["not_actions"]),
        resources=_texts(item["resources"], version),
        not_resources=_texts(item["not_resources"], version),
        principals=_principals(item["principals"], version),
        not_principals=_principals(item["not_principals"], version),
        conditions=tuple(
            Condition(each["test"], each["variable"], _with_variables(each["values"], version))
            for each in item["condition"] or []
        ),
    )


def _principals(blocks: list[Values] | None, version: str) -> tuple[Principal, ...]:
    return tuple(
        Principal(block["type"], one_or_sorted(_with_variables(block["identifiers"], version)))
        for block in blocks or []
    )


def _texts(values: list[str] | None, version: str | None = None) -> Any:
    if not values:
        return None
    return one_or_sorted(_with_variables(values, version) if version else values)


def _with_variables(values: Sequence[str | None], version: str) -> list[str]:
    """Write policy variables, which stand as ``&{...}`` in HCL, as IAM has them."""
    texts = [value or "" for value in values]
    for text in texts:
        if version == _OLD_VERSION and "&{" in text:
            raise OperationError(
                f"{text}: version {_OLD_VERSION} has no policy variables (&{{...}})"
            )
    return [text.replace("&{", "${") for text in texts]
