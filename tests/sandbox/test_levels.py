"""Promises of the levels of isolation: what no submission can do at `full` and `reduced`, and what `process` cannot prevent."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from attempts import ATTEMPTS, HARMLESS_IN_A_NAMESPACE, HONEST, LEVELS, OPEN_TO_A_PROCESS, SCRATCH, submission

from autograder.sandbox import isolation
from autograder.sandbox.confined import landlock, seccomp
from autograder.sandbox.faults import SandboxFault, StudentFault
from autograder.sandbox.isolation import Isolation
from autograder.sandbox.warm import WarmProcess

HERE = Path(__file__).parent
OF_USERS = ("full", "reduced")  # the levels that an ordinary user tries, one a day
OF_A_USER = "tests/sandbox/test_levels.py::test_an_ordinary_user_confines_as_well_as_root_does"


@pytest.fixture(autouse=True, scope="module")
def scratch():
    """A file of the grader's user that students have no business with."""
    Path(SCRATCH).write_text("the grader's")
    os.chmod(SCRATCH, 0o600)
    yield
    assert Path(SCRATCH).read_text() == "the grader's" and Path(SCRATCH).stat().st_mode & 0o777 == 0o600
    Path(SCRATCH).unlink()


def outcome(student) -> str:
    """What f() returned, or the message that came instead."""
    try:
        return f"returned {student.work.f()}"
    except StudentFault as fault:
        return fault.message


@pytest.mark.parametrize("name", ATTEMPTS)
def test_no_attempt_succeeds_at_full_isolation(hand_in, warm, name):
    """Every attempt ends in the student's own exception; nothing is read, written, started or reached."""
    if name not in HARMLESS_IN_A_NAMESPACE:
        assert "returned" not in outcome(hand_in(submission(ATTEMPTS[name])))
    assert not os.path.exists("/written-by-a-student") and not os.path.exists("/usr/written-by-a-student")


@pytest.mark.parametrize("name", ATTEMPTS)
def test_no_attempt_succeeds_without_namespaces_either(hand_in, warm_at, name):
    """Landlock, seccomp and limits alone, for containers that forbid user namespaces, stop the same attempts."""
    assert "returned" not in outcome(hand_in(submission(ATTEMPTS[name]), on=warm_at("reduced")))
    assert not os.path.exists("/written-by-a-student") and not os.path.exists("/usr/written-by-a-student")


@pytest.mark.parametrize("name", sorted(OPEN_TO_A_PROCESS))
def test_what_a_mere_process_cannot_prevent_is_known(hand_in, warm_at, name):
    """At the lowest level these succeed, which is why every result says so: the attempts above are real."""
    assert "returned" in outcome(hand_in(submission(ATTEMPTS[name]), on=warm_at("process")))


@pytest.mark.parametrize("level", LEVELS)
def test_honest_code_does_what_honest_code_does(hand_in, warm_at, level):
    """Threads, temporary files, random numbers, clocks, optimizers: nothing an assignment needs is taken away."""
    process = warm_at(level)
    got = {name: outcome(hand_in(submission(body), on=process)) for name, body in HONEST.items()}
    assert {name: words for name, words in got.items() if words != "returned True"} == {}


@pytest.fixture(scope="module")
def other_grader(request):
    """A grader in a process of its own, run by an ordinary user, and what it found at the levels of the day; see `try_as_user.py`."""
    asked = {item.callspec.params["level"] for item in request.session.items if item.nodeid.startswith(f"{OF_A_USER}[")}
    become = [HERE / "as_user.py", "12345"] if os.geteuid() == 0 else []
    command = [sys.executable, *become, HERE / "try_as_user.py", *(sorted(asked) or OF_USERS)]
    folder = tempfile.mkdtemp()  # of children that lose their grader; below pytest's own an ordinary user sees nothing
    os.chmod(folder, 0o777)
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=os.environ | {"TMPDIR": folder},
    )
    line = process.stdout.readline()
    if not line:
        words = process.communicate()[1].strip().splitlines()
        assert "unshare" in words[-1] or "mount" in words[-1], words
        pytest.skip(f"root cannot make Python visible to an ordinary user here: {words[-1]}")
    yield process, json.loads(line)
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    shutil.rmtree(folder)


@pytest.mark.nightly(2)
@pytest.mark.parametrize("level", OF_USERS)
def test_an_ordinary_user_confines_as_well_as_root_does(other_grader, level):
    """The same attempts, made by a grader that is not root, fail at both levels, and honest code works."""
    found = other_grader[1]
    assert found["user"] != 0
    if isinstance(found[level], str):
        pytest.skip(f"an ordinary user has no isolation {level} on this machine: {found[level]}")
    harmless = HARMLESS_IN_A_NAMESPACE if level == "full" else set()
    assert [name for name in ATTEMPTS if "returned" in found[level][name] and name not in harmless] == []
    assert [name for name in HONEST if found[level][name] != "returned True"] == []


