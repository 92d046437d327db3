"""Promises about code that eats and floods: memory, disk, files, threads, processor time and output are limited."""

import pytest
from misbehaving import f

from autograder.sandbox.faults import Crashed, Raised, TimedOut
from autograder.sandbox.limits import Limits

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


def test_threads_are_counted_where_the_kernel_counts_none(hand_in, warm_at):
    """Without namespaces a child that keeps too many threads is ended, and a few are nothing."""
    many = f("[threading.Thread(target=time.sleep, args=(9,), daemon=True).start() for _ in range(100)]\n    time.sleep(9)")
    few = f(
        "[threading.Thread(target=time.sleep, args=(1,), daemon=True).start() for _ in range(8)]\n    time.sleep(0.2)\n    return 1"
    )
    assert hand_in(few, on=warm_at("reduced")).work.f() == 1
    with pytest.raises(Crashed, match="started more than the 64 threads that a problem has"):
        hand_in(many, on=warm_at("reduced")).work.f()


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
    student = hand_in(f("for _ in range(50): print('x' * 10**6)\n    return 1"), limits=Limits(check_s=20, output_kib=64))
    assert student.work.f() == 1
    student.close()
    assert len(student.printed) == 64 << 10
