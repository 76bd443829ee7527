"""The small providers that Terraform for AWS leans on: archive, random, null, time, local.

Each is a package here, named after its provider; its types declare their schemas themselves.
"""
