"""Runs scripts as students do, each in a process of its own that has imported nothing of theirs or of the kit.

PyTorch is imported once and each script runs in a fork, since the import takes longer than these small trainings.
Reads jobs as JSON, one a line: script, arguments, folder, log, and `before`: Python code that runs first. Answers with
the exit status.
"""

import json
import os
import runpy
import sys
import traceback

# An installed kit would provide packages that students only have as copies.
sys.meta_path[:] = [finder for finder in sys.meta_path if "editable" not in getattr(finder, "__module__", str(finder))]
sys.path[:] = [place for place in sys.path if place not in ("", os.path.dirname(os.path.abspath(__file__)))]

import matplotlib.backends.backend_agg  # noqa: E402, F401
import matplotlib.figure  # noqa: E402, F401
import rich.progress  # noqa: E402, F401
import torch._dynamo  # noqa: E402, F401   the first optimizer of a process imports it, for seconds
import torchvision  # noqa: E402, F401


def run(job: dict) -> int:
    """The exit status of a script."""
    folder = os.path.dirname(job["script"])
    sys.path.insert(0, folder)
    sys.argv = [job["script"], *job["arguments"]]
    os.chdir(job["folder"])
    try:
        exec(job["before"], {"top": os.path.dirname(folder)})
        runpy.run_path(job["script"], run_name="__main__")
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code)
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        return 99
    return 0


for line in sys.stdin:
    job = json.loads(line)
    child = os.fork()
    if child == 0:
        file = os.open(job["log"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(file, 1), os.dup2(file, 2)
        status = run(job)
        sys.stdout.flush(), sys.stderr.flush()
        os._exit(status)
    _, ended = os.waitpid(child, 0)
    print(os.waitstatus_to_exitcode(ended), flush=True)
