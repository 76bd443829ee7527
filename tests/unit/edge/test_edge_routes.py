from __future__ import annotations

import pytest

from localtender.edge.routes import Route, Target, route_request


@pytest.mark.parametrize(
    ("path", "host", "service", "expected"),
    [
        (
            "/_aws/execute-api/abc/v1/pay/1",
            "",
            None,
            Route(Target.EXECUTE_API, "abc", "v1", "/pay/1"),
        ),
        ("/_aws/execute-api/abc", "", None, Route(Target.EXECUTE_API, "abc")),
        ("/_aws/execute-api/abc/", "", None, Route(Target.EXECUTE_API, "abc")),
        ("/_aws/execute-api/abc/v1", "", None, Route(Target.EXECUTE_API, "abc", "v1", "/")),
        (
            "/restapis/abc/v1/_user_request_/pay%2F1",
            "",
            None,
            Route(Target.EXECUTE_API, "abc", "v1", "/pay%2F1"),
        ),
        (
            "/v1/pay",
            "abc.execute-api.us-east-1.amazonaws.com",
            None,
            Route(Target.EXECUTE_API, "abc", "v1", "/pay"),
        ),
        (
            "/v1/pay",
            "abc.execute-api.localhost:4566",
            "execute-api",
            Route(Target.EXECUTE_API, "abc", "v1", "/pay"),
        ),
        (
            "/v1/pay",
            "abc-vpce-0123.execute-api.us-east-1.amazonaws.com",
            None,
            Route(Target.EXECUTE_API, "abc", "v1", "/pay"),
        ),
        (
            "//v1//pay",
            "abc.execute-api.us-east-1.amazonaws.com",
            None,
            Route(Target.EXECUTE_API, "abc", "v1", "//pay"),
        ),
        (
            "/_aws/execute-api/abc//v1/pay",
            "",
            None,
            Route(Target.EXECUTE_API, "abc", "v1", "/pay"),
        ),
        ("/restapis", "127.0.0.1", "apigateway", Route(Target.API_GATEWAY)),
        ("/v2/apis", "127.0.0.1", "apigateway", Route(Target.ENGINE)),
        ("/2015-03-31/functions/f", "127.0.0.1", "lambda", Route(Target.LAMBDA)),
        ("/2015-03-31/functions/f/invocations", "127.0.0.1", None, Route(Target.LAMBDA)),
        ("/restapis/abc", "127.0.0.1", None, Route(Target.API_GATEWAY)),
        ("/restapis/a-bucket-object", "127.0.0.1", "s3", Route(Target.ENGINE)),
        ("/", "127.0.0.1", "dynamodb", Route(Target.ENGINE)),
        ("/", "127.0.0.1", "monitoring", Route(Target.CLOUDWATCH)),
        ("/_localtender/health", "127.0.0.1", None, Route(Target.CONTROL)),
    ],
)
def test_a_request_goes_to_the_part_that_owns_it(
    path: str, host: str, service: str | None, expected: Route
) -> None:
    assert route_request(path, host, service) == expected
