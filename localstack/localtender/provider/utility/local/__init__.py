"""``hashicorp/local``: files beside the configuration."""
