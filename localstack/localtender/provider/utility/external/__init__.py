"""``hashicorp/external``: what a program says."""