def running_below(root: int) -> set[int]:
    """Every process below one that has not ended."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid=,stat="], capture_output=True, text=True).stdout.splitlines()
    rows = [(int(pid), int(parent)) for pid, parent, state in map(str.split, listed) if "Z" not in state]
    found = {root}
    for _ in range(8):
        found |= {pid for pid, parent in rows if parent in found}
    return found - {root} & {pid for pid, _ in rows}


def test_a_grader_that_is_killed_takes_everything_with_it(other_grader):
    """Without a chance to clean up: the warm process ends with the grader, and every child with it, at the levels of the day."""
    process, _ = other_grader
    time.sleep(1)  # the loops are running
    below = running_below(process.pid)
    assert below
    process.kill()
    last = time.monotonic() + 20
    while (left := below & running_below(1)) and time.monotonic() < last:
        time.sleep(0.2)
    assert left == set()


def test_the_child_sees_its_own_files_python_and_nothing_else(hand_in, warm):
    """A walk over everything it may list finds no check, no solution, no other submission and no other process."""
    student = hand_in(
        {
            "work.py": "import os, torch\ndef f(top):\n    seen = []\n    for folder, inner, names in os.walk(top):\n"
            "        inner[:] = [name for name in inner if name not in ('usr', 'lib', 'lib64', 'sys', 'proc', 'site-packages')]\n"
            "        seen += [os.path.join(folder, name) for name in names]\n    return seen\n"
            "def processes(): return [name for name in os.listdir('/proc') if name.isdigit()]\n"
            "def here(): return os.getcwd()",
            "models/net.py": "",
            "weights.pt": b"x",
        }
    )
    assert student.work.here() == "/submission/student" and student.work.processes() == ["1"]
    assert sorted(student.work.f("/submission")) == ["/submission/student/models/net.py", "/submission/student/work.py"]
    everything = student.work.f("/")
    secrets = [path for path in everything if "part.toml" in path or "test_softmax" in path or "autograder" in path]
    assert secrets == [] and all(len(path) < 500 for path in everything)
    for folder in ("/submission", "/tmp", "/dev/shm"):
        assert not student.work.f(folder) or folder == "/submission"


def test_the_kit_is_hidden_wherever_it_was_put(monkeypatch):
    """A kit inside a folder that has to be readable, such as /usr, is covered by an empty one."""
    if not isolation.shutil.which("bwrap"):
        pytest.skip("bubblewrap is not installed")
    monkeypatch.setattr(isolation, "KIT_ROOT", Path("/usr/share"))
    command = isolation.command(Isolation("full"), 3, "cpu")
    place = command.index("/usr/share")
    assert command[place - 1] == "--tmpfs" and place > command.index("/usr")


@pytest.mark.parametrize(
    "lacks, level, words",
    [
        ("bwrap", "reduced", "bubblewrap is not installed"),
        ("landlock", "process", "limits only"),
        ("seccomp", "process", "limits only"),
        ("linux", "process", "darwin offers limits only"),
    ],
)
def test_what_a_machine_lacks_is_said_in_words(monkeypatch, lacks, level, words):
    """Without bubblewrap, Landlock, seccomp or Linux the weaker level comes with the reason and, where there is one, the remedy."""
    if not landlock.version() or not seccomp.available():
        pytest.skip("this kernel has no Landlock or no seccomp itself")
    if lacks == "bwrap":
        monkeypatch.setattr(isolation.shutil, "which", lambda name: None)
    elif lacks == "linux":
        monkeypatch.setattr(isolation.sys, "platform", "darwin")
    else:
        monkeypatch.setattr(isolation.landlock, "version", lambda: 0 if lacks == "landlock" else 4)
        monkeypatch.setattr(isolation.seccomp, "available", lambda: lacks != "seccomp")
    found = isolation.candidates()
    assert found[0].level == level and words in str(found[0]) and str(found[0]).startswith(f"{level}: ")


def test_full_isolation_can_be_required(monkeypatch):
    """Where it is not offered, or is offered and does not start, there is a refusal with the reason and nothing weaker."""
    with pytest.raises(SandboxFault, match="full isolation was required, but this machine offers only reduced: so it is"):
        WarmProcess(require_full=True, at_most=Isolation("reduced", "so it is"))
    broken = [sys.executable, "-c", "raise SystemExit('bwrap: no namespaces here')"]
    monkeypatch.setattr(isolation, "command", lambda level, descriptor, device, services, careful: broken)
    process = WarmProcess(require_full=True)
    with pytest.raises(SandboxFault, match="full isolation was required, but it could not start here: bwrap: no namespaces here"):
        process.wait_until_ready()
    assert not process.alive()


def test_a_level_that_does_not_start_gives_way_to_the_next_and_says_so(monkeypatch):
    """The reason that bubblewrap gave stands in the isolation of every result."""

    def command(level, descriptor, device, services, careful):
        refuses = "raise SystemExit('bwrap: setting up uid map: Permission denied')"
        answers = f"import socket; s = socket.socket(fileno={descriptor}); s.send(b'{{\"ready\": true}}'); s.recv(9)"
        return [sys.executable, "-S", "-c", refuses if level.level == "full" else answers]

    monkeypatch.setattr(isolation, "command", command)
    monkeypatch.setattr(isolation, "candidates", lambda: [Isolation("full"), Isolation("reduced", "no namespaces")])
    process = WarmProcess()
    try:
        assert str(process.isolation) == "reduced: no namespaces (bwrap: setting up uid map: Permission denied)"
    finally:
        process.close()


def test_a_python_that_cannot_be_started_is_a_fault_of_ours_in_words(monkeypatch):
    """No traceback, but which program could not be started and why."""
    monkeypatch.setattr(isolation, "command", lambda level, descriptor, device, services, careful: ["/nowhere/python"])
    with pytest.raises(SandboxFault, match=r"could not be started \(No such file or directory: /nowhere/python\)"):
        WarmProcess()
