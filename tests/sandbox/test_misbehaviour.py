"""Promises about code that crashes, hangs, eats, floods and lies: it costs its author the call, and nobody else anything."""
import os
import subprocess
import time
import zipfile

import pytest
import torch

from autograder.sandbox import exchange
from autograder.sandbox.faults import Crashed, Raised, StudentFault, TimedOut
from autograder.sandbox.limits import Limits
from autograder.submission.reader import read

SHORT = Limits(check_s=0.6, cpu_s=30, memory_mib=600, timeouts=9)
PRELUDE = "import ctypes, os, signal, sys, threading, time, torch\n"


def f(body: str) -> str:
    """A work.py with f() of this body and an honest g()."""
    return f"{PRELUDE}def f():\n    {body}\ndef g(): return 'g'\n"


ENDS = {
    "os._exit": ("os._exit(0)", "f() ended the whole program with exit status 0; a function should return or raise."),
    "os._exit of 1": ("os._exit(1)", "exit status 1"),
    "a segmentation fault": (
        "ctypes.string_at(8)",
        "f() was killed by SIGSEGV, as happens when memory is used wrongly",
    ),
    "abort": (
        "ctypes.CDLL(None).abort()",
        "f() was killed by SIG",
    ),  # the first process of a namespace dies of it as SIGSEGV
    "a recursion without a limit": (
        "sys.setrecursionlimit(10**9); r = lambda: r(); r.__class__; eval('+'.join(['('] * 0) or '0'); "
        "exec('def h(): h()\\nh()')",
        "",
    ),
    "SIGKILL for itself": ("os.kill(os.getpid(), 9); os._exit(9)", ""),
    "an exit in a thread": ("threading.Thread(target=os._exit, args=(3,)).start(); time.sleep(9)", "exit status 3"),
    "a closed connection": ("os.close(3); time.sleep(9)", "f() closed its connection to the grader."),
    "every descriptor closed": ("os.closerange(0, 100); time.sleep(9)", "f() closed its connection to the grader."),
    "a destructor at the end": ("os._exit(5)", "exit status 5"),
}


@pytest.mark.parametrize("name", ENDS)
def test_a_process_that_ends_costs_the_call_and_says_how_it_ended(hand_in, name):
    """Exit status or signal in words; the next function of the same file gets a fresh process."""
    body, words = ENDS[name]
    student = hand_in(f(body), limits=Limits(check_s=10))
    with pytest.raises(StudentFault) as caught:
        student.work.f()
    assert words in caught.value.message and caught.value.message.startswith("f() ")
    assert caught.value.status == "crashed" or name in ("a recursion without a limit", "SIGKILL for itself")
    assert student.work.g() == "g"
    with pytest.raises(StudentFault):
        student.work.f()  # given up, not tried again


KILLS_ITSELF = {
    "a signal to the process": "signal.raise_signal(9); os._exit(1)",
    "a signal to the thread": "signal.pthread_kill(threading.get_ident(), 9); os._exit(1)",
    "a limit of processor time": "resource.setrlimit(resource.RLIMIT_CPU, (1, 1))\n    while True: pass",
    "a limit of itself as process 0": "resource.prlimit(0, resource.RLIMIT_CPU, (1, 1))\n    while True: pass",
    "a timer": "TIMER",
    "a filter of system calls": "FILTER",
    "a growing list": "x = []\n    while True: x.append(bytearray(1 << 20))",
    "all of its processor time": "while True: pass",
}
LONGER = {
    "TIMER": "c = ctypes.CDLL(None); timer, event = ctypes.c_int(), struct.pack('Qii48x', 0, 9, 0)\n"
    "    when = struct.pack('qqqq', 0, 0, 0, 10**8); create, start = (222, 223) if os.uname().machine == 'x86_64' else (107, 110)\n"
    "    c.syscall(create, 1, event, ctypes.byref(timer)); c.syscall(start, timer, 0, when, None)\n    time.sleep(9)",
    "FILTER": "kill = ctypes.create_string_buffer(struct.pack('HBBI', 6, 0, 0, 0x80000000))\n"
    "    program = struct.pack('HxxxxxxQ', 1, ctypes.addressof(kill)); ctypes.CDLL(None).prctl(22, 2, program, 0, 0)\n    time.sleep(9)",
}


