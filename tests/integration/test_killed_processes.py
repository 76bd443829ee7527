"""kill -9 of a function's process, or of the emulator, in the middle of its work."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.running_edge import RunningEdge, running_edge, until

# Tells its process id and stays, as long as a file says so. With threads and memory, a killed
# process is a zombie for a moment before it can be waited for.
STAYS = """
import json, os, threading, time

memory = bytearray(40_000_000)
for _ in range(3):
    threading.Thread(target=time.sleep, args=(600,), daemon=True).start()

def handler(event, context):
    with open(os.environ["EVENTS"], "a") as file:
        file.write(json.dumps({"event": event, "arn": "", "pid": os.getpid()}) + "\\n")
    while os.path.exists(os.environ["STAY"]):
        time.sleep(0.02)
    return os.getpid()
"""


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEdge]:
    with running_edge(tmp_path_factory.mktemp("edge")) as running:
        yield running


class Staying:
    """A function that stays in its handler until it is let go."""

    def __init__(self, edge: RunningEdge, name: str) -> None:
        self.name, self.functions = name, edge.client("lambda")
        self.stay = edge.directory / f"{name}.stay"
        self.stay.touch()
        variables = {"STAY": str(self.stay)}
        self.recorder = edge.recorder(name, code=STAYS, variables=variables)

    def pids(self) -> list[int]:
        return [call["pid"] for call in self.recorder.calls()]

    def begin(self) -> tuple[threading.Thread, dict[str, Any]]:
        """Invoke in the background, and wait until the handler is in its middle."""
        answer: dict[str, Any] = {}

        def invoke() -> None:
            try:
                answer.update(self.functions.invoke(FunctionName=self.name, Payload="{}"))
                answer["Document"] = json.loads(answer["Payload"].read())
            except Exception as error:  # the emulator may be what is killed
                answer["Exception"] = error

        thread = threading.Thread(target=invoke)
        before = len(self.pids())
        thread.start()
        until(lambda: len(self.pids()) > before)
        return thread, answer


def test_an_invocation_whose_process_is_killed_says_so_and_the_next_succeeds(
    edge: RunningEdge,
) -> None:
    staying = Staying(edge, "killed")
    edge.client("lambda").put_function_concurrency(
        FunctionName="killed", ReservedConcurrentExecutions=1
    )
    thread, answer = staying.begin()
    victim = staying.pids()[0]
    os.kill(victim, signal.SIGKILL)
    thread.join(20)
    assert answer["FunctionError"] == "Unhandled"
    assert answer["Document"]["errorType"] == "Runtime.ExitError"
    assert answer["Document"]["errorMessage"].endswith(
        "Error: Runtime exited with error: signal: killed"
    )
    staying.stay.unlink()
    again = staying.functions.invoke(FunctionName="killed", Payload="{}")
    assert "FunctionError" not in again
    assert json.loads(again["Payload"].read()) != victim


def test_a_process_that_is_killed_while_it_idles_is_replaced(edge: RunningEdge) -> None:
    staying = Staying(edge, "idle")
    staying.stay.unlink()
    staying.functions.invoke(FunctionName="idle", Payload="{}")
    idle = psutil.Process(staying.pids()[0])
    idle.kill()
    until(lambda: not idle.is_running() or idle.status() == psutil.STATUS_ZOMBIE)
    answer = staying.functions.invoke(FunctionName="idle", Payload="{}")
    assert "FunctionError" not in answer
    assert len(set(staying.pids())) == 2


def test_a_batch_whose_process_is_killed_comes_again(edge: RunningEdge) -> None:
    staying = Staying(edge, "by-queue")
    staying.functions.update_function_configuration(FunctionName="by-queue", Timeout=3)
    sqs = edge.client("sqs")
    url = sqs.create_queue(QueueName="work", Attributes={"VisibilityTimeout": "3"})["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    staying.functions.create_event_source_mapping(
        FunctionName="by-queue", EventSourceArn=attributes["QueueArn"]
    )
    sqs.send_message(QueueUrl=url, MessageBody="pay")
    until(staying.pids)
    staying.stay.unlink()
    os.kill(staying.pids()[0], signal.SIGKILL)
    first, second = staying.recorder.wait(2)[:2]
    assert first["Records"][0]["messageId"] == second["Records"][0]["messageId"]
    assert second["Records"][0]["attributes"]["ApproximateReceiveCount"] == "2"
    count = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    until(
        lambda: (
            set(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=count)["Attributes"].values())
            == {"0"}
        )
    )


def test_a_batch_of_a_stream_whose_process_is_killed_is_tried_again(edge: RunningEdge) -> None:
    staying = Staying(edge, "by-stream")
    kinesis = edge.client("kinesis")
    kinesis.create_stream(StreamName="work", ShardCount=1)
    arn = kinesis.describe_stream(StreamName="work")["StreamDescription"]["StreamARN"]
    staying.functions.create_event_source_mapping(
        FunctionName="by-stream", EventSourceArn=arn, StartingPosition="TRIM_HORIZON"
    )
    kinesis.put_record(StreamName="work", PartitionKey="p", Data=b"pay")
    until(staying.pids)
    staying.stay.unlink()
    os.kill(staying.pids()[0], signal.SIGKILL)
    first, second = staying.recorder.wait(2)[:2]
    assert first == second


def test_an_emulator_that_is_killed_takes_its_functions_with_it_and_its_state_is_whole(
    tmp_path: Path,
) -> None:
    with running_edge(tmp_path, "--persist") as edge:
        staying = Staying(edge, "kept")
        thread, answer = staying.begin()
        child = psutil.Process(staying.pids()[0])
        parent = child.parent()
        assert parent is not None
        parent.kill()
        thread.join(60)
        assert "Exception" in answer
        _, alive = psutil.wait_procs([child], timeout=10)
        assert [one for one in alive if one.status() != psutil.STATUS_ZOMBIE] == []
    staying.stay.unlink()
    with running_edge(tmp_path, "--persist") as edge:
        answer = edge.client("lambda").invoke(FunctionName="kept", Payload="{}")
        assert "FunctionError" not in answer
        scratch = list((tmp_path / "state" / "functions" / "scratch").iterdir())
        assert len(scratch) == 1
