"""The example in docs/ that asks a cluster for graders, tried with processes in place of jobs."""

import os
import signal
import subprocess
import sys


from autograder.classes.worker import environment
from autograder.course import KIT_ROOT
from tests import forked


def test_a_class_is_graded_by_what_it_starts(fake_graders, make_class, run_class, tmp_path):
    """It prints the address; the class run finds its workers there; a signal ends it."""
    import fake_grader

    preload = {"DASK_DISTRIBUTED__WORKER__PRELOAD": f'["{fake_grader.__file__}"]'}
    command = [sys.executable, KIT_ROOT / "docs" / "slurm_cluster.py", "--local", "--workers", "2"]
    with open(tmp_path / "errors.txt", "wb") as errors:
        process = forked.Popen(
            command,
            cwd=tmp_path,
            env=environment() | preload,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,
        )
    try:
        address = process.stdout.readline().strip()
        assert address.startswith("tcp://"), (tmp_path / "errors.txt").read_text()
        rows = run_class(make_class(ann="score 3", bob="score 1"), scheduler=address)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    assert [(row.score, row.graded) for row in rows] == [(3.0, True), (1.0, True)]


def test_the_job_script_is_slurms(monkeypatch):
    """What is handed to sbatch asks for what was wished."""
    from dask_jobqueue import SLURMCluster

    with SLURMCluster(
        cores=1,
        processes=1,
        memory="6GB",
        walltime="02:00:00",
        queue="short",
        python=sys.executable,
        worker_extra_args=["--memory-limit", "0"],
    ) as cluster:
        script = cluster.job_script()
    assert "#SBATCH -p short" in script and "#SBATCH -t 02:00:00" in script and "--memory-limit 0" in script
