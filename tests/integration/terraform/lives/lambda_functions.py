"""AWS Lambda: a function with all that stands around it."""

from __future__ import annotations

import io
import json
import zipfile

from tests.integration.terraform.life import NOT_IMPORTABLE, Aws, Life, Lives, Values
from tests.running_edge import until
from tests.terraform_folder import TerraformFolder


def package(source: str) -> bytes:
    """Return a package with one module; the same bytes for the same source."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as content:
        content.writestr(zipfile.ZipInfo("main.py"), source)
    return archive.getvalue()


PACKAGE = package("def handler(event, context): return {'got': event}")

ROLE = """
data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "payments" {
  name               = "payments"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy" "payments" {
  role = aws_iam_role.payments.name
  name = "payments"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["sqs:*", "sns:*"], Resource = "*" }]
  })
}
"""

FUNCTION = (
    ROLE
    + """
resource "aws_lambda_function" "payments" {
  function_name                  = "payments"
  description                    = "Pays"
  role                           = aws_iam_role.payments.arn
  depends_on                     = [aws_iam_role_policy.payments]
  runtime                        = "python3.12"
  handler                        = "main.handler"
  filename                       = "package/payments.zip"
  source_code_hash               = filebase64sha256("package/payments.zip")
  layers                         = [aws_lambda_layer_version.libraries.arn]
  timeout                        = 10
  memory_size                    = 192
  reserved_concurrent_executions = 5
  publish                        = true
  environment {
    variables = { TABLE = "payments" }
  }
  dead_letter_config {
    target_arn = aws_sqs_queue.lost.arn
  }
  ephemeral_storage {
    size = 1024
  }
  logging_config {
    log_format = "JSON"
  }
  tracing_config {
    mode = "Active"
  }
  tags = { team = "payments" }
}

resource "aws_lambda_function" "echo" {
  function_name = "echo"
  role          = aws_iam_role.payments.arn
  runtime       = "python3.12"
  handler       = "main.handler"
  filename      = "package/payments.zip"
}

resource "aws_lambda_layer_version" "libraries" {
  layer_name               = "libraries"
  description              = "What functions share"
  filename                 = "package/payments.zip"
  source_code_hash         = filebase64sha256("package/payments.zip")
  compatible_runtimes      = ["python3.12", "python3.13"]
  compatible_architectures = ["x86_64"]
  license_info             = "MIT"
  lifecycle {
    ignore_changes        = [filename]
    create_before_destroy = true
  }
}

resource "aws_lambda_layer_version_permission" "everybody" {
  layer_name     = aws_lambda_layer_version.libraries.layer_name
  version_number = aws_lambda_layer_version.libraries.version
  statement_id   = "everybody"
  action         = "lambda:GetLayerVersion"
  principal      = "111122223333"
}

resource "aws_lambda_alias" "live" {
  name             = "live"
  description      = "What callers use"
  function_name    = aws_lambda_function.payments.arn
  function_version = aws_lambda_function.payments.version
}

resource "aws_lambda_alias" "next" {
  name             = "next"
  description      = "What callers try"
  function_name    = aws_lambda_function.payments.function_name
  function_version = aws_lambda_function.payments.version
}

resource "aws_lambda_permission" "gateway" {
  statement_id  = "AllowGateway"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.payments.function_name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "arn:aws:execute-api:eu-central-1:000000000000:abc/live/*/*"
}

resource "aws_lambda_permission" "alias" {
  statement_id_prefix = "events-"
  action              = "lambda:InvokeFunction"
  function_name       = aws_lambda_function.payments.function_name
  qualifier           = aws_lambda_alias.live.name
  principal           = "events.amazonaws.com"
  source_account      = "000000000000"
}

resource "aws_lambda_function_url" "public" {
  function_name      = aws_lambda_function.payments.function_name
  authorization_type = "NONE"
  cors {
    allow_origins = ["https://example.com"]
    allow_methods = ["POST"]
    max_age       = 600
  }
}

resource "aws_lambda_function_url" "live" {
  function_name      = aws_lambda_function.payments.arn
  qualifier          = aws_lambda_alias.live.name
  authorization_type = "AWS_IAM"
  invoke_mode        = "RESPONSE_STREAM"
}

resource "aws_lambda_function_event_invoke_config" "payments" {
  function_name                = aws_lambda_function.payments.function_name
  maximum_event_age_in_seconds = 120
  maximum_retry_attempts       = 0
  destination_config {
    on_failure {
      destination = aws_sqs_queue.lost.arn
    }
  }
}

resource "aws_lambda_function_event_invoke_config" "live" {
  function_name          = aws_lambda_alias.live.function_name
  qualifier              = aws_lambda_alias.live.name
  maximum_retry_attempts = 1
}

