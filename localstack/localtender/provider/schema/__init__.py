"""The real AWS provider's schema: loading it, and putting it on the wire."""
