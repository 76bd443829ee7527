"""First code of an execution environment's process; runs on the function's own interpreter.

It is started as a script, with nothing but the standard library on its path, by any Python from
3.10 on, and never imported by the harness. It prepares what Lambda's own bootstrap prepares and
hands over to AWS's runtime interface client:

* ``sys.path``: the function's code, its layers, the runtime, the standard library;
* the code is read-only to the function, as ``/var/task`` is on AWS;
* log records go to the platform framed, on the same pipe as stdout and stderr, so that the order
  of prints and log records is kept;
* the process dies with the one that started it, even when that one is killed.
"""

import os
import sys


def _die_with_parent(descriptor: int) -> None:
    """End the whole process group when the other end of this pipe is closed.

    Linux sends a signal of choice on hang-up. Unlike a parent-death signal this does not depend on
    the thread that started the process, and costs no import of ctypes.
    """
    import fcntl
    import signal

    if hasattr(fcntl, "F_SETSIG"):
        fcntl.fcntl(descriptor, fcntl.F_SETOWN, -os.getpgrp())
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGKILL)
        flags = fcntl.fcntl(descriptor, fcntl.F_GETFL)
        fcntl.fcntl(descriptor, fcntl.F_SETFL, flags | os.O_ASYNC | os.O_NONBLOCK)
        try:
            already_closed = os.read(descriptor, 1) == b""
        except BlockingIOError:
            already_closed = False
        if already_closed:
            os._exit(1)
    else:
        import _thread

        def wait() -> None:
            os.read(descriptor, 1)
            os.killpg(os.getpgrp(), signal.SIGKILL)

        _thread.start_new_thread(wait, ())


def _guard_code(task_root: str) -> None:
    """Refuse changes below the code directory with EROFS, as Lambda's read-only mount does.

    Byte-code caches are let through: they are not the function's doing, and keep cold starts short.
    """
    import errno

    root = os.path.join(os.path.realpath(task_root), "")  # noqa: PTH118 - pathlib is a slow import
    one_path = {"os.mkdir", "os.remove", "os.rmdir", "os.truncate", "os.chmod", "os.utime"}
    two_paths = {"os.rename", "os.link", "os.symlink"}
    writing = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC

    def refuse(path: object) -> None:
        if isinstance(path, int):
            return
        name = os.path.abspath(os.fsdecode(path))  # type: ignore[arg-type] # noqa: PTH100
        if name.startswith(root) and "__pycache__" not in name:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), name)

    def audit(event: str, arguments: tuple) -> None:  # type: ignore[type-arg]
        if event == "open":
            if isinstance(arguments[2], int) and arguments[2] & writing:
                refuse(arguments[0])
        elif event in one_path:
            refuse(arguments[0])
        elif event in two_paths:
            refuse(arguments[0])
            refuse(arguments[1])

    sys.addaudithook(audit)


def _prepare_path(task_root: str, layers: str | None) -> None:
    """Put the code first; a PYTHONPATH of the function's own must not hide the runtime."""
    inherited = sys.path[1:]
    runtime = os.environ["LAMBDA_RUNTIME_DIR"]
    if runtime not in inherited:
        inherited.insert(0, runtime)
    shared = []
    if layers is not None:
        version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
        shared = [f"{layers}/python/lib/{version}/site-packages", f"{layers}/python"]
    sys.path[:] = [task_root, *shared, *inherited]


def _wait_for_function() -> None:
    """Load what every function loads, and become one of them when told to, by a line of JSON.

    A spare process saves the next environment most of its start.
    """
    import json
    import time

    sys.path.insert(1, os.environ["LAMBDA_RUNTIME_DIR"])
    import boto3  # noqa: F401

    told = json.loads(sys.stdin.readline())
    os.environ.clear()
    os.environ.update(told["environment"])
    os.chdir(told["directory"])
    time.tzset()
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    del sys.path[1]
    sys.path_importer_cache.clear()


def main() -> None:
    """Prepare the process and run AWS's runtime interface client, which does not return."""
    _die_with_parent(int(sys.argv[1]))
    if sys.argv[2:] == ["--spare"]:
        _wait_for_function()
        del sys.argv[2]
    # Without site there are no exit() and quit(), which functions may use.
    import site

    site.setquit()
    site.sethelper()
    task_root = os.environ["LAMBDA_TASK_ROOT"]
    handler = os.environ["_HANDLER"]
    layers = sys.argv[2] if len(sys.argv) > 2 else None
    _prepare_path(task_root, layers)
    _guard_code(task_root)
    if layers is not None:
        _guard_code(layers)
    # Python adds this where the machine lacks the locale that Lambda's LANG names.
    if os.environ.get("LC_CTYPE") == "C.UTF-8":
        del os.environ["LC_CTYPE"]
    os.environ["_LAMBDA_TELEMETRY_LOG_FD"] = str(os.dup(1))
    sys.argv = ["awslambdaric", handler]

    from awslambdaric.__main__ import main as run  # type: ignore[import-not-found]

    run(sys.argv)


if __name__ == "__main__":
    main()
