"""What `up` makes of a stack that was broken: killed processes, half-finished starts."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
import requests

from tests.running_edge import until
from tests.running_stack import (
    PROJECT,
    PaymentsApi,
    authorized_api,
    describe_stack,
    payouts_to,
)

pytestmark = pytest.mark.usefixtures("own_stack")


@dataclass(frozen=True)
class OwnStack:
    """A stack that only these tests use, so that they may break it."""

    directory: Path
    environment: dict[str, str]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "localtender", *arguments],
            capture_output=True,
            text=True,
            check=False,
            cwd=PROJECT,
            env=self.environment,
        )

    def pids(self) -> dict[str, int]:
        pids: dict[str, int] = json.loads((self.directory / "processes.json").read_text())
        return pids

    def supervisor(self) -> psutil.Process:
        record = json.loads((self.directory / "stack.json").read_text())
        return psutil.Process(record["supervisor_pid"])

    def is_healthy(self) -> bool:
        return self.run("status", "--json").returncode == 0

    def ports_are_free(self) -> bool:
        for name in ("EDGE_PORT", "SANDBOX_PORT"):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", int(self.environment[name]))) == 0:
                    return False
        return True


@pytest.fixture(scope="module")
def own_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnStack]:
    directory = tmp_path_factory.mktemp("stack")
    with socket.socket() as first, socket.socket() as second:
        first.bind(("127.0.0.1", 0))
        second.bind(("127.0.0.1", 0))
        ports = first.getsockname()[1], second.getsockname()[1]
    stack = OwnStack(
        directory,
        {
            **os.environ,
            "LOCALTENDER_STATE_DIR": str(directory),
            "LOCALTENDER_WORKSPACE": f"localtender-recovery-{os.getpid()}",
            "EDGE_PORT": str(ports[0]),
            "SANDBOX_PORT": str(ports[1]),
        },
    )
    up = stack.run("up")
    assert up.returncode == 0, up.stdout + up.stderr
    yield stack
    stack.run("down")


def test_a_killed_sandbox_or_provider_comes_back_by_itself(own_stack: OwnStack) -> None:
    before = own_stack.pids()
    for name in ("sandboxes", "provider"):
        os.kill(before[name], signal.SIGKILL)
    up = own_stack.run("up")
    assert up.returncode == 0, up.stdout + up.stderr
    assert own_stack.is_healthy()
    assert own_stack.pids()["edge"] == before["edge"]


@pytest.mark.parametrize("victim", ["edge", "supervisor"])
def test_up_repairs_a_stack_whose_processes_were_killed(own_stack: OwnStack, victim: str) -> None:
    supervisor = own_stack.supervisor()
    others = supervisor.children(recursive=True)
    os.kill(supervisor.pid if victim == "supervisor" else own_stack.pids()["edge"], signal.SIGKILL)
    psutil.wait_procs(others, timeout=20)
    assert not own_stack.is_healthy()

    up = own_stack.run("up")

    assert up.returncode == 0, up.stdout + up.stderr
    assert own_stack.is_healthy()


def test_up_repairs_a_stack_whose_edge_is_killed_in_the_middle_of_a_payment(
    own_stack: OwnStack,
) -> None:
    before = describe_stack(own_stack.environment)
    before.add_fault(kind="hang", seconds=60, method="POST", path="/v1/payments/payouts")
    customer = {"customer_id": "c-killed", "email": "killed@example.com"}
    payment = {**customer, "amount": 12.34, "currency": "USD"}
    failures: list[Exception] = []

    def pay(api: PaymentsApi) -> None:
        try:
            api.post("/v1/api/payments", payment)
        except requests.RequestException as error:
            failures.append(error)

    with authorized_api(before) as api:
        assert api.post("/v1/api/customer", customer).status_code == 200
        paying = threading.Thread(target=pay, args=(api,))
        paying.start()
        until(lambda: payouts_to(before, customer["email"]))
        edge = psutil.Process(own_stack.pids()["edge"])
        functions = edge.children(recursive=True)
        edge.kill()
        paying.join(30)
    assert failures
    _, alive = psutil.wait_procs(functions, timeout=20)
    assert [one for one in alive if one.status() != psutil.STATUS_ZOMBIE] == []

    up = own_stack.run("up")

    assert up.returncode == 0, up.stdout + up.stderr
    after = describe_stack(own_stack.environment)
    with authorized_api(after) as api:
        assert api.post("/v1/api/customer", customer).status_code == 200
        paid = api.post("/v1/api/payments", payment)
    assert (paid.status_code, paid.json()["status"]) == (200, "COMPLETED")


def test_up_finishes_what_an_interrupted_up_began(own_stack: OwnStack) -> None:
    own_stack.run("down")
    with subprocess.Popen(
        [sys.executable, "-m", "localtender", "up"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=PROJECT,
        env=own_stack.environment,
    ) as interrupted:
        for line in interrupted.stdout or ():
            if "terraform init" in line:
                interrupted.send_signal(signal.SIGKILL)
                break
    up = own_stack.run("up")
    assert up.returncode == 0, up.stdout + up.stderr
    assert own_stack.is_healthy()


def test_up_after_ctrl_c_carries_on_and_no_terraform_goes_on_meanwhile(
    own_stack: OwnStack,
) -> None:
    own_stack.run("down")
    with subprocess.Popen(
        [sys.executable, "-m", "localtender", "up"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=PROJECT,
        env=own_stack.environment,
        start_new_session=True,
    ) as interrupted:
        output = interrupted.stdout
        assert output is not None
        for line in output:
            if "terraform init" in line:
                break
        children = psutil.Process(interrupted.pid).children(recursive=True)
        # As a terminal does: to the whole group.
        os.killpg(interrupted.pid, signal.SIGINT)
        rest = output.read()
    assert interrupted.returncode == 130
    assert "interrupted; `make up` carries on" in rest
    assert "Traceback" not in rest
    assert not [child for child in children if child.is_running() and "apply" in child.cmdline()]
    up = own_stack.run("up")
    assert up.returncode == 0, up.stdout + up.stderr
    assert own_stack.is_healthy()


@pytest.mark.parametrize("record", ["", "{", '{"supervisor_pid": "1"}', None])
def test_up_and_down_find_a_stack_whose_record_is_lost(
    own_stack: OwnStack, record: str | None
) -> None:
    own_stack.run("up")
    file = own_stack.directory / "stack.json"
    file.unlink() if record is None else file.write_text(record)
    assert own_stack.run("status").returncode == 1
    if record is None:
        assert own_stack.run("down").stdout == "Stopped.\n"
        assert own_stack.ports_are_free()
    up = own_stack.run("up")
    assert up.returncode == 0, up.stdout + up.stderr
    assert own_stack.is_healthy()


def test_a_second_up_at_the_same_time_is_refused(own_stack: OwnStack) -> None:
    with (own_stack.directory / "up.lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for command in ("up", "down"):
            refused = own_stack.run(command)
            assert refused.returncode == 1
            assert "at work on this stack" in refused.stderr
    assert own_stack.is_healthy()


def test_a_terraform_that_is_wrong_is_named_and_the_stack_goes_on(
    own_stack: OwnStack, tmp_path: Path
) -> None:
    broken = tmp_path / "terraform"
    broken.mkdir()
    (broken / "main.tf").write_text('resource "aws_sqs_queue" "q" {\n  delay_seconds = 9000\n}\n')
    answer = subprocess.run(
        [sys.executable, "-m", "localtender", "up"],
        capture_output=True,
        text=True,
        check=False,
        cwd=PROJECT,
        env={**own_stack.environment, "TERRAFORM_DIR": str(broken)},
    )
    assert answer.returncode == 1
    assert "aws_sqs_queue.q" in answer.stderr
    assert "delay_seconds" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_down_leaves_no_process_no_port_and_no_state(own_stack: OwnStack) -> None:
    own_stack.run("up")
    supervisor = own_stack.supervisor()
    processes = [supervisor, *supervisor.children(recursive=True)]

    down = own_stack.run("down")

    assert down.returncode == 0, down.stderr
    _, alive = psutil.wait_procs(processes, timeout=1)
    assert [process for process in alive if process.status() != psutil.STATUS_ZOMBIE] == []
    assert own_stack.ports_are_free()
    workspace = own_stack.environment["LOCALTENDER_WORKSPACE"]
    assert not (PROJECT / "terraform" / "terraform.tfstate.d" / workspace).exists()
    assert not (own_stack.directory / "stack.json").exists()
