"""Amazon DynamoDB: what can be read about tables.

Attributes and ids follow the documentation of the data sources ``aws_dynamodb_table`` and
``aws_dynamodb_tables``.
"""

from __future__ import annotations

from localtender.provider.call import Call
from localtender.provider.declaration import DataSource
from localtender.provider.resources.dynamodb_states import beside_the_description, table_state
from localtender.provider.values import Values


class TableData(DataSource):
    """``aws_dynamodb_table``; its id is the table's name."""

    type_name = "aws_dynamodb_table"
    service = "dynamodb"

    def read(self, call: Call, config: Values) -> Values:
        """Read the table's description and what stands beside it."""
        table = call.client().describe_table(TableName=config["name"])["Table"]
        found = table_state(table) | beside_the_description(call, config["name"], table["TableArn"])
        return {**found, "id": table["TableName"]}


class TablesData(DataSource):
    """``aws_dynamodb_tables``: the names of the region's tables."""

    type_name = "aws_dynamodb_tables"
    service = "dynamodb"

    def read(self, call: Call, config: Values) -> Values:
        """List the tables."""
        return {"names": call.pages("list_tables", "TableNames")}
