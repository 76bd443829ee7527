"""``hashicorp/archive``: zip files from what is on disk."""
