"""The options of `pytest autograder`, and their values checked before anything starts."""

import difflib
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from ..course import SOLUTIONS, parts, problems
from ..results.gradescope import VISIBILITIES
from ..results.renderers import ALWAYS
from ..submission.handed_in import handed_in
from ..submission.rosters import RosterError
from .variants import Roster, read_variants


PROVE = ("always", "kept")
CHILDREN = ("submission", "problem")


@dataclass(frozen=True)
class Options:
    """What one grading run was asked to do."""

    submission: Path
    problems: tuple[str, ...]
    device: str
    seed: int
    results: Path | None = None
    feedback: Path | None = None
    require_full: bool = False
    roster: Roster | None = None
    renderers: tuple[str, ...] = ALWAYS  # of a class run: what is made of each result
    prove: str = "always"  # `kept`: an earlier run's proof will do, see `kept_proof.py`
    children: str = "submission"  # a problem may go on in the child of the one before, or `problem`: every one has its own
    fallback: bool = False  # to the CPU, where the GPU was only there and not asked for
    remarks: tuple[str, ...] = ()  # on every result of the run
    visibility: str = "visible"  # of checks in Gradescope's results.json
    leaderboard: bool = False  # whether that file has what problems declare for one


def add_options(parser: pytest.Parser) -> None:
    """Declare the command-line options."""
    group = parser.getgroup("autograder", "grading a submission")
    group.addoption("--submission", metavar="PATH", help="folder, .zip or .tar.gz to grade (default: solutions/)")
    group.addoption("--problem", metavar="ID", action="append", default=[], help="grade this problem only; may be repeated")
    group.addoption("--part", metavar="ID", action="append", default=[], help="grade the problems of this part; may be repeated")
    group.addoption("--device", choices=("auto", "cpu", "cuda"), default="auto", help="auto is the GPU where there is one")
    group.addoption("--seed", type=int, default=None, metavar="N", help="seed of the hidden inputs (default: random, reported)")
    group.addoption("--results", metavar="FILE", help="write Gradescope's results.json here")
    group.addoption("--feedback", metavar="FILE", help="write the feedback page as one HTML file here")
    group.addoption(
        "--visibility",
        choices=list(VISIBILITIES),
        default="visible",
        help="when Gradescope shows checks to students (default: at once)",
    )
    group.addoption("--leaderboard", action="store_true", help="let Gradescope rank what problems declare in part.toml")
    group.addoption("--handed-in", metavar="FILE", help="Gradescope's submission_metadata.json: says on the page how late it came")
    group.addoption("--roster", metavar="FILE", help="CSV with what each student's variant follows from")
    group.addoption(
        "--prove",
        choices=PROVE,
        default=None,
        help="kept: a proof of the last day under the same conditions will do (default: always prove anew)",
    )
    group.addoption(
        "--children",
        choices=CHILDREN,
        default="submission",
        help="submission: what had full marks lets the next problem go on in its process; problem: each has its own",
    )
    group.addoption(
        "--isolation", choices=("best", "require"), default="best", help="require: refuse to grade with less than full isolation"
    )


def read_options(config: pytest.Config) -> Options:
    """The options of this run.

    Raises:
        pytest.UsageError: a path or a name is wrong; one sentence says which.
    """
    option = config.option
    for name in ("submission", "results", "feedback", "roster"):
        # An unset variable of a shell script: grading solutions/ instead would look like full marks.
        if getattr(option, name) == "":
            raise pytest.UsageError(f"--{name} is empty; give a path or leave it out.")
    submission = Path(option.submission) if option.submission else SOLUTIONS
    if not submission.exists():
        raise pytest.UsageError(f"--submission {submission}: there is no such file or folder; give the path of a submission.")
    for file in (option.results, option.feedback):
        if file:
            _expect_writable(Path(file))
    chosen, roster = known_problems(option.problem, option.part), _roster(option.roster)
    device = chosen_device(option.device)  # last, since PyTorch has to be imported to say it
    return Options(
        submission,
        chosen,
        device,
        chosen_seed(option.seed),
        Path(option.results) if option.results else None,
        Path(option.feedback) if option.feedback else None,
        option.isolation == "require",
        roster,
        prove=chosen_proof(option.prove),
        children=option.children,
        fallback=option.device == "auto" and device != "cpu",
        remarks=tuple(filter(None, [handed_in(Path(option.handed_in))])) if option.handed_in else (),
        visibility=option.visibility,
        leaderboard=option.leaderboard,
    )


def _roster(file: str | None) -> Roster | None:
    try:
        return read_variants(Path(file)) if file else None
    except RosterError as error:
        raise pytest.UsageError(f"--roster: {error}") from None


def _expect_writable(file: Path) -> None:
    if not file.absolute().parent.is_dir():
        raise pytest.UsageError(f"{file}: its folder does not exist; create it or choose another place.")
    if file.is_dir():
        raise pytest.UsageError(f"{file} is a folder; give the name of a file.")
    if not os.access(file if file.exists() else file.absolute().parent, os.W_OK):
        raise pytest.UsageError(f"{file} cannot be written; choose another place or change its permissions.")


def known_problems(wanted: Sequence[str], wanted_parts: Sequence[str] = ()) -> tuple[str, ...]:
    """The wanted problems in the course's order, all of them when neither a problem nor a part is named.

    Raises:
        pytest.UsageError: there is no such problem or part.
    """
    _expect_known("problem", wanted, list(problems()))
    _expect_known("part", wanted_parts, [part.id for part in parts()])
    everything = not wanted and not wanted_parts
    return tuple(name for name, problem in problems().items() if everything or name in wanted or problem.part in wanted_parts)


def _expect_known(kind: str, wanted: Sequence[str], known: list[str]) -> None:
    for name in wanted:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}."
            raise pytest.UsageError(f"--{kind} {name}: there is no such {kind}; {hint}")


def chosen_device(name: str) -> str:
    """`cpu` or `cuda` for this machine.

    Raises:
        pytest.UsageError: a GPU was asked for and there is none.
    """
    if name == "cpu":
        return "cpu"
    import torch

    there = torch.cuda.is_available()
    if name == "cuda" and not there:
        raise pytest.UsageError("--device cuda: torch finds no GPU on this machine; use --device cpu or auto.")
    return "cuda" if there else "cpu"


def chosen_proof(name: str | None) -> str:
    """As asked for, else what the variable AUTOGRADER_PROVE says, else `always`."""
    return name or ("kept" if os.environ.get("AUTOGRADER_PROVE") == "kept" else "always")


def chosen_seed(seed: int | None) -> int:
    """The given seed, or one that nobody can guess."""
    return secrets.randbits(63) if seed is None else seed
