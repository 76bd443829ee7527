"""AWS Lambda: versions of layers, who else may use them, and what can be read about them.

Arguments, defaults, replace rules and import ids follow the documentation of
``aws_lambda_layer_version`` and ``aws_lambda_layer_version_permission``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, Final

from localtender.provider.blocks import request_of, state_of
from localtender.provider.call import Call
from localtender.provider.checks import each_of, length, matches, one_of
from localtender.provider.declaration import DataSource, Resource
from localtender.provider.errors import InvalidArgumentError, OperationError
from localtender.provider.resources.lambda_names import NOT_FOUND
from localtender.provider.resources.lambda_packages import package_of
from localtender.provider.values import UNKNOWN, Values

_ARCHITECTURES: Final = ("arm64", "x86_64")
_SOURCES: Final = ("filename", "s3_bucket", "s3_key", "s3_object_version")
_LAYER_NAME: Final = r"(arn:[\w-]+:lambda:[\w-]+:\d{12}:layer:)?[\w-]+"
_MEMBERS: Final = {
    "compatible_architectures": "CompatibleArchitectures",
    "compatible_runtimes": "CompatibleRuntimes",
    "description": "Description",
    "license_info": "LicenseInfo",
}
_CODE: Final = {
    "code_sha256": "CodeSha256",
    "signing_job_arn": "SigningJobArn",
    "signing_profile_version_arn": "SigningProfileVersionArn",
    "source_code_size": "CodeSize",
}


class LayerVersion(Resource):
    """``aws_lambda_layer_version``; its id is the version's ARN."""

    type_name = "aws_lambda_layer_version"
    service = "lambda"
    gone = NOT_FOUND
    replaces = (*_MEMBERS, *_SOURCES, "layer_name", "source_code_hash")
    conflicts = (
        ("filename", "s3_bucket"),
        ("filename", "s3_key"),
        ("filename", "s3_object_version"),
    )
    defaults = {"skip_destroy": False}
    checks = {
        "compatible_architectures": each_of(*_ARCHITECTURES),
        "license_info": length(0, 512),
    }

    def validate(self, config: Values) -> Iterable[InvalidArgumentError]:
        """Check that the code comes from somewhere."""
        bucket, key = config.get("s3_bucket"), config.get("s3_key")
        if all(config.get(name) is None for name in _SOURCES):
            yield InvalidArgumentError("filename", "filename or s3_bucket and s3_key must be set")
        elif UNKNOWN not in (bucket, key) and (bucket is None) != (key is None):
            yield InvalidArgumentError("s3_key", "s3_bucket and s3_key must be set together")

    def create(self, call: Call, planned: Values) -> Values:
        """Publish the version."""
        answer = call.client().publish_layer_version(
            LayerName=planned["layer_name"],
            Content=package_of(call, planned),
            **request_of(planned, _MEMBERS),
        )
        return {"id": answer["LayerVersionArn"]}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the version."""
        name, number = _layer_and_version(state["id"])
        answer = call.client().get_layer_version(LayerName=name, VersionNumber=number)
        found = _layer_state(answer)
        return {
            **found,
            "layer_name": state["layer_name"] or name,
            "source_code_hash": state["source_code_hash"] or found["code_sha256"],
            "version": str(answer["Version"]),
        }

    def update(self, call: Call, change: Any) -> None:
        """Nothing but ``skip_destroy`` changes in place, and AWS does not know it."""

    def delete(self, call: Call, state: Values) -> None:
        """Delete the version, unless it is to be kept."""
        if not state["skip_destroy"]:
            name, number = _layer_and_version(state["id"])
            call.client().delete_layer_version(LayerName=name, VersionNumber=number)

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take the version's ARN."""
        _layer_and_version(identifier)
        return {"id": identifier}


