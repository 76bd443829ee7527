"""What a function finds around it."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from tests.integration.conformance import documentation as docs
from tests.integration.conformance.laboratory import Laboratory
from tests.integration.conformance.row import Area
from tests.integration.conformance.rows.lambda_results import invoked

AREA = Area("Lambda: execution environment")

# Runs the expression that it is sent.
ASKED = """
import os, sys, json, importlib.util
def handler(event, context):
    return eval(event)
"""


def told(lab: Laboratory, expression: str, **configuration: Any) -> Any:
    """What an expression is inside a function; `context` and `os` are there."""
    if configuration:
        arn = lab.function(ASKED, **configuration)
    else:
        arn = lab.stack.keep("asked", lambda: lab.shared.function(ASKED))
    answer = invoked(lab, arn, expression)
    return json.loads(answer["Payload"])


@AREA.row(
    "Environment variables of the host are not there",
    aws="[]",
    source=docs.ENVIRONMENT_VARIABLES,
)
def host_variables(lab: Laboratory) -> str:
    names = "'HOME', 'USER', 'SHLVL', 'PWD', 'OLDPWD', 'VIRTUAL_ENV', 'GATEWAY_PORT'"
    return str(told(lab, f"[n for n in ({names}) if n in os.environ]"))


@AREA.row("The emulator's packages can't be imported", aws="[]", source=docs.PYTHON_RUNTIME)
def host_packages(lab: Laboratory) -> str:
    names = "'localtender', 'ministack', 'uvicorn', 'httpx', 'pytest'"
    return str(told(lab, f"[n for n in ({names}) if importlib.util.find_spec(n)]"))


@AREA.row("boto3 is there", aws="true", source=docs.PYTHON_RUNTIME)
def boto3_is_there(lab: Laboratory) -> str:
    return json.dumps(told(lab, "importlib.util.find_spec('boto3') is not None"))


@AREA.row("python3.12 is Python 3.12", aws="3.12", source=docs.PYTHON_RUNTIME)
def python_version(lab: Laboratory) -> str:
    return str(told(lab, "'%d.%d' % sys.version_info[:2]"))


@AREA.row(
    "The function's own variables, and those that Lambda sets",
    aws="mine, 256, us-east-1, AWS_Lambda_python3.12, app.handler",
    source=docs.ENVIRONMENT_VARIABLES,
)
def own_variables(lab: Laboratory) -> str:
    names = (
        "OWN",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_REGION",
        "AWS_EXECUTION_ENV",
        "_HANDLER",
    )
    values = told(
        lab,
        f"[os.environ.get(n) for n in {names}]",
        MemorySize=256,
        Environment={"Variables": {"OWN": "mine"}},
    )
    return ", ".join(map(str, values))


@AREA.row(
    "The context object: version, memory, time left of 7 s",
    aws="$LATEST, 128, between 0 and 7000",
    source=docs.PYTHON_CONTEXT,
)
def context_object(lab: Laboratory) -> str:
    version, memory, left = told(
        lab,
        "[context.function_version, int(context.memory_limit_in_mb), "
        "context.get_remaining_time_in_millis()]",
        Timeout=7,
    )
    return f"{version}, {memory}, {'between 0 and 7000' if 0 < left <= 7000 else left}"


@AREA.row(
    "context.aws_request_id beside Invoke's request id", aws="the same", source=docs.PYTHON_CONTEXT
)
def request_id(lab: Laboratory) -> str:
    arn = lab.function(ASKED)
    answer = invoked(lab, arn, "context.aws_request_id")
    same = json.loads(answer["Payload"]) == answer["ResponseMetadata"]["RequestId"]
    return "the same" if same else "two different ones"


@AREA.row(
    "Time left when 1 s of the time-out has passed is about 1 s less",
    aws="true",
    source=docs.PYTHON_CONTEXT,
)
def time_left(lab: Laboratory) -> str:
    expression = (
        "[context.get_remaining_time_in_millis(), __import__('time').sleep(1), "
        "context.get_remaining_time_in_millis()]"
    )
    before, _, after = told(lab, expression)
    return json.dumps(bool(950 <= before - after <= 3000))


@AREA.row(
    "A function calls AWS as its role: the kind of its identity",
    aws="assumed-role/conformance",
    source=docs.EXECUTION_ROLE,
)
def role(lab: Laboratory) -> str:
    expression = "__import__('boto3').client('sts').get_caller_identity()['Arn']"
    arn = str(told(lab, expression, MemorySize=256, Timeout=30))
    return "/".join(arn.rpartition(":")[2].split("/")[:2])


@AREA.row("The function's code can't be written", aws="refused", source=docs.RUNTIME_ENVIRONMENT)
def read_only_code(lab: Laboratory) -> str:
    arn = lab.function(
        """
        def handler(event, context):
            try:
                open(__file__, "a").close()
            except OSError:
                return "refused"
            return "written"
        """
    )
    return str(json.loads(invoked(lab, arn)["Payload"]))


@AREA.row(
    "/tmp is kept between calls of an environment, and other functions do not see it",
    aws="kept, not seen",
    source=docs.EXECUTION_ENVIRONMENT,
)
def temporary_files(lab: Laboratory) -> str:
    code = """
        import os, tempfile
        def handler(event, context):
            path = os.path.join(tempfile.gettempdir(), "conformance-kept")
            seen = os.path.exists(path)
            if event:
                open(path, "w").close()
            return seen
    """
    first, second = lab.function(code), lab.function(code)
    invoked(lab, first, True)
    kept = json.loads(invoked(lab, first, False)["Payload"])
    seen = json.loads(invoked(lab, second, False)["Payload"])
    return f"{'kept' if kept else 'lost'}, {'seen' if seen else 'not seen'}"


@AREA.row("A layer's module can be imported", aws="from the layer", source=docs.LAYERS)
def layer(lab: Laboratory) -> str:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr("python/of_layer.py", "VALUE = 'from the layer'")
    made = lab.functions.publish_layer_version(
        LayerName=lab.name(), Content={"ZipFile": archive.getvalue()}
    )
    value = told(lab, "__import__('of_layer').VALUE", Layers=[made["LayerVersionArn"]])
    return str(value)