@pytest.mark.parametrize("level", ["full", "reduced"])
@pytest.mark.parametrize("name", KILLS_ITSELF)
def test_code_that_gets_itself_killed_is_not_taken_for_a_fault_of_the_machine(hand_in, warm_at, level, name):
    """What kills a child from outside is `not graded`, so no child may be able to arrange it: it loses the call instead."""
    body = "import resource, struct\n    " + LONGER.get(KILLS_ITSELF[name], KILLS_ITSELF[name])
    limits = Limits(check_s=6, cpu_s=3, memory_mib=300)
    with pytest.raises(StudentFault):
        hand_in(f(body), limits=limits, on=warm_at(level)).work.f()


def test_a_grader_that_was_stopped_takes_the_answer_that_waits_for_it(hand_in, monkeypatch):
    """Ctrl-Z and fg, or a machine that swaps: an answer that came in time is not late because we were."""
    student = hand_in(f("return 'f'"), limits=SHORT)
    assert student.work.g() == "g"
    honest = exchange.Exchange._send

    def send_and_be_stopped(exchange):
        honest(exchange)
        time.sleep(2 * SHORT.check_s)

    monkeypatch.setattr(exchange.Exchange, "_send", send_and_be_stopped)
    assert student.work.f() == "f"


HANGS = {
    "a loop": "while True: pass",
    "a loop that holds the interpreter lock": "import itertools; all(itertools.repeat(True))",
    "a regular expression": "import re; re.match('(a+)+$', 'a' * 40 + 'b')",
    "a loop inside of torch": "x = torch.ones(3000, 3000)\n    while True: x = x @ x",
    "sleep": "time.sleep(100)",
    "a lock": "threading.Lock().acquire(); l = threading.Lock(); l.acquire(); l.acquire()",
    "a loop that catches everything": "while True:\n        try:\n            while True: pass\n        except BaseException: pass",
    "ignored signals": "[signal.signal(s, signal.SIG_IGN) for s in range(1, 32) if s not in (9, 19)]\n    while True: pass",
    "a stop": "os.kill(os.getpid(), 19); time.sleep(100)",
    "reading standard input": "sys.stdin.read(); time.sleep(100)",
    "a flood of output": "while True: os.write(1, b'x' * 65536)",
    "a flood from many threads": "write = lambda: [os.write(2, b'y' * 65536) for _ in iter(int, 1)]\n"
    "    [threading.Thread(target=write).start() for _ in range(4)]\n"
    "    time.sleep(100)",
    "threads that go on": "threading.Thread(target=lambda: [None for _ in iter(int, 1)]).start(); time.sleep(100)",
    "a debugger": "breakpoint(); time.sleep(100)",
}


@pytest.mark.parametrize("name", HANGS)
def test_a_call_that_never_returns_is_ended_in_time(hand_in, monkeypatch, name):
    """With or without the interpreter lock, busy or waiting: the deadline holds and the next function runs."""
    monkeypatch.setattr(exchange, "STARVED_FACTOR", 100)     # a busy machine makes it later, and no fault of ours here
    student = hand_in(f(HANGS[name]), limits=SHORT)
    started = time.monotonic()
    with pytest.raises(StudentFault) as caught:
        student.work.f()
    assert time.monotonic() - started < 60
    assert isinstance(caught.value, TimedOut) or name in ("a debugger", "a stop")
    assert "within 0.6 seconds" in caught.value.message or not isinstance(caught.value, TimedOut)
    assert student.work.g() == "g"


def test_a_waiting_call_is_told_from_a_computing_one(hand_in):
    """The message says when the code was not even computing."""
    with pytest.raises(TimedOut, match=r"f\(\) gave no answer within 0.6 seconds; it was waiting, not computing\."):
        hand_in(f("time.sleep(100)"), limits=SHORT).work.f()


def test_after_some_timeouts_the_rest_is_not_tried(hand_in):
    """A submission that hangs in every function costs a class minutes, not hours."""
    names = ["a", "b", "c", "d"]
    student = hand_in(
        "import time\n" + "\n".join(f"def {name}(): time.sleep(100)" for name in names),
        limits=Limits(check_s=0.5, timeouts=2),
    )
    started = time.monotonic()
    messages = []
    for name in names:
        with pytest.raises(TimedOut) as caught:
            getattr(student.work, name)()
        messages.append(caught.value.message)
    assert (
        time.monotonic() - started < 5
        and "c() was not tried: earlier calls of this problem had run out of time." in messages
    )


