"""The embedded engine without the edge, served as the edge serves: what the edge is compared with.

Runs as `python -m localtender.engines.alone --port PORT --region REGION` until
SIGTERM. Its own API Gateway and Lambda answer.
"""

from __future__ import annotations

import argparse
import asyncio
import logging

import uvicorn
import uvloop

from localtender.configuration import LOOPBACK
from localtender.engines.embedded import EmbeddedEngine


async def serve(port: int, region: str) -> None:
    """Serve the embedded engine alone."""
    engine = EmbeddedEngine(port=port, region=region)
    await engine.start()
    config = uvicorn.Config(
        engine,
        host=LOOPBACK,
        port=port,
        http="httptools",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        lifespan="off",
        timeout_graceful_shutdown=1,
        timeout_keep_alive=75,
    )
    await uvicorn.Server(config).serve()
    await engine.stop()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="localtender.engines.alone")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--region", required=True)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.WARNING)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(arguments.port, arguments.region))


if __name__ == "__main__":
    main()
