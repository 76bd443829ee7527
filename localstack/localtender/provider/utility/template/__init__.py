"""``hashicorp/template``: given up in favour of ``templatefile``, and still in use."""
