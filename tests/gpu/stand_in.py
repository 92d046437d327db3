"""What stands in for a GPU and its driver on a machine that has neither.

    MODULE                  a student's module that makes the driver library's system calls
    built(folder)           a shared library that does the same, under the real one's name
    BrokenDevice            calls into children fail as they do when the GPU cannot be opened

The other way round: `WarmProcess("cuda")` gives children the plan of a GPU on every machine. With `"device": "cpu"` in a student's
setup their tensors stay on the processor meanwhile.
"""

import shutil
import subprocess
from pathlib import Path
from unittest import mock

import pytest

from autograder.sandbox.channel import Channel

SOURCE = Path(__file__).with_name("libcuda.c")
# The words that a confined child had for every call when the driver could not start.
COULD_NOT_OPEN = (
    "Unexpected error from cudaGetDeviceCount(). Did you run some cuda functions before calling NumCudaDevices() "
    "that might have already set an error? Error 304: OS call failed or operation not supported on this OS"
)

# Each function is a step; the real library ends with error 304 when one of them fails.
MODULE = b"""
import os, socket, threading

def name_a_thread():
    failed = []
    def name_itself():
        try:
            descriptor = os.open(f"/proc/self/task/{threading.get_native_id()}/comm", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
            os.write(descriptor, b"cuda00001400006")
            os.close(descriptor)
        except OSError as error:
            failed.append(error)
    thread = threading.Thread(target=name_itself)
    thread.start()
    thread.join()
    if failed:
        raise failed[0]

def look_for_a_daemon():
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as end:
        try:
            end.connect("/tmp/nvidia-mps/control")
        except FileNotFoundError:
            return
    raise OSError("there is somebody")

kept = []

def listen_for_itself():
    network = os.stat("/proc/self/ns/net").st_ino
    end = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    end.bind(f"\\0cuda-uvmfd-{network}-{os.getpid()}")
    end.listen(16)
    kept.append(end)

def read_the_system():
    open("/sys/devices/system/memory/block_size_bytes").read() if os.path.isdir("/sys/devices/system/memory") else None
    os.listdir("/sys/bus/pci/devices") if os.path.isdir("/sys/bus/pci") else None

def read_about_the_driver():
    for path in ("/proc/devices", "/proc/modules", "/proc/self/maps", "/proc/driver/nvidia/params"):
        if os.path.exists(path):
            open(path).read()
"""
STEPS = ("name_a_thread", "look_for_a_daemon", "listen_for_itself", "read_the_system", "read_about_the_driver")


def built(folder: Path) -> Path:
    """The library `libcuda.so.1` in a folder, built there by the machine's C compiler; a skip where there is none."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("there is no C compiler here to build a stand-in for the driver library with")
    library = folder / "libcuda.so.1"
    options = ["-shared", "-fPIC", "-pthread", f"-Wl,-soname,{library.name}"]
    subprocess.run([compiler, *options, "-o", str(library), str(SOURCE)], check=True)
    return library


class BrokenDevice:
    """A context in which calls into children fail as they do when a GPU cannot be opened, on whatever device they compute.

        with BrokenDevice() as device: ...              every call raises
        with BrokenDevice(after=20) as device: ...      twenty calls work before it breaks
        device.broken = False                           it works again

    It works in this process, on the host's side of the sandbox: students' code and children are not touched. A grading process that
    a test starts has to enter it itself.

    Args:
        after: calls that work at first.
        kind: the exception that the child tells of.
        text: what it says.
    """

    def __init__(self, after: int = 0, kind: str = "RuntimeError", text: str = COULD_NOT_OPEN):
        self.left, self.broken = after, True
        self.failed = 0  # calls so far that did
        self.report = {"kind": "exception", "type": kind, "text": text, "builtin": True}

    def __enter__(self) -> "BrokenDevice":
        ask = Channel.ask

        def answered(channel: Channel, *arguments, **options) -> dict:
            if not self.broken or self.left > 0:
                self.left -= 1
                return ask(channel, *arguments, **options)
            self.failed += 1
            channel.own_s = 0.0
            return {"id": "", "error": self.report}

        self.patched = mock.patch.object(Channel, "ask", answered)
        self.patched.start()
        return self

    def __exit__(self, *reasons: object) -> None:
        self.patched.stop()
