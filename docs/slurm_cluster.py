"""Graders on a Slurm cluster: asks for jobs, prints the address for `autograder grade`, and runs until Ctrl-C.

    python docs/slurm_cluster.py --workers 16 --queue short --walltime 02:00:00
    autograder grade submissions --out marks --scheduler tcp://...        # in another terminal, with what was printed

The kit has to be installed at the same path on every node, as on a shared file system; submissions need not be visible
there, they are sent. Each worker grades one submission at a time. `--local` starts ordinary processes here instead of
jobs, to try it without Slurm. Other schedulers: dask_jobqueue has PBSCluster, SGECluster, LSFCluster and more.
"""

import argparse
import signal
import sys

import dask
from dask_jobqueue import SLURMCluster
from dask_jobqueue.local import LocalCluster

# A worker that loses the network is given up after this time, and its submissions are graded elsewhere.
dask.config.set({"distributed.scheduler.worker-ttl": "60s"})


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--workers", type=int, default=4, help="jobs, each of which grades one submission at a time")
    parser.add_argument("--queue", default=None, help="Slurm's partition")
    parser.add_argument("--account", default=None, help="Slurm's account")
    parser.add_argument("--walltime", default="02:00:00", help="after this Slurm ends a job")
    parser.add_argument("--memory", default="6GB", help="of a job")
    parser.add_argument("--gpu", action="store_true", help="one GPU a job")
    parser.add_argument("--local", action="store_true", help="processes on this machine instead of jobs")
    wanted = parser.parse_args()
    options = {
        "cores": 1,
        "processes": 1,
        "memory": wanted.memory,
        "walltime": wanted.walltime,
        "python": sys.executable,
        # Dask would restart a worker for the memory of what it grades, which the kit limits itself.
        "worker_extra_args": ["--memory-limit", "0"],
    }
    if not wanted.local:
        options |= {
            "queue": wanted.queue,
            "account": wanted.account,
            "job_extra_directives": ["--gres=gpu:1"] if wanted.gpu else [],
        }
    with (LocalCluster if wanted.local else SLURMCluster)(**options) as cluster:
        cluster.adapt(minimum_jobs=wanted.workers, maximum_jobs=wanted.workers)  # a job that ends early is replaced
        print(cluster.scheduler_address, flush=True)
        signal.sigwait({signal.SIGINT, signal.SIGTERM})


if __name__ == "__main__":
    main()
