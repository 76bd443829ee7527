"""``hashicorp/random``: values that stay as they first came out."""