def test_only_waiting_for_the_student_uses_up_a_checks_time(hand_in):
    """Our own computing between two calls, and setting up a child, are not charged."""
    student = hand_in(f("time.sleep(0.3); return 1"), limits=Limits(check_s=1.0))
    student.start_check()
    assert student.work.g() == "g"
    time.sleep(1.2)
    assert student.work.f() == 1
    student.start_check(0.5)
    with pytest.raises(TimedOut, match="within 0.5 seconds"):
        for _ in range(5):
            student.work.f()


EATS = {
    "a huge list": "x = [0] * 10**9",
    "a growing list": "x = []\n    while True: x.append(bytearray(10**7))",
    "a huge tensor": "x = torch.zeros(10**10)",
    "a growing text": "x = 'x'\n    while True: x += x",
    "a huge array": "import numpy; numpy.ones(10**9)",
    "a memory map": "import mmap; m = mmap.mmap(-1, 10**9); m.write(b'x' * 10**9)",
    "a huge number": "return len(str(bytes(10**9)))",
}


@pytest.mark.parametrize("name", EATS)
def test_memory_is_limited_and_the_limit_is_an_exception(hand_in, name):
    """Asking for more is an error in the student's own code, or its end; never the machine's."""
    student = hand_in(f(EATS[name]), limits=Limits(check_s=20, memory_mib=300))
    with pytest.raises((Raised, Crashed)) as caught:
        student.work.f()
    assert any(
        words in caught.value.message
        for words in (
            "MemoryError",
            "can't allocate memory",
            "Cannot allocate",
            "Unable to allocate",
            "allocate",
            "SIGKILL",
            "memory",
        )
    )
    assert student.work.g() == "g"


def test_memory_that_the_kernel_does_not_count_is_watched(hand_in):
    """Where address space cannot be limited, as with a GPU, the host stops a child that grows too large."""
    student = hand_in(
        f("x = []\n    while True: x.append(bytearray(os.urandom(1) * 10**7)); time.sleep(0.01)"),
        limits=Limits(check_s=20, memory_mib=150),
    )
    plan = student._limits.plan() | {"address_space": False}
    student._limits = type(
        "Watched",
        (),
        {
            "__getattr__": lambda self, name: getattr(Limits(check_s=20, memory_mib=150), name),
            "plan": lambda self: plan,
        },
    )()
    with pytest.raises(Crashed, match=r"f\(\) used more than the 150 MiB of memory that a problem has\."):
        student.work.f()


@pytest.mark.parametrize(
    "body, words",
    [
        ("[open(f'../tmp/{i}', 'w').write('x' * 10**6) for i in range(100)]", "No space left"),
        ("[open(f'{i}', 'w').close() for i in range(10**5)]", "No space left"),
        ("[os.mkdir(f'/dev/shm/{i}') for i in range(10**5)]", "No space left"),
        ("open('big', 'wb').truncate(10**12)", "File too large"),
        ("return [open('/dev/null') for _ in range(10**4)]", "Too many open files"),
        ("return [os.pipe() for _ in range(10**4)]", "Too many open files"),
        (
            "[threading.Thread(target=time.sleep, args=(9,), daemon=True).start() for _ in range(10**4)]",
            "start new thread",
        ),
    ],
)
def test_disk_files_descriptors_and_threads_are_limited(hand_in, body, words):
    """Each limit is an exception that its author can read."""
    student = hand_in(f(body), limits=Limits(check_s=20))
    with pytest.raises(Raised, match=words):
        student.work.f()


def test_processor_time_is_limited_over_all_checks_of_a_problem(hand_in):
    """A child that computes for ever in small pieces ends, and the message says why."""
    student = hand_in(
        f("t = time.process_time()\n    while time.process_time() < t + 0.3: pass"), limits=Limits(check_s=20, cpu_s=1)
    )
    with pytest.raises(TimedOut, match="used up the 1 seconds of processor time that a problem has"):
        for _ in range(20):
            student.work.f()


def test_fifty_megabytes_of_output_are_swallowed(hand_in):
    """The answer arrives, the first kilobytes are kept, the rest is thrown away."""
    student = hand_in(
        f("for _ in range(50): print('x' * 10**6)\n    return 1"), limits=Limits(check_s=20, output_kib=64)
    )
    assert student.work.f() == 1
    student.close()
    assert len(student.printed) == 64 << 10


def test_what_was_printed_before_the_end_is_kept(hand_in):
    """Also of a child that was killed."""
    student = hand_in(f("print('before'); print('and on'); os._exit(0)"))
    with pytest.raises(Crashed):
        student.work.f()
    student.close()
    assert student.printed == b"before\nand on\n"


