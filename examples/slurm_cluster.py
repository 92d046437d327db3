"""A Dask cluster of Slurm jobs that grades a class; adapt the four names at the top to your site.

On the login node, in the environment that holds the kit (`pip install 'autograder[cluster]'`):

    python examples/slurm_cluster.py &                     # prints the scheduler's address, and runs until you stop it
    autograder grade submissions/ --out grades/ --scheduler tcp://ADDRESS:PORT

Every job runs the same environment, so the file system that holds it must be visible on the compute nodes. The
submissions may be anywhere: files that a node cannot see are sent to it. Jobs that Slurm ends early are replaced, and
what they were grading is graded elsewhere. On a network that others share, use TLS: see `Security` in Dask's pages.
"""

import argparse
import time

from dask_jobqueue import SLURMCluster

QUEUE = "short"
ACCOUNT = None  # for instance "teaching"
GRADERS_A_JOB = 4  # processes; each needs one core and up to 4 GB
SETUP = ["export OMP_NUM_THREADS=1"]  # for instance also "module load bubblewrap"


def make_cluster() -> SLURMCluster:
    """The cluster without any job yet: one Dask worker with one thread for each grading process."""
    return SLURMCluster(
        queue=QUEUE,
        account=ACCOUNT,
        cores=GRADERS_A_JOB,
        processes=GRADERS_A_JOB,
        memory=f"{4 * GRADERS_A_JOB}GB",
        walltime="01:00:00",
        job_script_prologue=SETUP,
        # A worker leaves before Slurm ends its job, not together with the others.
        worker_extra_args=["--lifetime", "55m", "--lifetime-stagger", "4m"],
    )


def main() -> None:
    """Start the scheduler here, ask Slurm for jobs as there is work, and stay."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--jobs", type=int, default=10, help="Slurm jobs at most")
    parser.add_argument("--show", action="store_true", help="print the job script and stop")
    options = parser.parse_args()
    with make_cluster() as cluster:
        if options.show:
            print(cluster.job_script())
            return
        cluster.adapt(minimum_jobs=1, maximum_jobs=options.jobs)
        print(f"--scheduler {cluster.scheduler_address}", flush=True)
        try:
            while True:
                time.sleep(60)
        except KeyboardInterrupt:
            pass


if __name__ == "__main__":
    main()
