"""What a submission may try, a line of code each, and what each level of isolation makes of it.

`tests/sandbox/test_levels.py` runs them; `try_as_user.py` runs the same as an ordinary user.
"""

import os
from pathlib import Path

LEVELS = ("full", "reduced", "process")
KIT = Path(__file__).resolve().parents[2]
SCRATCH = f"/tmp/autograder-test-{os.getpid()}"  # made by the tests; stands for any file of the grader's user
SECRET = str(next((KIT / "solutions").glob("*/part.toml")))

# name: code of a function's body that returns something only when the attempt succeeds
ATTEMPTS = {
    "read the solutions": f"return open({SECRET!r}).read(5)",
    "read the hidden checks": f"return open({str(KIT / 'autograder' / 'course.py')!r}).read(5)",
    "list the kit": f"return os.listdir({str(KIT)!r})",
    "read the passwords": "return open('/etc/passwd').read(5)",
    "list the home folders": "return os.listdir('/home')",
    "list the devices": "return os.listdir('/dev')",
    "write beside its folder": "open('/written-by-a-student', 'w'); return 'written'",
    "write to the system": "open('/usr/written-by-a-student', 'w'); return 'written'",
    "write to the packages": "open(os.path.join(os.path.dirname(torch.__file__), 'written-by-a-student'), 'w'); return 'written'",
    "change the mode of a file that is not its own": f"os.chmod({SCRATCH!r}, 0o777); return 'changed'",
    "change the times of a file that is not its own": f"os.utime({SCRATCH!r}, (1, 1)); return 'changed'",
    "change the attributes of a file that is not its own": f"os.setxattr({SCRATCH!r}, 'user.a', b'x'); return 'changed'",
    "cut off a file that is not its own": f"os.truncate({SCRATCH!r}, 0); return 'changed'",
    "remove a file that is not its own": f"os.unlink({SCRATCH!r}); return 'changed'",
    "rename a file that is not its own": f"os.rename({SCRATCH!r}, {SCRATCH!r} + 'x'); return 'changed'",
    "make a system call of the future": "n = ctypes.CDLL(None, use_errno=True).syscall(469, 0, 0, 0, 0, 0); "
    "return {True: 'made'}[n >= 0 or ctypes.get_errno() != 38]",
    "look into the parent's environment": "return open(f'/proc/{os.getppid()}/environ').read(5)",
    "look into the parent's memory": "return open(f'/proc/{os.getppid()}/mem', 'rb').fileno()",
    "see the parent's files": "p = f'/proc/{os.getppid()}/fd'; return [os.readlink(f'{p}/{n}') for n in os.listdir(p)]",
    "signal the parent": "os.kill(os.getppid(), 0); return 'signalled'",
    "signal everybody": "os.kill(-1, 0); return 'signalled'",
    "limit the parent": "return resource.prlimit(os.getppid(), resource.RLIMIT_CPU)",
    "signal by a descriptor": "r, w = os.pipe(); fcntl.fcntl(r, fcntl.F_SETOWN, os.getppid()); return 'owned'",
    "lock a file that all share": "fcntl.flock(open(os.__file__), fcntl.LOCK_SH); return 'locked'",
    "fork": "return os.fork()",
    "start a program": "return subprocess.run(['/bin/true']).returncode",
    "replace itself": "os.execv('/bin/true', ['true'])",
    "start a process by multiprocessing": "p = multiprocessing.Process(target=print); p.start(); return 'started'",
    "open a socket": "return socket.socket().fileno()",
    "open a local socket": "return socket.socket(socket.AF_UNIX).fileno()",
    "open a packet socket": "return socket.socket(17, socket.SOCK_RAW).fileno()",
    "trace itself": "return {0: 'traced'}[ctypes.CDLL(None).ptrace(0, 0, 0, 0)]",
    "make memory that no limit counts": "return os.memfd_create('x')",
    "enter new namespaces": "return {0: 'entered'}[ctypes.CDLL(None).unshare(0x10000000)]",
    "mount": "return {0: 'mounted'}[ctypes.CDLL(None).mount(b'none', b'/tmp', b'tmpfs', 0, b'')]",
    "become root": "os.setuid(0) if os.getuid() else os.setgroups([0]); return 'changed'",
    "share memory with others": "i = ctypes.CDLL(None).shmget(77, 4096, 0o1600); return {True: i}[i >= 0]",
    "use keys of the session": "return {True: 'key'}[ctypes.CDLL(None).syscall(250, 0, -3, 0) >= 0]",
    "raise its limits": "resource.setrlimit(resource.RLIMIT_AS, (-1, -1)); return 'raised'",
}
IMPORTS = "import os, fcntl, resource, subprocess, multiprocessing, socket, ctypes, torch\n"

# Attempts that succeed at the level `process`, which has limits and no confinement. What depends on the user or the machine
# is not claimed either way.
OPEN_TO_A_PROCESS = {
    "read the solutions",
    "read the hidden checks",
    "list the kit",
    "read the passwords",
    "list the devices",
    "signal the parent",
    "limit the parent",
    "fork",
    "start a program",
    "open a socket",
    "open a local socket",
}
# What full isolation allows, harmlessly: process 0 of its own namespace stands for nobody, -1 for itself.
HARMLESS_IN_A_NAMESPACE = {"limit the parent"}

HONEST = {
    "compute": "return torch.ones(2, 2).matmul(torch.ones(2)).tolist() == [2, 2]",
    "use a thread": "import threading; t = threading.Thread(target=int); t.start(); t.join(); return True",
    "use several threads of torch": "torch.set_num_threads(2); x = torch.ones(500, 500); return bool((x @ x).sum() == 500 ** 3)",
    "write a file of its own": "import tempfile\n    with tempfile.TemporaryFile() as f: f.write(b'x')\n"
    "    with open('notes.txt', 'w') as f: f.write('x')\n    return open('notes.txt').read() == 'x'",
    "read its own files": "return 'def f' in open(__file__).read() and os.path.exists('work.py')",
    "draw from the system": "return len(os.urandom(4)) == 4 and len(open('/dev/urandom', 'rb').read(4)) == 4",
    "know the time": "import time, datetime; return time.time() > 1.6e9 and datetime.datetime.now().year > 2020",
    "use an optimizer": "p = torch.nn.Parameter(torch.ones(2)); o = torch.optim.SGD([p], 0.1); p.sum().backward(); o.step(); "
    "return abs(p.sum().item() - 1.8) < 1e-6",
    "read its own limits": "return resource.getrlimit(resource.RLIMIT_NOFILE)[0] == 128",
    "read about itself": "return os.getpid() > 0 and 'VmRSS' in open('/proc/self/status').read()",
    "use a queue and a pool of threads": "from concurrent.futures import ThreadPoolExecutor as Pool\n    with Pool(2) as pool: "
    "return list(pool.map(abs, [-1, 2])) == [1, 2]",
}


def submission(body: str) -> str:
    """A work.py whose f() makes the attempt."""
    return f"{IMPORTS}def f():\n    {body}\n"
