"""Resource types and data sources, one module per AWS service."""
