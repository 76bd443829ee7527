"""``hashicorp/null``: resources that do nothing, for what depends on them."""
