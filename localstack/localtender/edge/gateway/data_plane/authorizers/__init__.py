"""Who may call a method: one module per kind of authorizer."""