class LayerVersionPermission(Resource):
    """``aws_lambda_layer_version_permission``; its id is ``LAYER_NAME,VERSION_NUMBER``."""

    type_name = "aws_lambda_layer_version_permission"
    service = "lambda"
    gone = NOT_FOUND
    replaces = (
        "action",
        "layer_name",
        "organization_id",
        "principal",
        "skip_destroy",
        "statement_id",
        "version_number",
    )
    defaults = {"skip_destroy": False}
    checks = {"layer_name": matches(_LAYER_NAME, "expected the name of a layer or its ARN")}

    def create(self, call: Call, planned: Values) -> Values:
        """Add the statement to the version's policy."""
        request = {
            "action": "Action",
            "layer_name": "LayerName",
            "organization_id": "OrganizationId",
            "principal": "Principal",
            "statement_id": "StatementId",
            "version_number": "VersionNumber",
        }
        call.client().add_layer_version_permission(**request_of(planned, request))
        return {"id": f"{planned['layer_name']},{planned['version_number']}"}

    def read(self, call: Call, state: Values) -> Values | None:
        """Find the statement in the version's policy; after an import it is the first one."""
        name, number = _two_parts(state["id"])
        answer = call.client().get_layer_version_policy(LayerName=name, VersionNumber=number)
        wanted = state["statement_id"]
        for statement in json.loads(answer["Policy"])["Statement"]:
            if wanted in (None, statement["Sid"]):
                organizations = (statement.get("Condition") or {}).get("StringEquals") or {}
                return {
                    "action": statement["Action"],
                    "layer_name": name,
                    "organization_id": organizations.get("aws:PrincipalOrgID"),
                    "policy": answer["Policy"],
                    "principal": _account(statement["Principal"]),
                    "revision_id": answer["RevisionId"],
                    "statement_id": statement["Sid"],
                    "version_number": number,
                }
        return None

    def delete(self, call: Call, state: Values) -> None:
        """Remove the statement, unless it is to be kept."""
        if not state["skip_destroy"]:
            call.client().remove_layer_version_permission(
                LayerName=state["layer_name"],
                VersionNumber=state["version_number"],
                StatementId=state["statement_id"],
            )


class LayerVersionData(DataSource):
    """``aws_lambda_layer_version``; its id is the version's ARN."""

    type_name = "aws_lambda_layer_version"
    service = "lambda"
    exactly_one = (("layer_name", "layer_version_arn"),)
    conflicts = (
        ("compatible_architecture", "version"),
        ("compatible_runtime", "version"),
        ("compatible_architecture", "layer_version_arn"),
        ("compatible_runtime", "layer_version_arn"),
    )
    checks = {"compatible_architecture": one_of(*_ARCHITECTURES)}

    def read(self, call: Call, config: Values) -> Values:
        """Read the version named, or the newest one that suits."""
        client = call.client()
        if config["layer_version_arn"]:
            answer = client.get_layer_version_by_arn(Arn=config["layer_version_arn"])
        else:
            number = config["version"] or self._newest(call, config)
            answer = client.get_layer_version(LayerName=config["layer_name"], VersionNumber=number)
        found = _layer_state(answer)
        return {
            **found,
            "id": answer["LayerVersionArn"],
            "layer_name": config["layer_name"] or _layer_and_version(answer["LayerVersionArn"])[0],
            "layer_version_arn": answer["LayerVersionArn"],
            "source_code_hash": found["code_sha256"],
            "version": answer["Version"],
        }

    def _newest(self, call: Call, config: Values) -> int:
        wanted = {
            "compatible_architecture": "CompatibleArchitecture",
            "compatible_runtime": "CompatibleRuntime",
        }
        pages = (
            call.client()
            .get_paginator("list_layer_versions")
            .paginate(LayerName=config["layer_name"], **request_of(config, wanted))
        )
        numbers: list[int] = [
            version["Version"] for page in pages for version in page["LayerVersions"]
        ]
        if not numbers:
            raise OperationError(f"no version of the layer {config['layer_name']} suits")
        return max(numbers)


def _layer_state(answer: Values) -> Values:
    return {
        **state_of(answer, _MEMBERS),
        **{name: value or "" for name, value in state_of(answer["Content"], _CODE).items()},
        "arn": answer["LayerVersionArn"],
        "created_date": answer["CreatedDate"],
        "layer_arn": answer["LayerArn"],
    }


def _layer_and_version(arn: str) -> tuple[str, int]:
    found = re.fullmatch(r"arn:[\w-]+:lambda:[\w-]+:\d{12}:layer:([\w-]+):(\d+)", arn)
    if found is None:
        raise OperationError(f"expected the ARN of a layer's version, got {arn!r}")
    return found[1], int(found[2])


def _two_parts(identifier: str) -> tuple[str, int]:
    name, _, number = identifier.rpartition(",")
    if not name or not number.isdigit():
        raise OperationError(f"expected an id LAYER_NAME,VERSION_NUMBER, got {identifier!r}")
    return name, int(number)


def _account(principal: Any) -> str:
    if isinstance(principal, str):
        return principal
    arn = str(principal["AWS"])
    return arn.split(":")[4] if arn.startswith("arn:") else arn
