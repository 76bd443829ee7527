"""Starts processes of functions: anew, or out of a spare one."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

LAUNCHER = Path(__file__).with_name("launcher.py")


@dataclass(frozen=True)
class ProcessStart:
    """What a process is started with.

    `layers` is what AWS has at /opt, `wrapper` a script that starts the runtime. `may_be_spare`
    says that nothing in its environment has to be there before the interpreter begins.
    """

    interpreter: Path
    environment: Mapping[str, str]
    directory: Path
    layers: Path | None = None
    wrapper: str | None = None
    may_be_spare: bool = False


@dataclass(frozen=True)
class StartedProcess:
    """A process with the reading end of its output and the pipe whose closing kills it."""

    process: subprocess.Popen[bytes]
    output: int
    lifeline: int

    def discard(self) -> None:
        """Kill and reap a process that nobody took."""
        self.process.kill()
        self.process.wait()
        if self.process.stdin is not None:
            self.process.stdin.close()
        os.close(self.output)
        os.close(self.lifeline)


Starter = Callable[[ProcessStart], StartedProcess]
"""Starts a process. Raises OSError when the interpreter can't be started."""


def start_process(start: ProcessStart) -> StartedProcess:
    """Start a process anew. Raises OSError when the interpreter can't be started."""
    arguments = [] if start.layers is None else [str(start.layers)]
    return _run(start, arguments, subprocess.DEVNULL)


def start_spare(
    interpreter: Path, environment: Mapping[str, str], directory: Path
) -> StartedProcess:
    """Start a process that waits to be told which function it is. Raises OSError."""
    return _run(ProcessStart(interpreter, environment, directory), ["--spare"], subprocess.PIPE)


def _run(start: ProcessStart, arguments: list[str], stdin: int) -> StartedProcess:
    output, output_end = os.pipe()
    lifeline_end, lifeline = os.pipe()
    try:
        # -S and -s keep every site-packages out; the launcher makes up the path.
        command = [str(start.interpreter), "-S", "-s", str(LAUNCHER), str(lifeline_end), *arguments]
        if start.wrapper is not None:
            # By a shell, so that a script that is missing ends the runtime, as it does on AWS.
            command = ["/bin/sh", "-c", 'exec "$0" "$@"', start.wrapper, *command]
        process = subprocess.Popen(
            command,
            stdin=stdin,
            stdout=output_end,
            stderr=output_end,
            cwd=start.directory,
            env=dict(start.environment),
            pass_fds=(lifeline_end,),
            start_new_session=True,
        )
    except BaseException:
        os.close(output)
        os.close(lifeline)
        raise
    finally:
        os.close(output_end)
        os.close(lifeline_end)
    return StartedProcess(process, output, lifeline)
