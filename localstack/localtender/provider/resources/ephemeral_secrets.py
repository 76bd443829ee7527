"""Secrets and parameters as ephemeral resources: read in every run, stored nowhere."""

from __future__ import annotations

import base64
from datetime import UTC
from typing import Final

from localtender.provider.call import Call
from localtender.provider.checks import is_arn
from localtender.provider.declaration import EphemeralResource
from localtender.provider.schema.model import Attribute, Block
from localtender.provider.values import Values

_COMPUTED: Final = Attribute("string", computed=True)
_DEFAULTED: Final = Attribute("string", optional=True, computed=True)
_REQUIRED: Final = Attribute("string", required=True)


class EphemeralSecretVersion(EphemeralResource):
    """``aws_secretsmanager_secret_version``: the current version unless another one is named."""

    type_name = "aws_secretsmanager_secret_version"
    service = "secretsmanager"
    schema = Block(
        {
            "arn": _COMPUTED,
            "created_date": _COMPUTED,
            "region": _DEFAULTED,
            "secret_binary": _COMPUTED,
            "secret_id": _REQUIRED,
            "secret_string": _COMPUTED,
            "version_id": _DEFAULTED,
            "version_stage": _DEFAULTED,
            "version_stages": Attribute(["list", "string"], computed=True),
        }
    )
    sensitive = ("secret_binary", "secret_string")

    def open(self, call: Call, config: Values) -> Values:
        """Read the version."""
        named = {
            "VersionId": config["version_id"],
            "VersionStage": config["version_stage"]
            or (None if config["version_id"] else "AWSCURRENT"),
        }
        answer = call.client().get_secret_value(
            SecretId=config["secret_id"],
            **{name: value for name, value in named.items() if value},
        )
        binary = answer.get("SecretBinary")
        return {
            "arn": answer["ARN"],
            "created_date": f"{answer['CreatedDate'].astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "secret_binary": None if binary is None else base64.b64encode(binary).decode(),
            "secret_string": answer.get("SecretString"),
            "version_id": answer["VersionId"],
            "version_stage": named["VersionStage"],
            "version_stages": answer["VersionStages"],
        }


class EphemeralParameter(EphemeralResource):
    """``aws_ssm_parameter``, named by its ARN."""

    type_name = "aws_ssm_parameter"
    service = "ssm"
    schema = Block(
        {
            "arn": _REQUIRED,
            "name": _COMPUTED,
            "region": _DEFAULTED,
            "type": _COMPUTED,
            "value": _COMPUTED,
            "version": Attribute("number", computed=True),
            "with_decryption": Attribute("bool", optional=True, computed=True),
        }
    )
    sensitive = ("value",)
    checks = {"arn": is_arn}

    def open(self, call: Call, config: Values) -> Values:
        """Read the parameter; decrypted unless that is refused."""
        decrypted = config["with_decryption"] is not False
        answer = call.client().get_parameter(Name=config["arn"], WithDecryption=decrypted)
        found = answer["Parameter"]
        return {
            "arn": found["ARN"],
            "name": found["Name"],
            "type": found["Type"],
            "value": found["Value"],
            "version": found["Version"],
            "with_decryption": decrypted,
        }
