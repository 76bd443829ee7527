"""AWS Certificate Manager: a certificate that is asked for, and the wait for it."""

from __future__ import annotations

from botocore.exceptions import ClientError

from tests.integration.terraform.life import NOT_IMPORTABLE, Aws, Life, Lives, Values
from tests.terraform_folder import TerraformFolder

CERTIFICATE = """
resource "aws_acm_certificate" "pay" {
  domain_name               = "pay.example.com"
  subject_alternative_names = ["*.pay.example.com"]
  validation_method         = "DNS"
  options {
    certificate_transparency_logging_preference = "ENABLED"
  }
  tags = { team = "payments" }
  lifecycle {
    create_before_destroy = true
  }
}

resource "terraform_data" "record" {
  for_each = {
    for option in aws_acm_certificate.pay.domain_validation_options :
    replace(option.domain_name, "*", "any") => option.resource_record_name
  }
  input = each.value
}

resource "aws_acm_certificate_validation" "pay" {
  certificate_arn         = aws_acm_certificate.pay.arn
  validation_record_fqdns = [for record in terraform_data.record : record.output]
}
"""


def is_there(aws: Aws, values: Values) -> bool:
    try:
        aws("acm").describe_certificate(CertificateArn=values["arn"])
    except ClientError as failure:
        if failure.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return False
    return True


def check_records(terraform: TerraformFolder, _aws: Aws) -> None:
    certificate = terraform.values("aws_acm_certificate.pay")
    domains = ["*.pay.example.com", "pay.example.com"]
    assert sorted(certificate["subject_alternative_names"]) == domains
    options = certificate["domain_validation_options"]
    assert [option["domain_name"] for option in options] == domains
    assert terraform.values("aws_acm_certificate_validation.pay")["id"].endswith(" +0000 UTC")


def change(aws: Aws, values: Values) -> None:
    acm = aws("acm")
    acm.update_certificate_options(
        CertificateArn=values["arn"],
        Options={"CertificateTransparencyLoggingPreference": "ENABLED"},
    )
    tags = [{"Key": "by", "Value": "hand"}]
    acm.add_tags_to_certificate(CertificateArn=values["arn"], Tags=tags)


LIVES = (
    Lives(
        "a certificate",
        CERTIFICATE,
        check=check_records,
        lives=(
            Life(
                "aws_acm_certificate.pay",
                is_there=is_there,
                update=('preference = "ENABLED"', 'preference = "DISABLED"'),
                replace=('"pay.example.com"', '"paid.example.com"'),
                drift=change,
                drifted=("options", "tags"),
                vanish=lambda aws, values: aws("acm").delete_certificate(
                    CertificateArn=values["arn"]
                ),
            ),
            Life("aws_acm_certificate_validation.pay", import_id=NOT_IMPORTABLE),
        ),
    ),
)
