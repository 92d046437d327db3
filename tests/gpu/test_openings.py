"""Promises of the plan of a GPU: the driver library can start with it, nothing else becomes possible, and no CPU child gets any of it."""

import base64

import pytest

from autograder.sandbox import gpu_openings, isolation
from autograder.sandbox.faults import Raised, StudentFault
from autograder.sandbox.isolation import Isolation

from .conftest import LEVELS
from .stand_in import MODULE, STEPS, BrokenDevice, built

# What sockets of AF_UNIX must not become: a way to anybody, by path or by name, or memory that nobody counts.
NOT_OPENED = {
    "a socket of the internet": "socket.socket().fileno()",
    "a datagram to a path": "socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).fileno()",
    "a raw socket": "socket.socket(socket.AF_UNIX, socket.SOCK_RAW).fileno()",
    "a stream to a path": "socket.socket(socket.AF_UNIX, socket.SOCK_STREAM).fileno()",
    "a pair of datagrams": "socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)[0].fileno()",
    "a pair of another family": "socket.socketpair(socket.AF_INET)[0].fileno()",
    "a file beside the names of threads": "open('/proc/self/oom_score_adj', 'w').fileno()",
    "the name of the process by another way": "open('/proc/self/comm', 'w').fileno()",
    "memory behind a descriptor": "os.memfd_create('x')",
    "a descriptor sent away": "socket.send_fds(socket.socketpair()[0], [b'x'], [0])",
    "the keys of the machine": "open('/proc/keys').read()",
    "what the kernel says": "open('/proc/kallsyms').read(9)",
    "a file of /sys that no driver reads": "open('/sys/kernel/uevent_seqnum').read()",
    "inspection by others": "{1: 'allowed'}[ctypes.CDLL(None).prctl(3)]",
}


def outcome(student, name: str) -> str:
    """What a step ended with: nothing, or the exception's name and text."""
    try:
        getattr(student.work, name)()
    except StudentFault as fault:
        return fault.details or fault.message
    return ""


@pytest.mark.parametrize("level", LEVELS)
def test_the_driver_library_can_start(warm_on, hand_in, level):
    """Every system call that is fatal for it when refused works in a child with the plan of a GPU."""
    student = hand_in(warm_on("cuda", level), MODULE)
    assert {name: outcome(student, name) for name in STEPS} == dict.fromkeys(STEPS, "")


@pytest.mark.parametrize("level", LEVELS)
def test_none_of_it_is_open_on_the_processor(warm_on, hand_in, level):
    """A child that computes on the processor can neither name threads nor make any socket, nor read about the bus."""
    student = hand_in(warm_on("cpu", level), MODULE)
    got = {name: outcome(student, name) for name in ("name_a_thread", "look_for_a_daemon", "listen_for_itself")}
    assert all("PermissionError" in words for words in got.values()), got


@pytest.mark.parametrize("level", LEVELS)
def test_a_library_in_its_place_starts(warm_on, hand_in, level, tmp_path):
    """The same from C, through a shared library of the driver's name, and never on the processor."""
    code = f"""
import base64, ctypes
def init():
    with open("libcuda.so.1", "wb") as file:
        file.write(base64.b64decode({base64.b64encode(built(tmp_path).read_bytes())!r}))
    library = ctypes.CDLL("./libcuda.so.1")
    library.stand_in_failed.restype = ctypes.c_char_p
    return library.cuInit(0), library.stand_in_failed().decode()
""".encode()
    assert hand_in(warm_on("cuda", level), code).work.init() == (0, "")
    refused, words = hand_in(warm_on("cpu", level), code).work.init()
    assert refused == 304 and words.startswith("/proc/self/task/") and words.endswith("comm: Permission denied")


@pytest.mark.parametrize("level", LEVELS)
def test_nothing_else_is_open(warm_on, hand_in, level):
    """Sockets that could send to somebody, other files of /proc and /sys, uncounted memory, inspection: refused as on the processor."""
    lines = [f"def f{place}(): return str({body})" for place, body in enumerate(NOT_OPENED.values())]
    through: dict[str, list[str]] = {}
    for device in ("cuda", "cpu"):
        student = hand_in(warm_on(device, level), "\n".join(["import ctypes, os, socket", *lines]).encode())
        through[device] = [name for place, name in enumerate(NOT_OPENED) if not outcome(student, f"f{place}")]
    assert through["cuda"] == through["cpu"]
    assert set(through["cpu"]) <= ({"the keys of the machine", "what the kernel says"} if level == "full" else set())


def test_a_socket_reaches_nobody_at_any_level(warm_on, hand_in):
    """Without namespaces a socket could reach services of the machine by path or name: `connect` is answered without looking."""
    code = b"""
import os, socket
def f():
    listening, other = (socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) for _ in range(2))
    listening.bind("here")
    listening.listen()
    try:
        other.connect("here")
    except FileNotFoundError:
        return "nobody"
    return "somebody"
"""
    assert {hand_in(warm_on("cuda", level), code).work.f() for level in LEVELS} == {"nobody"}


def test_device_files_are_files_and_never_folders(monkeypatch):
    """MIG's lie in a folder of their own, which must not become writable; what is no device is left out."""
    monkeypatch.setattr(gpu_openings, "DEVICE_FILES", ("/dev/nu*", "/dev/sh*", "/dev/../dev/zer*"))
    assert gpu_openings.device_files() == ["/dev/../dev/zero", "/dev/null"]


def test_only_the_plan_of_a_gpu_has_openings():
    """Nothing of them is in the plan for the processor, at any level."""
    for level in ("full", "reduced", "process"):
        cpu, gpu = (isolation.plan_for(Isolation(level), device) for device in ("cpu", "cuda"))
        assert not (cpu.local_sockets or cpu.rewritable or cpu.allowed_calls or cpu.dumpable or cpu.devices) and cpu.address_space
        assert gpu.local_sockets and gpu.rewritable == ["/proc/self/task"] and not gpu.dumpable and not gpu.address_space


def test_the_wide_plan_is_one_switch(monkeypatch):
    """For a driver that needs more than the traced one: a variable, nothing else."""
    monkeypatch.setenv(gpu_openings.VARIABLE, "wide")
    plan = isolation.plan_for(Isolation("reduced"), "cuda")
    assert plan.dumpable and {"/sys", "/proc"} <= set(plan.readable) and {"memfd_create", "sendmsg"} <= set(plan.allowed_calls)


def test_what_is_said_of_a_broken_device(warm_on, hand_in):
    """The stand-in for one breaks after as many calls as it was told, says what a real one says, and can be mended."""
    student = hand_in(warm_on("cuda", "full"), b"def f(): return 1")
    with BrokenDevice(after=1) as device:
        assert student.work.f() == 1
        with pytest.raises(
            Raised, match="could not be called as the handout says: RuntimeError: Unexpected error from cudaGetDeviceCount"
        ):
            student.work.f()
        device.broken = False
        assert student.work.f() == 1 and device.failed == 1
    assert student.work.f() == 1
