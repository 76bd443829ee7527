"""Amazon Cognito: looking up user pools, their clients and groups.

Follows the documentation of the data sources ``aws_cognito_user_pools``,
``aws_cognito_user_pool``, ``aws_cognito_user_pool_client``, ``aws_cognito_user_pool_clients``,
``aws_cognito_user_group`` and ``aws_cognito_user_groups``.
"""

from __future__ import annotations

from typing import Any, Final

from localtender.provider.call import Call
from localtender.provider.declaration import DataSource
from localtender.provider.resources.cognito_clients import client_state
from localtender.provider.resources.cognito_members import to_state
from localtender.provider.resources.cognito_pool_settings import pool_state
from localtender.provider.resources.cognito_schema import constraint_states
from localtender.provider.values import Values

_MOST_POOLS: Final = 60
_GROUP: Final = {"description": "Description", "precedence": "Precedence", "role_arn": "RoleArn"}
_ATTRIBUTE: Final = {
    "attribute_data_type": "AttributeDataType",
    "developer_only_attribute": "DeveloperOnlyAttribute",
    "mutable": "Mutable",
    "name": "Name",
    "required": "Required",
}


class UserPoolsData(DataSource):
    """``aws_cognito_user_pools``: those of one name, which is also its id."""

    type_name = "aws_cognito_user_pools"
    service = "cognito-idp"

    def read(self, call: Call, config: Values) -> Values:
        """List the pools that are called so; there may be none."""
        pools = call.pages("list_user_pools", "UserPools", MaxResults=_MOST_POOLS)
        ids = [pool["Id"] for pool in pools if pool["Name"] == config["name"]]
        prefix = f"arn:{call.partition}:cognito-idp:{call.region}:{call.account_id}:userpool"
        return {
            "arns": [f"{prefix}/{identifier}" for identifier in ids],
            "id": config["name"],
            "ids": ids,
        }


class UserPoolData(DataSource):
    """``aws_cognito_user_pool``; its id is the pool's."""

    type_name = "aws_cognito_user_pool"
    service = "cognito-idp"

    def read(self, call: Call, config: Values) -> Values:
        """Describe the pool, with all attributes of its users."""
        identifier = config["user_pool_id"]
        pool = call.client().describe_user_pool(UserPoolId=identifier)["UserPool"]
        found = pool_state(pool)
        administration = pool.get("AdminCreateUserConfig") or {}
        for block in found["admin_create_user_config"]:
            block["unused_account_validity_days"] = administration.get("UnusedAccountValidityDays")
        for block in found["email_configuration"]:
            block["from"] = block["from_email_address"]
        return {
            **found,
            "id": identifier,
            "mfa_configuration": pool.get("MfaConfiguration"),
            "schema_attributes": [
                {**to_state(each, _ATTRIBUTE), **constraint_states(each)}
                for each in pool.get("SchemaAttributes") or []
            ],
            "sms_configuration_failure": pool.get("SmsConfigurationFailure"),
            "user_pool_tags": found["tags"],
        }


class UserPoolClientData(DataSource):
    """``aws_cognito_user_pool_client``; its id is the client's."""

    type_name = "aws_cognito_user_pool_client"
    service = "cognito-idp"
    sensitive = ("client_secret",)

    def read(self, call: Call, config: Values) -> Values:
        """Describe the client."""
        answer = call.client().describe_user_pool_client(
            UserPoolId=config["user_pool_id"], ClientId=config["client_id"]
        )
        return {**client_state(answer["UserPoolClient"]), "id": config["client_id"]}


class UserPoolClientsData(DataSource):
    """``aws_cognito_user_pool_clients``; its id is the pool's."""

    type_name = "aws_cognito_user_pool_clients"
    service = "cognito-idp"

    def read(self, call: Call, config: Values) -> Values:
        """List the pool's clients."""
        pool = config["user_pool_id"]
        found = call.pages("list_user_pool_clients", "UserPoolClients", UserPoolId=pool)
        return {
            "client_ids": [each["ClientId"] for each in found],
            "client_names": [each["ClientName"] for each in found],
            "id": pool,
        }


class UserGroupData(DataSource):
    """``aws_cognito_user_group``; its id is ``POOL/GROUP``."""

    type_name = "aws_cognito_user_group"
    service = "cognito-idp"

    def read(self, call: Call, config: Values) -> Values:
        """Read the group."""
        pool, name = config["user_pool_id"], config["name"]
        group: dict[str, Any] = call.client().get_group(UserPoolId=pool, GroupName=name)["Group"]
        return {**to_state(group, _GROUP), "id": f"{pool}/{name}"}


class UserGroupsData(DataSource):
    """``aws_cognito_user_groups``; its id is the pool's."""

    type_name = "aws_cognito_user_groups"
    service = "cognito-idp"

    def read(self, call: Call, config: Values) -> Values:
        """List the pool's groups."""
        pool = config["user_pool_id"]
        names = {**_GROUP, "group_name": "GroupName"}
        found = call.pages("list_groups", "Groups", UserPoolId=pool)
        return {"groups": [to_state(each, names) for each in found], "id": pool}
