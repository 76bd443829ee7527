"""What Lambda's own operations answer."""

from __future__ import annotations

import json

from tests.integration.conformance import documentation as docs
from tests.integration.conformance.laboratory import Laboratory
from tests.integration.conformance.packages import archive, created
from tests.integration.conformance.row import Area
from tests.integration.conformance.rows.lambda_results import invoked

AREA = Area("Lambda: control plane")


@AREA.row(
    "A new function's state",
    aws="Pending, then Active and Successful",
    source=docs.FUNCTION_STATES,
)
def states(lab: Laboratory) -> str:
    made = created(lab)
    lab.functions.get_waiter("function_active_v2").wait(FunctionName=made["FunctionName"])
    told = lab.functions.get_function_configuration(FunctionName=made["FunctionName"])
    return f"{made['State']}, then {told['State']} and {told['LastUpdateStatus']}"


@AREA.row(
    "The defaults of memory, time-out, package type, architecture, /tmp and log format",
    aws="128, 3, Zip, x86_64, 512, Text",
    source=docs.lambda_api("CreateFunction"),
)
def defaults(lab: Laboratory) -> str:
    made = created(lab)
    return ", ".join(
        str(value)
        for value in (
            made["MemorySize"],
            made["Timeout"],
            made["PackageType"],
            made["Architectures"][0],
            made["EphemeralStorage"]["Size"],
            made["LoggingConfig"]["LogFormat"],
        )
    )


@AREA.row(
    "A new function invoked as soon as CreateFunction has answered",
    aws='200 "hello"',
    source=docs.FUNCTION_STATES,
)
def invoked_at_once(lab: Laboratory) -> str:
    answer = invoked(lab, created(lab)["FunctionName"], "hello")
    return f"{answer['StatusCode']} {answer['Payload']}"


@AREA.row(
    "UpdateFunctionCode with DryRun changes nothing",
    aws="the same code",
    source=docs.lambda_api("UpdateFunctionCode"),
)
def dry_run(lab: Laboratory) -> str:
    made = created(lab)
    name = made["FunctionName"]
    lab.functions.update_function_code(
        FunctionName=name, ZipFile=archive("def handler(e, c): return 1"), DryRun=True
    )
    told = lab.functions.get_function_configuration(FunctionName=name)
    return "the same code" if told["CodeSha256"] == made["CodeSha256"] else "other code"


@AREA.row("New code is what the next call runs", aws="new", source=docs.VERSIONS)
def new_code(lab: Laboratory) -> str:
    name = created(lab)["FunctionName"]
    invoked(lab, name, "old")
    lab.functions.update_function_code(
        FunctionName=name, ZipFile=archive("def handler(e, c): return 'new'")
    )
    lab.functions.get_waiter("function_updated_v2").wait(FunctionName=name)
    return str(json.loads(invoked(lab, name, "old")["Payload"]))


@AREA.row(
    "A published version keeps its code, and a second publication without a change its number",
    aws="old, version 1 again",
    source=docs.VERSIONS,
)
def versions(lab: Laboratory) -> str:
    name = created(lab, Code={"ZipFile": archive("def handler(e, c): return 'old'")})[
        "FunctionName"
    ]
    first = lab.functions.publish_version(FunctionName=name)["Version"]
    again = lab.functions.publish_version(FunctionName=name)["Version"]
    lab.functions.update_function_code(
        FunctionName=name, ZipFile=archive("def handler(e, c): return 'new'")
    )
    lab.functions.get_waiter("function_updated_v2").wait(FunctionName=name)
    kept = json.loads(invoked(lab, name, Qualifier=first)["Payload"])
    return f"{kept}, version {again} {'again' if again == first else 'instead'}"


@AREA.row(
    "An alias runs its version, which Invoke names",
    aws="1",
    source=docs.ALIASES,
)
def alias(lab: Laboratory) -> str:
    name = created(lab, Publish=True)["FunctionName"]
    lab.functions.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    return str(invoked(lab, name, Qualifier="live")["ExecutedVersion"])


@AREA.row(
    "An alias with half its weight on another version, called forty times",
    aws="both versions",
    source=docs.WEIGHTED_ALIASES,
)
def weighted_alias(lab: Laboratory) -> str:
    name = created(lab, Publish=True)["FunctionName"]
    lab.functions.update_function_code(
        FunctionName=name, ZipFile=archive("def handler(e, c): return 2"), Publish=True
    )
    lab.functions.create_alias(
        FunctionName=name,
        Name="live",
        FunctionVersion="1",
        RoutingConfig={"AdditionalVersionWeights": {"2": 0.5}},
    )
    seen = {invoked(lab, name, Qualifier="live")["ExecutedVersion"] for _ in range(40)}
    return "both versions" if seen == {"1", "2"} else f"only {', '.join(sorted(seen))}"


@AREA.row(
    "ListFunctions page by page with `MaxItems=1`",
    aws="2 pages of 2 functions",
    source=docs.lambda_api("ListFunctions"),
)
def pages(lab: Laboratory) -> str:
    other = lab.other_account()
    for _ in range(2):
        created(other)
    counts: list[int] = []
    marker: dict[str, str] = {}
    while len(counts) < 9:
        page = other.functions.list_functions(MaxItems=1, **marker)
        counts.append(len(page["Functions"]))
        if not page.get("NextMarker"):
            break
        marker = {"Marker": page["NextMarker"]}
    return f"{len(counts)} pages of {sum(counts)} functions"


@AREA.row(
    "AddPermission with a source: the statement's condition",
    aws='{"ArnLike": {"AWS:SourceArn": "arn:aws:sns:us-east-1:000000000000:topic"}}',
    source=docs.RESOURCE_POLICIES,
)
def permission(lab: Laboratory) -> str:
    made = lab.functions.add_permission(
        FunctionName=created(lab)["FunctionName"],
        StatementId="topic",
        Action="lambda:InvokeFunction",
        Principal="sns.amazonaws.com",
        SourceArn="arn:aws:sns:us-east-1:000000000000:topic",
    )
    return json.dumps(json.loads(made["Statement"]).get("Condition"))


@AREA.row(
    "TagResource, then ListTags", aws='{"team": "payments"}', source=docs.lambda_api("TagResource")
)
def tags(lab: Laboratory) -> str:
    arn = created(lab)["FunctionArn"]
    lab.functions.tag_resource(Resource=arn, Tags={"team": "payments"})
    return json.dumps(lab.functions.list_tags(Resource=arn)["Tags"])


@AREA.row("GetAccountSettings: concurrent executions", aws="1000", source=docs.LAMBDA_QUOTAS)
def account_settings(lab: Laboratory) -> str:
    functions = lab.other_account().functions
    return str(functions.get_account_settings()["AccountLimit"]["ConcurrentExecutions"])


@AREA.row(
    "The code by S3: its size and its result",
    aws='"hello"',
    source=docs.lambda_api("CreateFunction"),
)
def code_from_bucket(lab: Laboratory) -> str:
    s3, bucket = lab.client("s3"), lab.name()
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="code.zip", Body=archive())
    made = created(lab, Code={"S3Bucket": bucket, "S3Key": "code.zip"})
    return str(invoked(lab, made["FunctionName"], "hello")["Payload"])
