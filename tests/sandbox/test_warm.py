"""Promises of the warm process: what goes wrong with it is a fault of ours, told as one, and it can be replaced."""

import json
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from autograder.sandbox import isolation, warm
from autograder.sandbox.channel import Channel
from autograder.sandbox.faults import Crashed, SandboxFault
from autograder.sandbox.isolation import Isolation
from autograder.sandbox.limits import Limits
from autograder.sandbox.warm import WarmProcess

OPEN_DESCRIPTORS = "import os\ndef f(): return [n for n in range(1000) if os.path.lexists(f'/proc/self/fd/{n}')]"
WARM = """
import json, os, socket, sys, time
control = socket.socket(fileno=DESCRIPTOR)
def say(**words): control.send(json.dumps(words).encode())
def hear(): return socket.recv_fds(control, 1 << 16, 2)
"""


def false_warm_process(monkeypatch, behaviour: str, level: str = "full") -> WarmProcess:
    """A warm process whose inside is these lines."""
    monkeypatch.setattr(
        isolation,
        "command",
        lambda level, descriptor, device, services, careful: [
            sys.executable,
            "-S",
            "-c",
            WARM.replace("DESCRIPTOR", str(descriptor)) + behaviour,
        ],
    )
    return WarmProcess(at_most=Isolation(level))


@pytest.mark.parametrize(
    "behaviour, words",
    [
        ("sys.exit('torch: no such file')", "could not start: torch: no such file"),
        ("pass", "could not start: it gave no reason"),
        (
            "say(error='RuntimeError: 2 threads run in the warm process')",
            "could not start: RuntimeError: 2 threads run",
        ),
        ("time.sleep(9)", "was ended while it started: it gave no reason"),
    ],
)
def test_a_warm_process_that_does_not_start_says_why(monkeypatch, behaviour, words):
    """Its own words, its last line of error output, or that there were none; and nothing of it is left."""
    monkeypatch.setattr(warm, "START_TIMEOUT_S", 1)
    monkeypatch.setattr(warm, "ENDING_S", 0.5)
    process = false_warm_process(monkeypatch, behaviour)
    started = process.process
    with pytest.raises(SandboxFault, match=words):
        process.wait_until_ready()
    assert not process.alive() and started.poll() is not None


@pytest.mark.parametrize("worked_before", [False, True])
def test_a_warm_process_that_is_killed_while_it_starts_confines_nobody_less(monkeypatch, worked_before):
    """Lack of memory is no reason to go on with a weaker level: that takes a level that says itself that it does not work here."""
    monkeypatch.setattr(isolation, "candidates", lambda: [Isolation("full"), Isolation("reduced", "no namespaces")])
    start = "say(ready=True); hear()" if worked_before else "time.sleep(9)"
    monkeypatch.setattr(
        isolation,
        "command",
        lambda level, descriptor, device, services, careful: [
            sys.executable,
            "-S",
            "-c",
            WARM.replace("DESCRIPTOR", str(descriptor)) + start,
        ],
    )
    process = WarmProcess()
    if worked_before:
        process.wait_until_ready()
        monkeypatch.setattr(
            isolation,
            "command",
            lambda level, descriptor, device, services, careful: [sys.executable, "-S", "-c", "raise SystemExit('no memory')"],
        )
        process.restart()
    else:
        os.kill(process.process.pid, signal.SIGKILL)
    with pytest.raises(SandboxFault, match="was ended while it started"):
        process.wait_until_ready()
    assert process.candidates[0].level == "full" and not process.alive()


@pytest.mark.parametrize(
    "behaviour, words",
    [
        (
            "hear(); say(error='[Errno 11] Resource temporarily unavailable')",
            "no child could be forked: .*temporarily unavailable",
        ),
        ("hear(); sys.exit()", "no child could be forked: the warm process is gone"),
        ("sys.exit()", "the warm process is gone"),
        ("hear(); time.sleep(1.5); say(pid=1)", "the warm process is gone"),
        ("hear(); say(pid=1)", "its handle got lost"),
    ],
)
def test_a_child_that_cannot_be_forked_is_a_fault_of_ours(monkeypatch, behaviour, words):
    """Also when the answer comes too late, or without the handle by which the child could be ended."""
    monkeypatch.setattr(warm, "SPAWN_TIMEOUT_S", 0.5)
    process = false_warm_process(monkeypatch, f"say(ready=True); {behaviour}; hear()")
    try:
        with pytest.raises(SandboxFault, match=words):
            process.spawn(Limits().plan())
        late = "1.5" in behaviour
        assert not late or not process.alive()  # or its answer would be taken for the next one's
    finally:
        process.close()


@pytest.mark.parametrize(
    "behaviour, words",
    [
        (
            "os.write(fds[1], b'Traceback ...\\nOSError: [Errno 28] No space left on device\\n')",
            "could not be set up: OSError: .*No space left",
        ),
        ("pass", "the warm process died|could not be set up"),
        (
            "os.write(fds[0], (2).to_bytes(4, 'big') + bytes(4) + b'{}'); time.sleep(0.5)",
            "it did not say that it was ready",
        ),
        ("os.write(fds[0], b'\\xff' * 8); time.sleep(0.5)", "could not be set up"),
    ],
)
def test_a_child_that_cannot_be_set_up_is_a_fault_of_ours(monkeypatch, behaviour, words):
    """No student's code has run yet, so it is no student's mistake; the child's last line tells the reason."""
    monkeypatch.setattr(warm, "SPAWN_TIMEOUT_S", 2)
    process = false_warm_process(
        monkeypatch,
        "say(ready=True); _, fds, _, _ = hear(); child = os.fork()\n"
        f"if not child:\n    {behaviour}\n    os._exit(70)\n"
        "socket.send_fds(control, [json.dumps({'pid': child}).encode()], [os.pidfd_open(child)])\n"
        "[os.close(fd) for fd in fds]\nhear(); say(error='one is enough'); hear(); os.waitpid(child, 0)\n"
        "say(exit=70, signal=None, cpu_s=0)\nhear()",
    )
    try:
        with pytest.raises(SandboxFault, match=words):
            Channel(process, Limits(), {"files": {}})
    finally:
        process.close()


