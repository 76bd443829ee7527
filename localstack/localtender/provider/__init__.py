"""hashicorp/aws for Terraform, served from Python against a loopback endpoint."""
