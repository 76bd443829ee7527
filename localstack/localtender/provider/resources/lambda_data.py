"""AWS Lambda: what can be read about functions and aliases.

Attributes follow the documentation of the data sources ``aws_lambda_function``,
``aws_lambda_functions`` and ``aws_lambda_alias``.
"""

from __future__ import annotations

from localtender.provider.call import Call
from localtender.provider.declaration import DataSource
from localtender.provider.resources.lambda_function_reading import function_state, latest_version
from localtender.provider.resources.lambda_function_settings import configuration_state
from localtender.provider.resources.lambda_names import (
    LATEST,
    function_key,
    invoke_arn,
    is_function_name,
)
from localtender.provider.values import Values


class FunctionData(DataSource):
    """``aws_lambda_function``; its id is the function's name."""

    type_name = "aws_lambda_function"
    service = "lambda"
    checks = {"function_name": is_function_name}

    def read(self, call: Call, config: Values) -> Values:
        """Read the function, or the version or alias of it that the qualifier names."""
        name, qualifier = config["function_name"], config["qualifier"]
        answer = call.client().get_function(**function_key(name, qualifier))
        configuration = answer["Configuration"]
        bare = configuration["FunctionName"]
        arn = configuration["FunctionArn"]
        if qualifier:
            unqualified = arn.rpartition(":")[0] if arn.count(":") > 6 else arn
            version, qualified = configuration["Version"], f"{unqualified}:{qualifier}"
        else:
            latest = latest_version(call, bare)
            unqualified, version = arn, latest["Version"]
            qualified = f"{arn}:{version}" if version == LATEST else latest["FunctionArn"]
        return {
            **configuration_state(configuration),
            **function_state(call, answer),
            "arn": unqualified,
            "function_name": name,
            "id": bare,
            "invoke_arn": invoke_arn(call, unqualified),
            "qualified_arn": qualified,
            "qualified_invoke_arn": invoke_arn(call, qualified),
            "qualifier": qualifier,
            "source_code_hash": configuration.get("CodeSha256"),
            "version": version,
        }


class FunctionsData(DataSource):
    """``aws_lambda_functions``; its id is the region."""

    type_name = "aws_lambda_functions"
    service = "lambda"

    def read(self, call: Call, config: Values) -> Values:
        """List the functions of the region."""
        pages = call.client().get_paginator("list_functions").paginate()
        found = [function for page in pages for function in page["Functions"]]
        return {
            "function_arns": [function["FunctionArn"] for function in found],
            "function_names": [function["FunctionName"] for function in found],
            "id": call.region,
        }


class AliasData(DataSource):
    """``aws_lambda_alias``; its id is the alias's ARN."""

    type_name = "aws_lambda_alias"
    service = "lambda"
    checks = {"function_name": is_function_name}

    def read(self, call: Call, config: Values) -> Values:
        """Read the alias."""
        alias = call.client().get_alias(FunctionName=config["function_name"], Name=config["name"])
        return {
            "arn": alias["AliasArn"],
            "description": alias.get("Description"),
            "function_version": alias["FunctionVersion"],
            "id": alias["AliasArn"],
            "invoke_arn": invoke_arn(call, alias["AliasArn"]),
        }