def test_objects_of_a_dead_process_are_not_mistaken_for_those_of_its_successor(hand_in):
    """A model that died with its process is gone, as an object and as an argument."""
    student = hand_in(
        "import os, torch\nclass Net(torch.nn.Module):\n    pass\nclass Other: pass\ndef f(): os._exit(0)\n"
        "def name(x): return type(x).__name__"
    )
    net = student.work.Net()
    with pytest.raises(Crashed):
        student.work.f()
    other = student.work.Other()
    with pytest.raises(Crashed, match=r"could not run: its process had ended before"):
        net.training.fetch()
    with pytest.raises(Crashed, match=r"name\(Net\(\)\) could not run: the process of Net\(\) had ended before"):
        student.work.name(net)
    assert student.work.name([other][0]) == "Other"


def test_one_student_disturbs_no_other(hand_in):
    """Patched modules, changed defaults and used-up random numbers stay in the child that did it."""
    wild = hand_in(
        f(
            "torch.allclose = lambda *a, **k: True; torch.set_default_dtype(torch.float64); torch.manual_seed(0); "
            "torch.nn.Linear = None; os.environ['X'] = '1'; os.chdir('/'); return 1"
        )
    )
    assert wild.work.f() == 1
    calm = hand_in(
        "import os, torch\ndef f(): return torch.ones(1), torch.allclose(torch.ones(1), torch.zeros(1)), os.environ.get('X'), "
        "os.getcwd(), torch.nn.Linear is None"
    )
    ones, *rest = calm.work.f()
    assert ones.dtype is torch.float32 and rest == [False, None, "/submission/student", False]
    assert not torch.allclose(torch.ones(1), torch.zeros(1)) and torch.get_default_dtype() is torch.float32


def test_the_most_that_the_reader_lets_through_can_be_set_up(hand_in, tmp_path):
    """Junk without end, long names, deep folders, megabytes: no submission can make setting its child up fail."""
    path = tmp_path / "hand-in.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("work.py", "def f(): return 1")
        for number in range(400):
            archive.writestr("/".join(["\N{GRINNING FACE}" * 4] * 9 + [f"{number}", "work.py"]), b"x")
            archive.writestr(f"{'é' * 80}{number}/{'é' * 10}.py", bytes(1 << 16))
        for number in range(20):
            archive.writestr(f"{number}/a/b/work.py", bytes(1 << 20))
            archive.writestr(f"{number}.csv", bytes(1 << 20))
    files = read(path, ["work.py"]).files
    assert len(files) > 500 and sum(map(len, files.values())) > 25 << 20
    assert hand_in(files).work.f() == 1


def descendants(root: int) -> dict[int, str]:
    """Every process below one, with its state; one that has ended and only waits to be asked how is none."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid=,stat="], capture_output=True, text=True).stdout.splitlines()
    rows = [(int(pid), int(parent), state) for pid, parent, state in map(str.split, listed) if "Z" not in state]
    found = {root: ""}
    for _ in rows:
        found |= {pid: state for pid, parent, state in rows if parent in found}
    return found


def test_nothing_is_left_running(hand_in, warm):
    """After loops, threads, sleepers and floods were ended, the warm process has one child: the one that waits for the next."""
    for body in (
        "while True: pass",
        "time.sleep(100)",
        "[threading.Thread(target=time.sleep, args=(99,)).start() for _ in range(9)]; os._exit(0)",
        "while True: os.write(1, b'x' * 65536)",
    ):
        student = hand_in(f(body), limits=SHORT)
        with pytest.raises(StudentFault):
            student.work.f()
        student.close()
    hand_in(f("pass")).work.g()
    last = time.monotonic() + 5
    while len(here := descendants(warm.process.pid)) > 5 and time.monotonic() < last:
        time.sleep(0.1)
    # bubblewrap outside, bubblewrap inside, the zygote, the child at hand and the one forked ahead
    assert len(here) <= 5, here


def test_no_descriptor_is_left_open(hand_in, warm):
    """Students, dead or alive, leave no socket, pipe or handle behind in the grading process."""

    def crash() -> None:
        student = hand_in(f("os._exit(0)"))
        with pytest.raises(Crashed):
            student.work.f()
        student.work.g()
        student.close()

    crash()
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(4):
        crash()
    assert len(os.listdir("/proc/self/fd")) == before
