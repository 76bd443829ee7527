"""``hashicorp/tls``: keys and certificates, made here and kept in the state."""
