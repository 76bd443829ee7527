"""Which of a stage's method settings apply to a request.

After "Setting stage-level throttling" and "MethodSetting" of the API Gateway documentation: those
of the method itself, otherwise those of every method (`*/*`).
"""

from __future__ import annotations

from localtender.edge.gateway.data_plane.exchange import Exchange
from localtender.edge.gateway.state import MethodSettings

EVERY_METHOD = "*/*"


def settings_of_method(exchange: Exchange) -> tuple[str, MethodSettings] | None:
    """The settings for the request's method under the key that they have; None without any."""
    settings = exchange.endpoint.stage.method_settings
    if not settings:
        return None
    own = own_settings(exchange)
    if own is not None:
        return own
    every = settings.get(EVERY_METHOD)
    return None if every is None else (EVERY_METHOD, every)


def own_settings(exchange: Exchange) -> tuple[str, MethodSettings] | None:
    """The settings that name the request's method: by its verb, or by ANY where that is called."""
    if exchange.resource is None or exchange.method is None:
        return None
    path = exchange.resource.path.lstrip("/")
    for verb in (exchange.request.method, exchange.method.http_method):
        wanted = f"{path}/{verb}"
        for key, settings in exchange.endpoint.stage.method_settings.items():
            # Paths are kept as a patch writes them, `~1` for a slash.
            if key != EVERY_METHOD and key.replace("~1", "/").lstrip("/") == wanted.lstrip("/"):
                return key, settings
    return None
