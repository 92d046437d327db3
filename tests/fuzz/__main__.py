"""Fuzz one target for some time, guided by which lines of the kit an input reaches, or every hidden check by odd values.

    python -m tests.fuzz TARGET [--seconds N]       needs `pip install atheris`
    python -m tests.fuzz checks [PROBLEM ...] [--sample N] [--seed N]       replaces what students' code returns, see `checks`

Targets: frame, archive, result, roster, text, notebook. It ends with status 0 when nothing was found; otherwise libFuzzer writes the input
that broke the target into a file `crash-...` and says so.
"""

import argparse
import sys
import tempfile
from pathlib import Path

MEMORY_MIB = 3072  # torch itself takes some 500; a reader that allocates what an input announces passes this at once
SLOWEST_S = 20


def main() -> None:
    """Hand the target to atheris, or fuzz the checks."""
    if sys.argv[1:2] == ["checks"]:
        fuzz_checks(sys.argv[2:])
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("target", choices=("frame", "archive", "result", "roster", "text", "notebook"))
    parser.add_argument("--seconds", type=int, default=120)
    arguments = parser.parse_args()
    try:
        import atheris
    except ImportError:
        sys.exit("python -m tests.fuzz needs atheris (pip install atheris), which there is for Linux and CPython up to 3.12 or so.")
    with atheris.instrument_imports(include=["autograder", "tarfile", "zipfile", "gzip", "csv", "json"]):
        from tests.fuzz.targets import TARGETS, seeds
    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(seeds()[arguments.target]):
            (Path(corpus) / str(number)).write_bytes(seed)
        atheris.Setup(
            [
                sys.argv[0],
                corpus,
                f"-max_total_time={arguments.seconds}",
                f"-rss_limit_mb={MEMORY_MIB}",
                f"-timeout={SLOWEST_S}",
                "-max_len=20000",
                "-print_final_stats=1",
            ],
            TARGETS[arguments.target],
        )
        atheris.Fuzz()


def fuzz_checks(words: list[str]) -> None:
    """Every check, each value that a student's code returns replaced in turn; ends with status 1 when something was found."""
    from autograder.course import problems

    from .checks import main as fuzz

    parser = argparse.ArgumentParser(prog="python -m tests.fuzz checks")
    parser.add_argument("problem", nargs="*", choices=[[], *problems()], help="those of these problems only")
    parser.add_argument("--sample", type=int, metavar="N", help="only so many trials")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="which ones")
    arguments = parser.parse_args(words)
    sys.exit(fuzz(arguments.problem, arguments.sample, arguments.seed))


if __name__ == "__main__":
    main()
