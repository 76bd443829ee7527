"""Customers, the ledger of payments and idempotency records in DynamoDB."""
