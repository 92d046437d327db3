"""Promises about code that crashes, kills itself and lies: it costs its author the call, and nobody else anything."""

import zipfile

import pytest
import torch
from misbehaving import f

from autograder.sandbox.faults import Crashed, StudentFault
from autograder.sandbox.limits import Limits
from autograder.submission.reader import read

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
        "sys.setrecursionlimit(10**9); r = lambda: r(); r.__class__; eval('+'.join(['('] * 0) or '0'); exec('def h(): h()\\nh()')",
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
    limits = Limits(check_s=3, cpu_s=1, memory_mib=300)
    with pytest.raises(StudentFault):
        hand_in(f(body), limits=limits, on=warm_at(level)).work.f()


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