resource "aws_lambda_provisioned_concurrency_config" "live" {
  function_name                     = aws_lambda_function.payments.function_name
  qualifier                         = aws_lambda_alias.live.name
  provisioned_concurrent_executions = 1
}

resource "aws_lambda_invocation" "seed" {
  function_name = aws_lambda_function.payments.function_name
  input         = jsonencode({ seed = "first" })
  triggers      = { version = "one" }
}

resource "aws_lambda_invocation" "followed" {
  function_name   = aws_lambda_function.payments.function_name
  input           = jsonencode({ step = "a" })
  lifecycle_scope = "CRUD"
}

resource "aws_sqs_queue" "lost" {
  name = "lost"
}

resource "aws_sqs_queue" "work" {
  name = "work"
}

resource "aws_sqs_queue" "other" {
  name = "other"
}

resource "aws_lambda_event_source_mapping" "work" {
  event_source_arn        = aws_sqs_queue.work.arn
  function_name           = aws_lambda_function.payments.function_name
  function_response_types = ["ReportBatchItemFailures"]
  batch_size              = 4
  filter_criteria {
    filter {
      pattern = jsonencode({ body = { kind = ["payment"] } })
    }
  }
  scaling_config {
    maximum_concurrency = 5
  }
  tags = { team = "payments" }
}

data "aws_lambda_function" "payments" {
  function_name = aws_lambda_function.payments.function_name
  depends_on    = [aws_lambda_alias.live]
}

data "aws_lambda_function" "live" {
  function_name = aws_lambda_function.payments.function_name
  qualifier     = aws_lambda_alias.live.name
}

data "aws_lambda_functions" "all" {
  depends_on = [aws_lambda_function.payments, aws_lambda_function.echo]
}

data "aws_lambda_alias" "live" {
  function_name = aws_lambda_function.payments.function_name
  name          = aws_lambda_alias.live.name
}

data "aws_lambda_layer_version" "newest" {
  layer_name         = aws_lambda_layer_version.libraries.layer_name
  compatible_runtime = "python3.13"
}

data "aws_lambda_layer_version" "exact" {
  layer_version_arn = aws_lambda_layer_version.libraries.arn
}

data "aws_lambda_function_url" "public" {
  function_name = aws_lambda_function_url.public.function_name
}

