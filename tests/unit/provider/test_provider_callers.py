from __future__ import annotations

import json
import os
import socket
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from localtender.provider.callers import caller_of, parse_environment
from localtender.provider.errors import SocketInUseError
from localtender.provider.front_door import FrontDoor
from localtender.provider.mentioned_types import mentioned_types
from localtender.provider.reattach import reattach_configuration
from localtender.provider.server import ProviderServer
from localtender.provider.sessions import Caller, Sessions

NOWHERE = Caller(Path("/nowhere"))


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="lt-") as name:
        yield Path(name)


@pytest.mark.skipif(not hasattr(socket, "SO_PEERCRED"), reason="only Linux tells the peer")
def test_the_folder_of_the_process_at_the_other_end_is_known() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert caller_of(ours, NOWHERE).working_directory == Path.cwd()


def test_only_what_the_real_provider_reads_is_taken_from_the_environment() -> None:
    block = b"AWS_REGION=eu-west-1\0HOME=/home/me\0AWS_PROFILE=\0TF_DATA_DIR=data\0\0"
    assert parse_environment(block) == {"AWS_REGION": "eu-west-1", "TF_DATA_DIR": "data"}


def test_a_connection_is_passed_on_under_a_name_of_its_own(folder: Path) -> None:
    sessions, inner, outer = Sessions(), folder / "inner", folder / "outer"
    with socket.socket(socket.AF_UNIX) as behind:
        behind.bind(str(inner))
        behind.listen()
        door = FrontDoor(outer, inner, folder, sessions, NOWHERE, provider="random")
        door.start()
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(outer))
            client.sendall(b"hello")
            connection, peer = behind.accept()
            with connection:
                assert connection.recv(5) == b"hello"
                session = sessions.find(f"unix:{peer}")
                assert session is not None
                assert session.provider == "random"
                connection.sendall(b"answer")
                assert client.recv(6) == b"answer"
        assert session.stopping.wait(5)
        door.stop()


def test_looking_whether_somebody_listens_opens_no_session(folder: Path) -> None:
    sessions, outer = Sessions(), folder / "outer"
    door = FrontDoor(outer, folder / "inner", folder, sessions, NOWHERE, provider="aws")
    door.start()
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(outer))
    door.stop()
    assert sessions.find(f"unix:{folder}/aws-1") is None
    assert outer.stat().st_mode & 0o777 == 0o600


def test_a_socket_that_somebody_serves_is_not_taken_away(folder: Path) -> None:
    path = folder / "p.sock"
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(path))
        other.listen()
        with pytest.raises(SocketInUseError, match="another process serves"):
            ProviderServer(path, "http://127.0.0.1:4566")
    with pytest.raises(SocketInUseError, match="shorter"):
        ProviderServer(folder / ("x" * 120), "http://127.0.0.1:4566")


def test_terraform_and_opentofu_find_the_same_provider() -> None:
    document = json.loads(reattach_configuration(Path("/tmp/p.sock"), os.getpid()))
    assert (
        document["registry.terraform.io/hashicorp/aws"]
        == document["registry.opentofu.org/hashicorp/aws"]
    )
    assert document["registry.terraform.io/hashicorp/aws"]["Addr"]["String"] == "/tmp/p.sock"


def test_every_provider_has_a_socket_of_its_own() -> None:
    document = json.loads(
        reattach_configuration(Path("/tmp/p.sock"), os.getpid(), ("aws", "random"))
    )
    sockets = {connection["Addr"]["String"] for connection in document.values()}
    assert sockets == {"/tmp/p.sock", "/tmp/p-random.sock"}
    assert all(connection["Test"] is True for connection in document.values())


def test_types_are_found_in_the_root_module_its_modules_and_its_state(tmp_path: Path) -> None:
    module = tmp_path / "modules" / "network"
    module.mkdir(parents=True)
    manifest = tmp_path / ".terraform" / "modules" / "modules.json"
    manifest.parent.mkdir(parents=True)
    manifest.write_text('{"Modules": [{"Key": "", "Dir": "."}, {"Dir": "modules/network"}]}')
    (tmp_path / "main.tf").write_text('resource "aws_sqs_queue" "q" {}')
    (tmp_path / "more.tf.json").write_text('{"data": {"aws_region": {"here": {}}}}')
    (tmp_path / "notes.md").write_text("aws_instance")
    (tmp_path / "terraform.tfstate").write_text('{"resources": [{"type": "aws_vpc"}]}')
    (module / "main.tf").write_text('resource "aws_subnet" "s" {}')
    assert mentioned_types(tmp_path) == {
        "aws_sqs_queue",
        "aws_region",
        "aws_vpc",
        "aws_subnet",
    }
    assert mentioned_types(tmp_path / "missing") == frozenset()


def test_a_session_of_a_stranger_is_not_found() -> None:
    sessions = Sessions()
    session = sessions.open("unix:/a", NOWHERE, "aws")
    assert sessions.find("unix:/b") is None
    waiting = threading.Thread(target=session.stopping.wait)
    waiting.start()
    sessions.close("unix:/a")
    waiting.join(5)
    assert not waiting.is_alive()
