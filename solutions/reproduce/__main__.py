"""The command: trains what is missing and writes the page."""

import argparse
import os
import signal
import subprocess
import sys
from pathlib import Path

SOLUTIONS = Path(__file__).resolve().parents[1]
sys.path += [str(SOLUTIONS), str(SOLUTIONS.parent)]  # training_kit, and data_scripts

import data_scripts  # noqa: E402
import torch  # noqa: E402
from training_kit.errors import RunError  # noqa: E402
from training_kit.reproducible import choose_device  # noqa: E402

from .page import SPEED, page  # noqa: E402
from .row import SCENES15  # noqa: E402
from .rows import ROWS  # noqa: E402
from .runs import Place, ReproduceError, Run, machine, write_json  # noqa: E402

BENCHMARK = ("-m", "tests.benchmarks.training_speed")


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The options.

    Args:
        arguments: of the command line; None for those of the process.
    """
    names = [row.name for row in ROWS]
    parser = argparse.ArgumentParser(
        prog="python -m solutions.reproduce",
        description="Measure the reference results. Lines of the page whose runs are not here stay as they are.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--root", type=Path, default=SOLUTIONS.parent / "data", help="folder of the data sets")
    parser.add_argument("--dataset", nargs="+", default=["cifar10"], choices=list(data_scripts.DATASETS), help="on which")
    parser.add_argument("--device", default="auto", choices=["auto", "cpu", "cuda", "mps"], help="where to compute")
    parser.add_argument("--threads", type=int, default=0, help="of the processor; 0: what the scripts choose")
    parser.add_argument(
        "--only",
        nargs="+",
        default=names,
        choices=[*names, "speed"],
        metavar="ROW",
        help=f"{', '.join(names)}; speed measures images per second",
    )
    parser.add_argument("--seeds", type=int, default=3, help="at most so many runs of a row")
    parser.add_argument("--table-only", action="store_true", help="train nothing, write the page from what is there")
    parser.add_argument("--quick", action="store_true", help="one epoch with 200 images, to try it out")
    parser.add_argument("--runs", type=Path, default=SOLUTIONS.parent / "runs" / "reproduce", help="folder of the runs")
    parser.add_argument("--out", type=Path, default=SOLUTIONS / "RESULTS.md", help="the page")
    return parser.parse_args(arguments)


def planned(options: argparse.Namespace) -> list[Run]:
    """All runs that the options ask for, finished ones included.

    Args:
        options: of the command line.
    Raises:
        ReproduceError: a data set is missing.
    """
    device = choose_device(options.device).type
    runs = []
    wanted = [row for row in ROWS if row.name in options.only]
    datasets = [name for name in options.dataset if any(row.dataset in (None, name) for row in wanted)]
    datasets += sorted({row.dataset for row in wanted if row.dataset == SCENES15} - set(datasets))
    for dataset in datasets:
        try:
            data_scripts.load(dataset, options.root)
        except data_scripts.DataError as error:
            raise ReproduceError(str(error)) from None
        place = Place(options.runs.resolve(), options.root.resolve(), dataset, device, options.threads, options.quick)
        runs += [Run(row, seed, place) for row in wanted if row.is_for(dataset) for seed in row.seeds[: options.seeds]]
    return runs


def measure_speed(options: argparse.Namespace) -> None:
    """Run the benchmark of training and note what it says.

    Args:
        options: of the command line.
    Raises:
        ReproduceError: it failed.
    """
    size = ["--seconds", "0.1", "--rounds", "1"] if options.quick else ["--seconds", "5"]
    done = subprocess.run(
        [sys.executable, *BENCHMARK, *size, "--root", str(options.root.resolve())],
        cwd=SOLUTIONS.parent,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ReproduceError("The benchmark of training failed, for the reason above.")
    options.runs.mkdir(parents=True, exist_ok=True)
    write_json(
        options.runs / SPEED,
        {
            "command": f"python {' '.join([*BENCHMARK, *size])}",
            "output": done.stdout,
            "machine": machine("cpu"),
            "torch": torch.__version__,
        },
    )


def write_page(options: argparse.Namespace) -> None:
    """Write RESULTS.md.

    Args:
        options: of the command line.
    """
    options.out.parent.mkdir(parents=True, exist_ok=True)
    part = options.out.with_suffix(".part")
    old = options.out.read_text(encoding="utf-8") if options.out.is_file() else ""
    part.write_text(page(options.runs, old), encoding="utf-8")
    os.replace(part, options.out)


def main(arguments: list[str] | None = None) -> None:
    """Train what is missing, and write the page after each run.

    Args:
        arguments: of the command line; None for those of the process.
    Raises:
        ReproduceError, RunError: it cannot begin, or a run failed.
    """
    options = parse(arguments)
    for run in [] if options.table_only else planned(options):
        print(f"{run.name}: {'finished before' if run.is_finished else ' '.join(run.command())}", flush=True)
        if not run.is_finished:
            run.finish()
            write_page(options)
    if "speed" in options.only and not options.table_only:
        measure_speed(options)
    write_page(options)
    print(options.out)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        main()
    except (ReproduceError, RunError) as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit("stopped; the same command goes on after the last whole epoch")