data "aws_lambda_invocation" "echo" {
  function_name = aws_lambda_function.echo.function_name
  input         = jsonencode({ key = "value" })
}
"""
)


def function_exists(aws: Aws, values: Values) -> bool:
    functions = aws("lambda").list_functions()["Functions"]
    return values["function_name"] in [function["FunctionName"] for function in functions]


def retune(aws: Aws, values: Values) -> None:
    functions, name = aws("lambda"), values["function_name"]
    functions.update_function_configuration(
        FunctionName=name,
        Description="Spends",
        MemorySize=256,
        Timeout=7,
        Environment={"Variables": {"TABLE": "other"}},
        DeadLetterConfig={"TargetArn": ""},
        EphemeralStorage={"Size": 2048},
        LoggingConfig={"LogFormat": "Text"},
        TracingConfig={"Mode": "PassThrough"},
        Layers=[],
        Handler="main.other",
        Runtime="python3.13",
    )
    functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=7)
    functions.tag_resource(Resource=values["arn"], Tags={"by": "hand"})
    functions.update_function_code(FunctionName=name, ZipFile=package("def handler(*_): ..."))


RETUNED = (
    "code_sha256",
    "dead_letter_config",
    "description",
    "environment",
    "ephemeral_storage",
    "handler",
    "layers",
    "logging_config",
    "memory_size",
    "reserved_concurrent_executions",
    "runtime",
    "tags",
    "timeout",
    "tracing_config",
)


def has_statement(aws: Aws, values: Values) -> bool:
    functions = aws("lambda")
    try:
        qualifier = {"Qualifier": values["qualifier"]} if values["qualifier"] else {}
        policy = functions.get_policy(FunctionName=values["function_name"], **qualifier)
    except functions.exceptions.ResourceNotFoundException:
        return False
    return values["id"] in [s["Sid"] for s in json.loads(policy["Policy"])["Statement"]]


def forget_statement(aws: Aws, values: Values) -> None:
    qualifier = {"Qualifier": values["qualifier"]} if values["qualifier"] else {}
    aws("lambda").remove_permission(
        FunctionName=values["function_name"], StatementId=values["id"], **qualifier
    )


def permission_id(values: Values) -> str:
    qualifier = f":{values['qualifier']}" if values["qualifier"] else ""
    return f"{values['function_name']}{qualifier}/{values['id']}"


def layer_exists(aws: Aws, values: Values) -> bool:
    versions = aws("lambda").list_layer_versions(LayerName=values["layer_name"])["LayerVersions"]
    return values["arn"] in [version["LayerVersionArn"] for version in versions]


def url_exists(aws: Aws, values: Values) -> bool:
    functions = aws("lambda")
    try:
        found = functions.list_function_url_configs(FunctionName=values["function_name"])
    except functions.exceptions.ResourceNotFoundException:
        return False
    return values["function_url"] in [url["FunctionUrl"] for url in found["FunctionUrlConfigs"]]


def open_wider(aws: Aws, values: Values) -> None:
    aws("lambda").update_function_url_config(
        FunctionName=values["function_name"],
        AuthType="AWS_IAM",
        InvokeMode="RESPONSE_STREAM",
        Cors={"AllowOrigins": ["*"], "AllowHeaders": ["date"], "MaxAge": 5},
    )


def invoke_config_exists(aws: Aws, values: Values) -> bool:
    functions = aws("lambda")
    try:
        found = functions.list_function_event_invoke_configs(FunctionName=values["function_name"])
    except functions.exceptions.ResourceNotFoundException:
        return False
    arns = [config["FunctionArn"] for config in found["FunctionEventInvokeConfigs"]]
    return any(arn.endswith(f":{values['qualifier'] or '$LATEST'}") for arn in arns)


def provisioned_exists(aws: Aws, values: Values) -> bool:
    functions = aws("lambda")
    try:
        found = functions.list_provisioned_concurrency_configs(FunctionName=values["function_name"])
    except functions.exceptions.ResourceNotFoundException:
        return False
    return bool(found["ProvisionedConcurrencyConfigs"])


def mapping_exists(aws: Aws, values: Values) -> bool:
    mappings = aws("lambda").list_event_source_mappings()["EventSourceMappings"]
    return values["uuid"] in [mapping["UUID"] for mapping in mappings]


def remap(aws: Aws, values: Values) -> None:
    aws("lambda").update_event_source_mapping(
        UUID=values["uuid"],
        BatchSize=3,
        Enabled=False,
        FilterCriteria={},
        FunctionResponseTypes=[],
        ScalingConfig={},
    )


def unmap(aws: Aws, values: Values) -> None:
    aws("lambda").delete_event_source_mapping(UUID=values["uuid"])
    until(lambda: not mapping_exists(aws, values))


def alias_exists(aws: Aws, values: Values) -> bool:
    functions = aws("lambda")
    try:
        functions.get_alias(FunctionName=values["function_name"], Name=values["name"])
    except functions.exceptions.ResourceNotFoundException:
        return False
    return True


def repoint(aws: Aws, values: Values) -> None:
    aws("lambda").update_alias(
        FunctionName=values["function_name"],
        Name=values["name"],
        Description="Moved",
        FunctionVersion="$LATEST",
    )


def vanish_layer(aws: Aws, values: Values) -> None:
    aws("lambda").delete_layer_version(
        LayerName=values["layer_name"], VersionNumber=int(values["version"])
    )


def what_data_sources_say(terraform: TerraformFolder, aws: Aws) -> None:
    function = terraform.values("aws_lambda_function.payments")
    read = terraform.values("data.aws_lambda_function.payments")
    same = ("arn", "memory_size", "environment", "layers", "version", "qualified_arn", "timeout")
    assert {name: read[name] for name in same} == {name: function[name] for name in same}
    live = terraform.values("data.aws_lambda_function.live")
    assert live["qualified_arn"] == f"{function['arn']}:live"
    assert live["version"] == "1"
    assert live["arn"] == function["arn"]
    alias = terraform.values("data.aws_lambda_alias.live")
    assert alias["invoke_arn"] == terraform.values("aws_lambda_alias.live")["invoke_arn"]
    assert sorted(terraform.values("data.aws_lambda_functions.all")["function_names"]) == [
        "echo",
        "payments",
    ]
    layer = terraform.values("aws_lambda_layer_version.libraries")
    for name in ("newest", "exact"):
        found = terraform.values(f"data.aws_lambda_layer_version.{name}")
        assert (found["arn"], found["version"]) == (layer["arn"], 1)
        assert found["source_code_hash"] == layer["source_code_hash"]
    url = terraform.values("data.aws_lambda_function_url.public")
    assert url["function_url"] == terraform.values("aws_lambda_function_url.public")["function_url"]
    assert url["cors"][0]["allow_methods"] == ["POST"]
    echo = terraform.values("data.aws_lambda_invocation.echo")
    assert json.loads(echo["result"]) == {"got": {"key": "value"}}
    followed = json.loads(terraform.values("aws_lambda_invocation.followed")["result"])["got"]
    assert followed == {"step": "a", "tf": {"action": "create", "prev_input": None}}


LIVES = (
    Lives(
        "functions",
        FUNCTION,
        files={"package/payments.zip": PACKAGE},
        check=what_data_sources_say,
        along_with_updates=("aws_lambda_alias.live",),
        lives=(
            Life(
                "aws_lambda_layer_version_permission.everybody",
                replace=('"111122223333"', '"*"'),
                vanish=lambda aws, values: aws("lambda").remove_layer_version_permission(
                    LayerName=values["layer_name"],
                    VersionNumber=values["version_number"],
                    StatementId="everybody",
                ),
            ),
            Life(
                "aws_lambda_alias.live",
                is_there=alias_exists,
                import_id=lambda values: f"{values['function_name'].split(':')[-1]}/live",
            ),
            Life(
                "aws_lambda_alias.next",
                is_there=alias_exists,
                update=('"What callers try"', '"Next"'),
                replace=('name             = "next"', 'name = "after"'),
                drift=repoint,
                drifted=("description", "function_version"),
                vanish=lambda aws, values: aws("lambda").delete_alias(
                    FunctionName=values["function_name"], Name=values["name"]
                ),
                import_id=lambda values: f"{values['function_name']}/{values['name']}",
            ),
            Life(
                "aws_lambda_permission.gateway",
                is_there=has_statement,
                replace=("abc/live/*/*", "abc/test/*/*"),
                vanish=forget_statement,
                import_id=permission_id,
            ),
            Life(
                "aws_lambda_permission.alias",
                is_there=has_statement,
                vanish=forget_statement,
                import_id=permission_id,
            ),
            Life(
                "aws_lambda_function_url.public",
                is_there=url_exists,
                update=("= 600", "= 700"),
                drift=open_wider,
                drifted=("authorization_type", "cors", "invoke_mode"),
                vanish=lambda aws, values: aws("lambda").delete_function_url_config(
                    FunctionName=values["function_name"]
                ),
            ),
            Life("aws_lambda_function_url.live", import_id=lambda _values: "money/live"),
            Life(
                "aws_lambda_function_event_invoke_config.payments",
                is_there=invoke_config_exists,
                update=("= 120", "= 180"),
                drift=lambda aws, values: aws("lambda").put_function_event_invoke_config(
                    FunctionName=values["function_name"], MaximumRetryAttempts=2
                ),
                drifted=(
                    "destination_config",
                    "maximum_event_age_in_seconds",
                    "maximum_retry_attempts",
                ),
                vanish=lambda aws, values: aws("lambda").delete_function_event_invoke_config(
                    FunctionName=values["function_name"]
                ),
            ),
            Life("aws_lambda_function_event_invoke_config.live", is_there=invoke_config_exists),
            Life(
                "aws_lambda_provisioned_concurrency_config.live",
                is_there=provisioned_exists,
                update=("executions = 1\n", "executions = 2\n"),
                drift=lambda aws, values: aws("lambda").put_provisioned_concurrency_config(
                    FunctionName=values["function_name"],
                    Qualifier="live",
                    ProvisionedConcurrentExecutions=3,
                ),
                drifted=("provisioned_concurrent_executions",),
                vanish=lambda aws, values: aws("lambda").delete_provisioned_concurrency_config(
                    FunctionName=values["function_name"], Qualifier="live"
                ),
            ),
            Life(
                "aws_lambda_invocation.seed",
                replace=('seed = "first"', 'seed = "second"'),
                import_id=NOT_IMPORTABLE,
            ),
            Life(
                "aws_lambda_invocation.followed",
                update=('step = "a"', 'step = "b"'),
                import_id=NOT_IMPORTABLE,
            ),
            Life(
                "aws_lambda_event_source_mapping.work",
                is_there=mapping_exists,
                update=("maximum_concurrency = 5", "maximum_concurrency = 6"),
                drift=remap,
                drifted=(
                    "batch_size",
                    "enabled",
                    "filter_criteria",
                    "function_response_types",
                    "scaling_config",
                    "state",
                ),
                replace=("work.arn\n  function_name", "other.arn\n  function_name"),
                vanish=unmap,
                import_id=lambda values: values["uuid"],
            ),
            Life(
                "aws_lambda_layer_version.libraries",
                is_there=layer_exists,
                replace=('"What functions share"', '"Shared"'),
                vanish=vanish_layer,
                unreadable=("filename",),
            ),
            Life(
                "aws_lambda_function.payments",
                is_there=function_exists,
                update=("= 10\n", "= 11\n"),
                replace=('function_name                  = "payments"', 'function_name = "money"'),
                drift=retune,
                drifted=RETUNED,
                vanish=lambda aws, values: aws("lambda").delete_function(
                    FunctionName=values["function_name"]
                ),
                import_id=lambda values: values["function_name"],
                unreadable=("filename", "publish", "source_code_hash"),
            ),
        ),
    ),
)
