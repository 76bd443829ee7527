"""An environment that dies on the way, because a fault wants it so."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress
from typing import TYPE_CHECKING

from localtender.edge.functions.execution.outcomes import Answered, Exited, TooLarge

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from localtender.edge.functions.disturbance import Crash
    from localtender.edge.functions.execution.outcomes import SessionOutcome
    from localtender.edge.functions.execution.session import RuntimeSession


async def crashed(
    session: RuntimeSession, work: Coroutine[None, None, SessionOutcome], crash: Crash
) -> SessionOutcome:
    """Kill the process while it works, or instead of taking its answer."""
    if crash.after_seconds is None:
        outcome = await work
        if not isinstance(outcome, Answered | TooLarge):
            return outcome
    else:
        with suppress(TimeoutError):
            async with asyncio.timeout(crash.after_seconds):
                await work
    session.kill()
    await session.ended()
    return Exited(-signal.SIGKILL)
