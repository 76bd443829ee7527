"""The emulator's process: composes the edge with its engine and serves it on loopback."""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

import uvicorn

from localtender.configuration import LOOPBACK
from localtender.edge.application import EdgeApplication
from localtender.edge.authorize.authorization import Authorization, CredentialsNoted
from localtender.edge.authorize.credentials import KnownSecrets
from localtender.edge.authorize.decisions import Mode
from localtender.edge.buckets.documents import BucketDocuments
from localtender.edge.buckets.stage import BucketConfigurationStage
from localtender.edge.engine_additions.log_subscriptions import SubscriptionFilters
from localtender.edge.engine_additions.memory import Memory
from localtender.edge.engine_additions.stage import engine_additions
from localtender.edge.faults.arriving_calls import ArrivingCalls
from localtender.edge.faults.deployed_names import DeployedNames
from localtender.edge.faults.edge_faults import EdgeFaults
from localtender.edge.faults.engine_calls import FaultyEngineCalls
from localtender.edge.faults.error_codes import ErrorCodes
from localtender.edge.faults.invocations import InvocationFaults
from localtender.edge.faults.stage import FaultStage
from localtender.edge.functions.engine_triggers.secret_rotation.requests import (
    SecretRotationRequests,
)
from localtender.edge.functions.engine_triggers.user_pools.requests import UserPoolRequests
from localtender.edge.functions.interpreters import find_interpreters
from localtender.edge.functions.service import FunctionsService
from localtender.edge.functions.settings import FunctionsSettings, retry_delays
from localtender.edge.garbage_collection import keep_pauses_short
from localtender.edge.gateway.persistent_store import PersistentStore
from localtender.edge.gateway.service import GatewayService
from localtender.edge.http_api_control.kept_members import KeptMembers
from localtender.edge.http_api_control.stage import HttpApiStage
from localtender.edge.http_protocol import HeaderCaseProtocol
from localtender.edge.journal import Journal
from localtender.edge.persistence import Persistence
from localtender.edge.protocol.credential_scope import DEFAULT_ACCOUNT_ID
from localtender.edge.protocol.models import ServiceModels
from localtender.engines.client import EngineClient
from localtender.engines.embedded import EmbeddedEngine
from localtender.telemetry.alarm_functions import FunctionsForAlarms
from localtender.telemetry.log_delivery import LogDelivery
from localtender.telemetry.log_subscriptions import LogSubscriptions, SubscribedLogs
from localtender.telemetry.metrics.datum import Scope
from localtender.telemetry.service import Telemetry, alarm_interval


