"""``hashicorp/http``: what a server answers."""
