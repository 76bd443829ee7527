"""Parameters of a request by the names that an API's definition gives them.

After "Parameter mapping for REST APIs in API Gateway" of the developer guide.
"""

from __future__ import annotations

from localtender.edge.gateway.data_plane.exchange import Exchange


def request_parameter(exchange: Exchange, expression: str) -> str | None:
    """The value of `method.request.header|querystring|path.NAME`; None when absent."""
    kind, _, name = expression.removeprefix("method.request.").partition(".")
    match kind:
        case "header":
            return exchange.header(name)
        case "querystring":
            return exchange.query.get(name, [None])[-1]
        case "path":
            return exchange.path_parameters.get(name)
        case "multivalueheader":
            return ",".join(exchange.headers.get(name.lower(), ())) or None
        case "multivaluequerystring":
            return ",".join(exchange.query.get(name, ())) or None
    return None
