provider "aws" {
  region = var.region

  default_tags {
    tags = {
      Application = "payments"
      ManagedBy   = "terraform"
    }
  }
}

data "aws_caller_identity" "current" {}

data "aws_region" "current" {}

data "aws_partition" "current" {}