async def serve(
    port: int,
    state_directory: Path,
    runtimes: Path,
    region: str,
    hot_reload: Mapping[str, Path],
    *,
    persist: bool,
    iam: Mode = Mode.ENFORCE,
) -> None:
    """Run the edge until SIGTERM; with `persist` it begins with what an earlier run left."""
    endpoint_url = f"http://{LOOPBACK}:{port}"
    persistence = Persistence(state_directory, version("localtender"), enabled=persist)
    engine = EmbeddedEngine(port=port, region=region, environment=persistence.engine_environment())
    await engine.start()
    models = ServiceModels()
    client = EngineClient(engine.transport, endpoint_url, models)
    telemetry = Telemetry(
        client,
        home=Scope(DEFAULT_ACCOUNT_ID, region),
        alarm_seconds=alarm_interval(),
        files=persistence.telemetry_files(),
    )
    memory = Memory(persistence.snapshot("engine-additions"))
    subscription_filters = SubscriptionFilters(memory)
    subscriptions = LogSubscriptions(client, subscription_filters)
    logs = LogDelivery(SubscribedLogs(client, subscriptions), observe=telemetry.log_metrics.take)
    journal = Journal()
    faults = EdgeFaults(ErrorCodes(models), journal)
    secrets = KnownSecrets()
    functions = FunctionsService(
        engine=CredentialsNoted(client, secrets),
        logs=logs,
        endpoint_url=endpoint_url,
        settings=FunctionsSettings(
            state_directory=state_directory / "functions",
            runtime_directories={path.name: path for path in sorted(runtimes.glob("python3.*"))},
            interpreters=_interpreters(),
            shadows_in_engine=True,
            hot_reload=hot_reload,
            retry_delays_seconds=retry_delays(),
        ),
        snapshot=persistence.snapshot("functions"),
        checkpoints=persistence.snapshot("stream-checkpoints"),
        observer=telemetry.functions,
        sources=FaultyEngineCalls(client, faults, models),
        disturbances=InvocationFaults(faults),
    )
    telemetry.use_functions(FunctionsForAlarms(functions))
    subscriptions.use_functions(functions)
    authorization = Authorization(client, secrets, iam, region=region)
    authorization.use_functions(functions)
    functions.use_permissions(authorization.decisions)
    gateway_snapshot = persistence.snapshot("gateway")
    gateway = GatewayService(
        engine=client,
        functions=functions,
        logs=logs,
        endpoint_url=endpoint_url,
        store=None if gateway_snapshot is None else PersistentStore(gateway_snapshot),
        observer=telemetry.gateway,
        secrets=secrets,
        identities=authorization.identities,
        permissions=authorization.decisions,
    )
    arriving = ArrivingCalls(DeployedNames(gateway, functions, client))
    application = EdgeApplication(
        engine=engine,
        client=client,
        logs=logs,
        functions=functions,
        gateway=gateway,
        telemetry=telemetry,
        secrets=secrets,
        models=models,
        journal=journal,
        stages=(
            FaultStage(faults, arriving),
            authorization.stage,
            engine_additions(client, memory, subscription_filters, subscriptions, models),
            BucketConfigurationStage(BucketDocuments(persistence.snapshot("buckets"))),
            HttpApiStage(client, KeptMembers(persistence.snapshot("http-apis"))),
        ),
        faults=faults,
        access_report=authorization.report,
        region=region,
        versions={"localtender": version("localtender")},
        engine_requests=(
            SecretRotationRequests(client, functions, persistence.snapshot("secret-rotation")),
            UserPoolRequests(client, functions, functions.answered_triggers),
        ),
        instance_id=persistence.instance_id(),
    )
    config = uvicorn.Config(
        application,
        host=LOOPBACK,
        port=port,
        http=HeaderCaseProtocol,
        log_level="warning",
        access_log=False,
        server_header=False,
        # Otherwise a client could say by X-Forwarded-For which address it comes from.
        proxy_headers=False,
        lifespan="on",
        timeout_graceful_shutdown=1,
        timeout_keep_alive=75,
    )
    keep_pauses_short()
    await uvicorn.Server(config).serve()


def _interpreters() -> dict[str, Path]:
    """What is installed, and the interpreter of this process as the last resort."""
    found = find_interpreters()
    own = f"python{sys.version_info.major}.{sys.version_info.minor}"
    found.setdefault(own, Path(sys.base_prefix) / "bin" / own)
    return found


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="localtender.edge", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--state-directory", type=Path, required=True)
    parser.add_argument("--runtimes-directory", type=Path, required=True)
    parser.add_argument("--region", required=True)
    parser.add_argument(
        "--hot-reload",
        action="append",
        default=[],
        metavar="PATTERN=FOLDER",
        help="serve functions of matching names from this folder as it stands",
    )
    parser.add_argument("--persist", action="store_true", help="keep the state on disk")
    parser.add_argument(
        "--iam",
        choices=[mode.value for mode in Mode],
        default=Mode.ENFORCE.value,
        help="what becomes of a call that policies do not allow",
    )
    arguments = parser.parse_args()
    # The engine logs the bodies of messages at INFO, and a log is no place for personal data.
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    logging.getLogger("localtender").setLevel(logging.INFO)
    runner = asyncio.Runner(loop_factory=_event_loop)
    with runner:
        runner.run(
            serve(
                arguments.port,
                arguments.state_directory,
                arguments.runtimes_directory,
                arguments.region,
                _folders(arguments.hot_reload),
                persist=arguments.persist,
                iam=Mode(arguments.iam),
            )
        )


def _folders(given: list[str]) -> dict[str, Path]:
    """Function name patterns to folders, from ``PATTERN=FOLDER``."""
    pairs = (text.partition("=") for text in given)
    return {pattern: Path(folder) for pattern, _, folder in pairs}


def _event_loop() -> asyncio.AbstractEventLoop:
    import uvloop

    return uvloop.new_event_loop()


if __name__ == "__main__":
    main()
