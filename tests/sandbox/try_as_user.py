"""Make every attempt at some levels as whatever user this script runs as, and print what came of it as JSON.

Afterwards an endless loop runs at each level until somebody kills this process.
"""

import json
import os
import sys
import threading
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).resolve().parents[2])]

from attempts import ATTEMPTS, HONEST, SCRATCH, submission  # noqa: E402

from autograder.sandbox.faults import SandboxFault, StudentFault  # noqa: E402
from autograder.sandbox.isolation import Isolation  # noqa: E402
from autograder.sandbox.limits import Limits  # noqa: E402
from autograder.sandbox.student import Student  # noqa: E402
from autograder.sandbox.warm import WarmProcess  # noqa: E402


def outcome(warm: WarmProcess, body: str) -> str:
    """What f() returned, or the message that came instead."""
    setup = {"declared": ["work"], "seed": 1, "device": "cpu"}
    student = Student(warm, {"work.py": submission(body).encode()}, ["work.py"], setup, Limits())
    try:
        return f"returned {student.work.f()}"
    except StudentFault as fault:
        return fault.message
    finally:
        student.close()


def main() -> None:
    """Try everything."""
    started = {level: WarmProcess(at_most=Isolation(level)) for level in sys.argv[1:]}
    Path(SCRATCH).touch(mode=0o600)
    found: dict = {"user": os.getuid()}
    for level, warm in started.items():
        try:
            warm.wait_until_ready()
            found[level] = {name: outcome(warm, body) for name, body in (ATTEMPTS | HONEST).items()}
        except SandboxFault as fault:
            found[level] = str(fault)
            warm.close()
    Path(SCRATCH).unlink()
    print(json.dumps(found), flush=True)
    loops = [threading.Thread(target=outcome, args=(warm, "while True: pass")) for warm in started.values() if warm.alive()]
    for loop in loops:
        loop.start()
    for loop in loops:
        loop.join()


if __name__ == "__main__":
    main()
