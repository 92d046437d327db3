"""Promises about the processor of a machine with a GPU: its driver's library is kept away, and its thread costs no isolation."""

import pytest

from autograder.sandbox import isolation
from autograder.sandbox.faults import SandboxFault
from autograder.sandbox.isolation import FULL, Isolation
from autograder.sandbox.warm import WarmProcess

from .stand_in import built

STEPS = (
    b"import os, torch\ndef f():\n    x = torch.ones(2, requires_grad=True)\n    x.sum().backward()\n"
    b"    return len(os.listdir('/proc/self/task')), 'libcuda.so' in open('/proc/self/maps').read()"
)


@pytest.fixture
def with_a_driver(tmp_path, monkeypatch):
    """`with_a_driver("after")`: a machine whose library path holds a driver that starts a thread when GPUs are counted."""
    folder = tmp_path / "driver"
    folder.mkdir()
    tmp_path.chmod(0o755)
    built(folder)
    environment, readable = isolation.environment, isolation.readable_folders

    def put(place: str) -> None:
        def changed(level: Isolation, device: str) -> dict[str, str]:
            found = environment(level, device)
            paths = [found.get("LD_LIBRARY_PATH", ""), str(folder)]
            return found | {"LD_LIBRARY_PATH": ":".join(paths if place == "after" else reversed(paths))}

        monkeypatch.setattr(isolation, "environment", changed)
        monkeypatch.setattr(isolation, "readable_folders", lambda: [*readable(), str(folder)])

    return put


@pytest.mark.parametrize("place, careful", [("after", False), ("before", True)])
def test_a_driver_costs_no_isolation(with_a_driver, hand_in, place, careful):
    """The library is not found; and were it found, the warm process would be started again without what loads it, at the same level."""
    with_a_driver(place)
    warm = WarmProcess("cpu")
    try:
        if isolation.candidates()[0] != FULL:
            pytest.skip(f"this machine does not offer full isolation: {isolation.candidates()[0]}")
        assert warm.isolation == FULL and warm.careful is careful
        assert hand_in(warm, STEPS).work.f() == ((2, True) if careful else (1, False))
    except SandboxFault as fault:
        pytest.skip(f"this machine offers no isolation: {fault}")
    finally:
        warm.close()
