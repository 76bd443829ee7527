"""The environments of one function version: reused warm, added under load, stopped when idle."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Coroutine
    from pathlib import Path

    from localtender.edge.functions.configuration import FunctionConfiguration
    from localtender.edge.functions.execution.environment import ExecutionEnvironment

_START_SLOT_SECONDS = 2.0
"""A start that takes longer (it waits, it does not compute) no longer holds others back."""


class Start(Protocol):
    """Starts an environment; `ahead` of a call, or because of one. Raises ServiceError, OSError."""

    def __call__(
        self,
        configuration: FunctionConfiguration,
        task_root: Path,
        *,
        ahead: bool,
        init_delay_seconds: float = 0.0,
    ) -> Awaitable[ExecutionEnvironment]:
        """Return it when its init phase is over."""
        ...


class EnvironmentPool:
    """Hands out environments, one caller each.

    A caller that finds none idle makes another one start, and takes the first that is free: the
    new one, or one given back meanwhile. Only so many start at once, since starting is work for
    the processor, and a burst of short invocations is served sooner by those that run already.
    """

    def __init__(
        self,
        configuration: FunctionConfiguration,
        start: Start,
        *,
        task_root: Path,
        parallel_starts: int,
        idle_seconds: float,
    ) -> None:
        self.configuration = configuration
        self.task_root = task_root
        self.provision_failure: str | None = None
        self._provisioned = 0
        self._provisioner: asyncio.Task[None] | None = None
        self._start = start
        self._parallel_starts = parallel_starts
        self._idle_seconds = idle_seconds
        self._loop = asyncio.get_running_loop()
        self._idle: list[ExecutionEnvironment] = []
        self._busy: set[ExecutionEnvironment] = set()
        self._waiters: deque[asyncio.Future[ExecutionEnvironment]] = deque()
        self._slots_taken = 0
        self._starting = 0
        self._starts: set[asyncio.Task[None]] = set()
        self._endings: set[asyncio.Task[None]] = set()
        self._reaper: asyncio.TimerHandle | None = None
        self._retired = False

    @property
    def environments(self) -> tuple[tuple[ExecutionEnvironment, str], ...]:
        """What runs, each with its state: busy or idle."""
        return tuple((environment, "busy") for environment in self._busy) + tuple(
            (environment, "idle") for environment in self._idle
        )

    def provision(self, count: int) -> None:
        """Have so many environments running, idle or not; they are never stopped for idling."""
        self._provisioned = count
        if self._idle and self._reaper is None:
            self._reaper = self._loop.call_later(self._idle_seconds, self._reap)
        self._top_up()

    async def acquire(self) -> ExecutionEnvironment:
        """An environment for one invocation. Raises what starting one raised."""
        while self._idle:
            environment = self._idle.pop()
            if environment.is_alive:
                self._busy.add(environment)
                return environment
            self._discard(environment)
        waiter: asyncio.Future[ExecutionEnvironment] = self._loop.create_future()
        self._waiters.append(waiter)
        self._start_more()
        return await waiter

    async def acquire_new(self, init_delay_seconds: float) -> ExecutionEnvironment:
        """An environment that starts for this invocation, though one may be idle; that one goes.

        Its init phase takes so much longer. Raises what starting one raised.
        """
        if self._idle:
            self._discard(self._idle.pop())
        environment = await self._start(
            self.configuration, self.task_root, ahead=False, init_delay_seconds=init_delay_seconds
        )
        self._busy.add(environment)
        return environment

    def release(self, environment: ExecutionEnvironment) -> None:
        """Give an environment back; one that has ended is replaced on demand only."""
        self._busy.discard(environment)
        if self._retired or not environment.is_ready:
            self._discard(environment)
            self._start_more()
            self._top_up()
        else:
            self._offer(environment)

    def start_ahead(self) -> None:
        """Have one environment ready soon, before somebody asks for it."""
        if not self._retired and not self.environments and not self._starting:
            self._starting += 1
            self._slots_taken += 1
            _keep(self._starts, self._start_one())

    async def retire(self) -> None:
        """Stop what is idle now and what is busy when it is given back."""
        self._retired = True
        if self._provisioner is not None:
            self._provisioner.cancel()
        if self._reaper is not None:
            self._reaper.cancel()
        idle, self._idle = self._idle, []
        await asyncio.gather(*(environment.close() for environment in idle))

    async def stop(self) -> None:
        """Kill everything at once."""
        await self.retire()
        for waiter in self._waiters:
            waiter.cancel()
        self._waiters.clear()
        for task in tuple(self._starts):
            task.cancel()
        await asyncio.gather(*self._starts, *self._endings, return_exceptions=True)
        await asyncio.gather(*(environment.close() for environment in tuple(self._busy)))

    def _start_more(self) -> None:
        waiting = sum(not waiter.done() for waiter in self._waiters)
        while self._starting < waiting and self._slots_taken < self._parallel_starts:
            self._starting += 1
            self._slots_taken += 1
            _keep(self._starts, self._start_one())

    async def _start_one(self) -> None:
        slot = self._loop.call_later(_START_SLOT_SECONDS, self._free_slot)
        try:
            environment = await self._start(self.configuration, self.task_root, ahead=False)
        except Exception as error:  # the caller that waits is the one to know
            self._fail(error)
        else:
            self._offer(environment)
        finally:
            self._starting -= 1
            if not slot.cancelled() and slot.when() > self._loop.time():
                slot.cancel()
                self._free_slot()

    def _top_up(self) -> None:
        if self._provisioner is None or self._provisioner.done():
            self._provisioner = asyncio.create_task(self._provision())
            self._starts.add(self._provisioner)
            self._provisioner.add_done_callback(self._starts.discard)

    async def _provision(self) -> None:
        """Start what is missing, one after the other."""
        while not self._retired and len(self._idle) + len(self._busy) < self._provisioned:
            try:
                environment = await self._start(self.configuration, self.task_root, ahead=True)
            except Exception as error:  # shown by GetProvisionedConcurrencyConfig
                self.provision_failure = str(error)
                return
            self.provision_failure = None
            self._offer(environment)

    def _free_slot(self) -> None:
        self._slots_taken -= 1
        self._start_more()

    def _offer(self, environment: ExecutionEnvironment) -> None:
        while self._waiters:
            waiter = self._waiters.popleft()
            if not waiter.done():
                self._busy.add(environment)
                waiter.set_result(environment)
                return
        if self._retired or not environment.is_ready:
            self._discard(environment)
            return
        environment.idle_since = self._loop.time()
        self._idle.append(environment)
        if self._reaper is None:
            self._reaper = self._loop.call_later(self._idle_seconds, self._reap)

    def _fail(self, error: Exception) -> None:
        while self._waiters:
            waiter = self._waiters.popleft()
            if not waiter.done():
                waiter.set_exception(error)
                return

    def _reap(self) -> None:
        """Stop what has been idle for long; the list is ordered by when it was last used."""
        self._reaper = None
        limit = self._loop.time() - self._idle_seconds
        surplus = max(0, len(self._idle) + len(self._busy) - self._provisioned)
        old = [environment for environment in self._idle if environment.idle_since <= limit]
        for environment in old[:surplus]:
            self._discard(environment)
            self._idle.remove(environment)
        kept = [environment for environment in self._idle if environment.idle_since > limit]
        if kept:
            oldest = min(environment.idle_since for environment in kept)
            self._reaper = self._loop.call_later(
                oldest + self._idle_seconds - self._loop.time() + 0.01, self._reap
            )

    def _discard(self, environment: ExecutionEnvironment) -> None:
        _keep(self._endings, environment.close())


def _keep(tasks: set[asyncio.Task[None]], work: Coroutine[None, None, None]) -> None:
    task = asyncio.create_task(work)
    tasks.add(task)
    task.add_done_callback(tasks.discard)
