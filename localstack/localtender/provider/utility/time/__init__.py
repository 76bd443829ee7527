"""``hashicorp/time``: moments and pauses."""
