"""Which method of a REST API answers a request, and what is said when none does."""

from __future__ import annotations

import json

import requests

from tests.integration.conformance import documentation as docs
from tests.integration.conformance.laboratory import MOCK, Laboratory
from tests.integration.conformance.observing import said
from tests.integration.conformance.row import Area

AREA = Area("API Gateway: routing")


@AREA.row(
    "A path that no resource has",
    aws='403 {"message": "Missing Authentication Token"}',
    source=docs.GATEWAY_RESPONSE_TYPES,
)
def unknown_path(lab: Laboratory) -> str:
    return said(lab.mock_api().get("/nowhere"))


@AREA.row(
    "A method that the resource has not",
    aws='403 {"message": "Missing Authentication Token"}',
    source=docs.GATEWAY_RESPONSE_TYPES,
)
def unknown_method(lab: Laboratory) -> str:
    return said(lab.mock_api().call("DELETE", "/"))


@AREA.row(
    "The error type of a path that no resource has, in x-amzn-ErrorType",
    aws="MissingAuthenticationTokenException",
    source=docs.GATEWAY_RESPONSE_TYPES,
)
def error_type(lab: Laboratory) -> str:
    return lab.mock_api().get("/nowhere").headers.get("x-amzn-ErrorType", "no such header")


@AREA.row(
    "A stage that the API has not",
    aws='403 {"message": "Forbidden"}',
    source=docs.INVOKE,
)
def unknown_stage(lab: Laboratory) -> str:
    api = lab.mock_api()
    return said(requests.get(f"{api.url}-other/", timeout=40))


@AREA.row(
    "A method that was added after the deployment",
    aws="403 before it is deployed, 200 after",
    source=docs.DEPLOYMENTS,
)
def added_method(lab: Laboratory) -> str:
    api = lab.mock_api()
    api.method("GET /new", MOCK)
    lab.answers(api, "GET /new", "200")
    before = api.get("/new").status_code
    api.deploy()
    return f"{before} before it is deployed, {api.get('/new').status_code} after"


@AREA.row(
    "A method that was deleted after the deployment",
    aws="200 before it is deployed, 403 after",
    source=docs.DEPLOYMENTS,
)
def deleted_method(lab: Laboratory) -> str:
    api = lab.mock_api()
    lab.gateway.delete_method(restApiId=api.id, resourceId=api.resource("/"), httpMethod="GET")
    before = api.get("/").status_code
    api.deploy()
    return f"{before} before it is deployed, {api.get('/').status_code} after"


@AREA.row(
    "A stage is set back to an earlier deployment",
    aws="200 with the later, 403 with the earlier",
    source=docs.DEPLOYMENTS,
)
def rolled_back(lab: Laboratory) -> str:
    api = lab.mock_api()
    earlier = lab.gateway.get_stage(restApiId=api.id, stageName="live")["deploymentId"]
    api.method("GET /new", MOCK)
    lab.answers(api, "GET /new", "200")
    api.deploy()
    later = api.get("/new").status_code
    api.change_stage(deploymentId=earlier)
    return f"{later} with the later, {api.get('/new').status_code} with the earlier"


@AREA.row(
    "A greedy path variable `{rest+}` takes the rest of the path",
    aws="a/b/c",
    source=docs.PROXY_RESOURCES,
)
def greedy_path(lab: Laboratory) -> str:
    api = lab.rest_api({"GET /files/{rest+}": lab.obedient()})
    return str(api.get("/files/a/b/c").json()["pathParameters"]["rest"])


@AREA.row(
    "A greedy path variable does not take the path of its parent",
    aws='403 {"message": "Missing Authentication Token"}',
    source=docs.PROXY_RESOURCES,
)
def greedy_parent(lab: Laboratory) -> str:
    api = lab.rest_api({"GET /files/{rest+}": lab.obedient()})
    return said(api.get("/files"))


@AREA.row(
    "A literal path beside a variable and a greedy one",
    aws="/pets/cats, /pets/{pet}, /pets/{pet}/{rest+}",
    source=docs.PROXY_RESOURCES,
)
def most_specific(lab: Laboratory) -> str:
    function = lab.obedient()
    routes = ("GET /pets/cats", "GET /pets/{pet}", "GET /pets/{pet}/{rest+}")
    api = lab.rest_api(dict.fromkeys(routes, function))
    paths = ("/pets/cats", "/pets/dogs", "/pets/dogs/1/2")
    return ", ".join(api.get(path).json()["resource"] for path in paths)


@AREA.row(
    "ANY takes the methods that the resource does not name",
    aws="GET by GET, PATCH by ANY",
    source=docs.PROXY_RESOURCES,
)
def any_method(lab: Laboratory) -> str:
    api = lab.rest_api({})
    for verb in ("GET", "ANY"):
        api.method(f"{verb} /", MOCK)
        lab.answers(api, f"{verb} /", "200", {"By": f"'{verb}'"})
    api.deploy()
    seen = [(verb, api.call(verb, "/").headers.get("By")) for verb in ("GET", "PATCH")]
    return ", ".join(f"{verb} by {by}" for verb, by in seen)


@AREA.row(
    "A path variable keeps its percent-encoding in `pathParameters` and `path`",
    aws="p%20q in /pets/p%20q",
    source=docs.PROXY_INTEGRATION,
)
def encoded_path(lab: Laboratory) -> str:
    event = lab.rest_api({"GET /pets/{pet}": lab.obedient()}).get("/pets/p%20q").json()
    return f"{event['pathParameters']['pet']} in {event['path']}"


@AREA.row(
    "`${stageVariables.x}` in an integration's URI chooses the function",
    aws="the function of the variable; after a change of the stage at once the other",
    source=docs.STAGE_VARIABLES,
)
def stage_variable_in_uri(lab: Laboratory) -> str:
    code = "def handler(event, context): return {'statusCode': 200, 'body': context.function_name}"
    arns = [lab.function(code) for _ in range(2)]
    for arn in arns:
        lab.permit_gateway(arn)
    names = [arn.rsplit(":", 1)[1] for arn in arns]
    uri = lab.proxy(arns[0])["uri"].replace(names[0], "${stageVariables.which}")
    api = lab.rest_api({"GET /": {**lab.proxy(arns[0]), "uri": uri}})
    answers = []
    for name in names:
        api.change_stage(variables__which=name)
        answers.append(api.get("/"))
    if [answer.text for answer in answers] == names:
        return "the function of the variable; after a change of the stage at once the other"
    return ", ".join(said(answer) for answer in answers)


@AREA.row(
    "Stage variables are in the event as `stageVariables`",
    aws='{"colour": "red"}',
    source=docs.STAGE_VARIABLES,
)
def stage_variables_in_event(lab: Laboratory) -> str:
    api = lab.rest_api({"GET /": lab.obedient()})
    api.change_stage(variables__colour="red")
    return json.dumps(api.get("/").json()["stageVariables"])


@AREA.row(
    "An API whose default endpoint is disabled",
    aws='403 {"message": "Forbidden"}',
    source=docs.DISABLED_ENDPOINT,
)
def disabled_endpoint(lab: Laboratory) -> str:
    return said(lab.mock_api(disableExecuteApiEndpoint=True).get("/"))


@AREA.row(
    "The execute-api host name leads to the same method as the path form",
    aws="200",
    source=docs.INVOKE,
)
def by_host_name(lab: Laboratory) -> str:
    api = lab.mock_api()
    host = f"{api.id}.execute-api.us-east-1.amazonaws.com"
    answer = requests.get(f"{lab.stack.endpoint_url}/live/", headers={"Host": host}, timeout=40)
    return str(answer.status_code)
