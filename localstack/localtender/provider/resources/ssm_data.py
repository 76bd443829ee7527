"""AWS Systems Manager: looking up parameters.

Follows the documentation of the data sources ``aws_ssm_parameter`` and
``aws_ssm_parameters_by_path``.
"""

from __future__ import annotations

from typing import Final

from localtender.provider.call import Call
from localtender.provider.declaration import DataSource
from localtender.provider.errors import OperationError
from localtender.provider.service_errors import error_code
from localtender.provider.values import Values

_SECURE: Final = "SecureString"


class ParameterData(DataSource):
    """``aws_ssm_parameter``, by name or ARN; its id is the parameter's name."""

    type_name = "aws_ssm_parameter"
    service = "ssm"
    sensitive = ("value",)

    def read(self, call: Call, config: Values) -> Values:
        """Read the parameter, decrypted unless that is refused."""
        decrypted, name = config["with_decryption"] is not False, config["name"]
        try:
            answer = call.client().get_parameter(Name=name, WithDecryption=decrypted)
        except Exception as failure:
            if error_code(failure) != "ParameterNotFound":
                raise
            raise OperationError(f"there is no SSM parameter {name} in {call.region}") from failure
        found = answer["Parameter"]
        return {
            "arn": found["ARN"],
            "id": found["Name"],
            "insecure_value": None if found["Type"] == _SECURE else found["Value"],
            "name": found["Name"],
            "type": found["Type"],
            "value": found["Value"],
            "version": found["Version"],
            "with_decryption": decrypted,
        }


class ParametersByPathData(DataSource):
    """``aws_ssm_parameters_by_path``; its id is the path."""

    type_name = "aws_ssm_parameters_by_path"
    service = "ssm"
    sensitive = ("values",)

    def read(self, call: Call, config: Values) -> Values:
        """Read the parameters below the path, of all levels only if that is wanted."""
        decrypted, recursive = config["with_decryption"] is not False, bool(config["recursive"])
        found = call.pages(
            "get_parameters_by_path",
            "Parameters",
            Path=config["path"],
            Recursive=recursive,
            WithDecryption=decrypted,
        )
        return {
            "arns": [each["ARN"] for each in found],
            "id": config["path"],
            "names": [each["Name"] for each in found],
            "recursive": recursive,
            "types": [each["Type"] for each in found],
            "values": [each["Value"] for each in found],
            "with_decryption": decrypted,
        }
