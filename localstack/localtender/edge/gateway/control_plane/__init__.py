"""The API Gateway V1 API (`apigateway` in botocore): one module per family of operations."""