def test_a_killed_warm_process_is_noticed_replaced_and_no_students_fault(hand_in, warm_at):
    """The call in flight and the next one are faults of ours; after a restart everything works again.

    The grading process has hundreds of open files meanwhile: no child inherits one of them, nor the control socket.
    """
    process = warm_at("process")
    student = hand_in(OPEN_DESCRIPTORS + "\nimport time\ndef g(): time.sleep(9)", on=process)
    assert student.work.f() == [0, 1, 2, 3]
    kill = f"import os, time; time.sleep(0.5); os.kill({process.process.pid}, 9)"
    with subprocess.Popen([sys.executable, "-S", "-c", kill]), pytest.raises(SandboxFault):
        student.work.g()
    with pytest.raises(SandboxFault):
        hand_in(OPEN_DESCRIPTORS, on=process).work.f()
    assert not process.alive()
    held = [os.open("/dev/null", os.O_RDONLY) for _ in range(300)]
    try:
        process.restart()
        assert hand_in(OPEN_DESCRIPTORS, on=process).work.f() == [0, 1, 2, 3]
    finally:
        for descriptor in held:
            os.close(descriptor)


def test_closing_ends_everything_at_once(monkeypatch):
    """After `close` there is no process, no socket and no file; closing twice does no harm."""
    before = len(os.listdir("/proc/self/fd"))
    process = false_warm_process(monkeypatch, "say(ready=True); hear()")
    process.wait_until_ready()
    inside = process.process
    process.close()
    process.close()
    assert inside.poll() == -signal.SIGKILL and len(os.listdir("/proc/self/fd")) == before
    with pytest.raises(SandboxFault):
        process.spawn({})


@pytest.mark.parametrize("level", ["reduced", "process"])
def test_a_child_without_namespaces_leaves_neither_files_nor_processes(hand_in, warm_at, level, tmp_path, monkeypatch):
    """Its folder and, where it can start any, its own processes go with it; what it made unreadable, too."""
    process = warm_at(level)
    monkeypatch.setattr(warm.tempfile, "tempdir", str(tmp_path))
    tmp_path.chmod(0o755)
    work = (
        "import os, subprocess\ndef f():\n    os.makedirs('a/b'); open('a/b/c', 'w').write('x'); os.symlink('/etc', 'a/link')\n"
        "    try:\n        os.chmod('a/b', 0)\n    except OSError:\n        pass\n    return os.getcwd()\n"
        "def g():\n    return subprocess.Popen(['/bin/sleep', '77']).pid"
    )
    student = hand_in(work, on=process)
    folder = student.work.f()
    assert folder.startswith(str(tmp_path)) and os.path.isdir(folder)
    started = student.work.g.__call__() if level == "process" else None
    student.close()
    assert os.listdir(tmp_path) == []
    if started is not None:
        last = time.monotonic() + 5
        while (
            os.path.exists(f"/proc/{started}")
            and "Z" not in open(f"/proc/{started}/stat").read().rpartition(")")[2][:3]
            and time.monotonic() < last
        ):
            time.sleep(0.05)
        assert not os.path.exists(f"/proc/{started}") or "Z" in open(f"/proc/{started}/stat").read()


def test_the_next_child_is_ready_before_it_is_asked_for(hand_in, warm):
    """A crash does not delay the next call: its child was forked ahead, and it has seen no file of anybody."""
    student = hand_in("import os\ndef f(): os._exit(0)\ndef g(): return os.listdir('/submission')")
    with pytest.raises(Crashed):
        student.work.f()
    assert warm.ahead is not None and sorted(student.work.g()) == ["student", "tmp"]
    assert json.loads(warm.ahead.plan)["cpu_s"] == Limits().cpu_s


def test_a_warm_process_outlives_the_thread_that_started_it(monkeypatch):
    """Threads of a server or a cluster come and go; what they started ends with the grader, not with them."""
    bubblewrap = isolation.shutil.which("bwrap")
    if not bubblewrap or isolation.candidates()[0].level != "full":
        pytest.skip("bubblewrap is not installed, or cannot work here")
    behaviour = "say(ready=True)\nhear()\n"
    process = None

    def command(level, descriptor, device, services, careful):
        script = WARM.replace("DESCRIPTOR", str(descriptor)) + behaviour
        return [bubblewrap, "--die-with-parent", "--ro-bind", "/", "/", sys.executable, "-S", "-c", script]

    def start():
        nonlocal process
        process = WarmProcess(at_most=Isolation("full"))
        process.wait_until_ready()

    monkeypatch.setattr(isolation, "command", command)
    thread = threading.Thread(target=start)
    thread.start()
    thread.join()
    try:
        time.sleep(0.3)
        assert process.alive() and process.process.poll() is None
    finally:
        process.close()
