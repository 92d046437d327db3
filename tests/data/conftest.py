"""Fixtures of the data tests: a server on this machine, the command line run in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import small_archives as small
from ended import Ended
from range_server import FAST, RangeServer

from data_scripts import DATASETS
from data_scripts import __main__ as command_line
from data_scripts.spec import DataSpec


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[RangeServer]:
    """A fresh web server; a proxy of the machine must not be asked for it."""
    monkeypatch.setenv("NO_PROXY", "*")
    running = RangeServer()
    yield running
    running.close()


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ended]:
    """`python -m data_scripts` with these arguments, without its long waits."""
    monkeypatch.setattr(command_line, "PATIENCE", FAST)

    def run(*arguments: object) -> Ended:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            command_line.main([str(argument) for argument in arguments], prog_name="data_scripts")
        return Ended(int(ended.value.code or 0), *capsys.readouterr())

    return run


@pytest.fixture
def publish(server: RangeServer, monkeypatch: pytest.MonkeyPatch) -> Callable[[DataSpec, dict[str, bytes]], DataSpec]:
    """Put small archives on the test's server and let the command line know them under the real name."""

    def publish(spec: DataSpec, contents: dict[str, bytes]) -> DataSpec:
        server.files.update({f"/{name}": content for name, content in contents.items()})
        monkeypatch.setitem(DATASETS, spec.name, spec)
        return spec

    return publish


@pytest.fixture
def cifar(publish: Callable[[DataSpec, dict[str, bytes]], DataSpec], server: RangeServer) -> DataSpec:
    """CIFAR-10 with 24 images."""
    archive = small.cifar_tar()
    return publish(small.cifar_spec(server.address, archive), {"cifar-10-python.tar.gz": archive})
