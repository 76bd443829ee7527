"""AWS Systems Manager: parameters."""

from __future__ import annotations

from tests.integration.terraform.life import Aws, Life, Lives, Values
from tests.terraform_folder import TerraformFolder

PARAMETERS = """
resource "aws_ssm_parameter" "url" {
  name           = "/payments/url"
  type           = "String"
  insecure_value = "http://127.0.0.1:4567/paypal"
  description    = "Where payments go"
  tags           = { team = "payments" }
}

resource "aws_ssm_parameter" "secret" {
  name  = "/payments/paypal/secret"
  type  = "SecureString"
  value = "s3cret"
}

resource "aws_ssm_parameter" "hidden" {
  name             = "/payments/hidden"
  type             = "SecureString"
  value_wo         = "not in the state"
  value_wo_version = 1
}

data "aws_ssm_parameter" "url" {
  name = aws_ssm_parameter.url.name
}

data "aws_ssm_parameter" "secret" {
  name = aws_ssm_parameter.secret.arn
}

data "aws_ssm_parameter" "sealed" {
  name            = aws_ssm_parameter.secret.name
  with_decryption = false
}

data "aws_ssm_parameters_by_path" "payments" {
  path       = "/payments"
  depends_on = [aws_ssm_parameter.url, aws_ssm_parameter.secret, aws_ssm_parameter.hidden]
}

data "aws_ssm_parameters_by_path" "all" {
  path       = "/payments"
  recursive  = true
  depends_on = [aws_ssm_parameter.url, aws_ssm_parameter.secret, aws_ssm_parameter.hidden]
}
"""


def check_the_values(terraform: TerraformFolder, aws: Aws) -> None:
    url = terraform.values("aws_ssm_parameter.url")
    assert url["id"] == "/payments/url"
    assert url["value"] is None
    assert url["version"] == 1
    assert terraform.values("aws_ssm_parameter.secret")["value"] == "s3cret"
    assert terraform.values("aws_ssm_parameter.hidden")["has_value_wo"] is True
    hidden = aws("ssm").get_parameter(Name="/payments/hidden", WithDecryption=True)
    assert hidden["Parameter"]["Value"] == "not in the state"
    found = terraform.values("data.aws_ssm_parameter.url")
    assert found["id"] == found["name"] == "/payments/url"
    assert found["arn"] == url["arn"]
    assert found["value"] == found["insecure_value"] == "http://127.0.0.1:4567/paypal"
    secret = terraform.values("data.aws_ssm_parameter.secret")
    assert secret["name"] == "/payments/paypal/secret"
    assert (secret["value"], secret["insecure_value"]) == ("s3cret", None)
    assert terraform.values("data.aws_ssm_parameter.sealed")["value"] != "s3cret"
    here = terraform.values("data.aws_ssm_parameters_by_path.payments")
    assert sorted(here["names"]) == ["/payments/hidden", "/payments/url"]
    below = terraform.values("data.aws_ssm_parameters_by_path.all")
    values = dict(zip(below["names"], below["values"], strict=True))
    assert values["/payments/paypal/secret"] == "s3cret"
    assert len(below["arns"]) == len(below["types"]) == len(values) == 3


def is_kept(aws: Aws, values: Values) -> bool:
    listed = aws("ssm").describe_parameters()["Parameters"]
    return values["name"] in {each["Name"] for each in listed}


LIVES = (
    Lives(
        "parameters",
        PARAMETERS,
        lives=(
            Life(
                "aws_ssm_parameter.url",
                is_there=is_kept,
                update=(":4567", ":4568"),
                replace=('"/payments/url"', '"/payments/address"'),
                drift=lambda aws, values: aws("ssm").add_tags_to_resource(
                    ResourceType="Parameter",
                    ResourceId=values["name"],
                    Tags=[{"Key": "team", "Value": "hands"}],
                ),
                drifted=("tags", "tags_all"),
                vanish=lambda aws, values: aws("ssm").delete_parameter(Name=values["name"]),
                # Whether a value is to be shown is the configuration's own business.
                unreadable=("insecure_value", "value"),
            ),
            Life(
                "aws_ssm_parameter.secret",
                is_there=is_kept,
                update=("s3cret", "other"),
                drift=lambda aws, values: aws("ssm").put_parameter(
                    Name=values["name"], Value="by hand", Overwrite=True
                ),
                drifted=("value", "version"),
            ),
            Life(
                "aws_ssm_parameter.hidden",
                is_there=is_kept,
                update=("value_wo_version = 1", "value_wo_version = 2"),
                unreadable=("has_value_wo", "value", "value_wo_version", "version"),
            ),
        ),
        check=check_the_values,
    ),
)
