"""Promises of the options and of the checks' own declarations: a mistake is one sentence before anything starts."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from _pytest.config.argparsing import Parser

from autograder.course import SOLUTIONS, problems
from autograder.grading.cases import case_from
from autograder.grading.checks import Check, check_of, shares_of_cases, without_running
from autograder.grading.options import add_options, chosen_device, chosen_seed, known_problems, read_options
from autograder.grading.draws import generator
from autograder.grading.seeds import derived_seed
from autograder.judge.expect import CheckFailed
from autograder.results.statuses import OUR_FAULT
from autograder.results.record import Case, CheckResult
from autograder.sandbox.faults import Crashed, Missing, NotWritten, Raised, SandboxFault, TimedOut

FIRST = next(iter(problems()))


def options(**given):
    """The options of a run that was given these on the command line."""
    parser = Parser(_ispytest=True)
    add_options(parser)
    words = [
        f"--{name}={value}"
        for name, values in ({"device": "cpu"} | given).items()
        for value in (values if type(values) is list else [values])
    ]
    return read_options(SimpleNamespace(option=parser.parse_known_args(words)))


def refusal(**given) -> str:
    """The sentence with which options are refused."""
    with pytest.raises(pytest.UsageError) as caught:
        options(**given)
    words = str(caught.value)
    assert words.endswith((".", "?")) and "\n" not in words
    return words


def test_without_options_the_solutions_are_graded_in_every_problem():
    """With a seed that nobody can guess."""
    chosen = options()
    assert chosen.submission == SOLUTIONS and chosen.problems == tuple(problems()) and not chosen.require_full
    assert chosen.seed != options().seed and 0 <= chosen.seed < 1 << 63 and options(seed=0).seed == 0 == chosen_seed(0)


def test_a_path_that_cannot_be_is_refused_before_anything_starts(tmp_path):
    """Missing, empty, without a folder, a folder instead of a file, not writable."""
    assert refusal(submission=str(tmp_path / "no")).endswith("no: there is no such file or folder; give the path of a submission.")
    assert refusal(submission="") == "--submission is empty; give a path or leave it out."
    for name in ("results", "feedback"):
        assert refusal(**{name: ""}) == f"--{name} is empty; give a path or leave it out."
        assert refusal(**{name: str(tmp_path / "no" / "r.json")}).endswith(
            "its folder does not exist; create it or choose another place."
        )
        assert refusal(**{name: str(tmp_path)}).endswith("is a folder; give the name of a file.")
        assert options(**{name: str(tmp_path / "r.json")}) and options(**{name: "r.json"})


def test_a_place_that_may_not_be_written_is_refused(tmp_path, monkeypatch):
    """Not after an hour of grading, but before."""
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert "cannot be written; choose another place or change its permissions." in refusal(results=str(tmp_path / "r.json"))


def test_an_unknown_problem_or_part_comes_with_the_nearest_or_all():
    """And known ones keep the course's order, whatever the order on the command line."""
    names, part = list(problems()), problems()[FIRST].part
    assert refusal(problem=[f"{FIRST}x"]) == f"--problem {FIRST}x: there is no such problem; did you mean {FIRST}?"
    assert ", ".join(names) in refusal(problem=["zzzzzz"]) and f"did you mean {part}?" in refusal(part=[f"{part}x"])
    assert known_problems([names[-1], names[0], names[-1]]) == tuple(dict.fromkeys((names[0], names[-1])))
    assert known_problems([], [part]) == tuple(name for name in names if problems()[name].part == part)


def test_a_gpu_that_is_not_there_is_refused_and_auto_takes_what_is(monkeypatch):
    """`--device cuda` never falls back in silence."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert refusal(device="cuda") == "--device cuda: torch finds no GPU on this machine; use --device cpu or auto."
    assert chosen_device("auto") == "cpu" == chosen_device("cpu")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert chosen_device("auto") == "cuda" == chosen_device("cuda") and chosen_device("cpu") == "cpu"


def item(name: str = f"test_{FIRST}.py", doc: str = "Scores are right.", kwargs: dict | None = None):
    """A collected check."""

    def test_right():
        pass

    test_right.__doc__ = doc
    module = SimpleNamespace(test_first=test_right)
    marker = None if kwargs is None else SimpleNamespace(kwargs=kwargs)
    return SimpleNamespace(path=Path(name), function=test_right, module=module, get_closest_marker=lambda _: marker)


def test_a_check_says_what_it_is_by_itself():
    """Problem from the file, title from the docstring, weight, need and time from the marker."""
    check = check_of(item(doc="\n   Scores are right.\n\n   More.", kwargs={"weight": 3, "needs": "test_first", "seconds": 5}))
    assert (check.problem, check.name, check.title, check.weight, check.needs, check.seconds) == (
        FIRST,
        "test_right",
        "Scores are right",
        3,
        "test_first",
        5,
    )
    assert check_of(item()).weight == 1


@pytest.mark.parametrize(
    "made, words",
    [
        (
            item("test_nothing.py"),
            "test_nothing.py: there is no problem nothing; name the file like a problem in a part.toml.",
        ),
        (item(doc=""), f"test_{FIRST}.py: test_right has no docstring; write the title students see."),
        (
            item(kwargs={"weigth": 3}),
            f"test_{FIRST}.py: test_right: @pytest.mark.check does not know weigth; correct the name.",
        ),
        (item(kwargs={"weight": 0}), "has the weight 0; give it a whole number of at least 1."),
        (item(kwargs={"weight": 1.5}), "has the weight 1.5; give it a whole number of at least 1."),
        (
            item(kwargs={"needs": "test_frist"}),
            f"test_{FIRST}.py: test_right needs test_frist, which is not in its file; correct the name.",
        ),
        (item(kwargs={"shares": (3, 0)}), "has the shares (3, 0); give each case a whole number of at least 1."),
        (item(kwargs={"shares": 5}), "has the shares 5; give a list with a number for each case, or for some by name in a dict."),
    ],
)
def test_a_mistake_in_a_check_is_one_sentence(made, words):
    """A typing error in a marker does not change marks in silence."""
    with pytest.raises(pytest.UsageError) as caught:
        check_of(made)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "shares, found",
    [
        ((), [1, 1, 1]),
        ((6, 3, 1), [6, 3, 1]),
        ({"0 rows": 1}, [10, 10, 1]),
        ((6, 3), "test_sums.py: test_adds has 3 cases, but 2 shares; give every case one, in the order of the cases."),
        ({"0 row": 1}, "test_sums.py: test_adds gives shares to 0 row, which it has no case for; correct the name."),
    ],
)
def test_cases_share_the_points_of_their_check(shares, found):
    """Equally, in the order of the cases, or by name with the others counting ten; a slip is one sentence."""
    if isinstance(found, list):
        assert shares_of_cases("test_sums.py: test_adds", shares, ["5 rows", "1 row", "0 rows"]) == found
        return
    with pytest.raises(pytest.UsageError) as caught:
        shares_of_cases("test_sums.py: test_adds", shares, ["5 rows", "1 row", "0 rows"])
    assert str(caught.value) == found


@pytest.mark.parametrize(
    "ends, label, status",
    [
        ({"": "passed"}, "", None),
        ({"": "failed"}, "", "not run"),
        ({"": "crashed"}, "", "not run"),
        ({"": "missing"}, "", "missing"),
        ({"": "not attempted"}, "", "not attempted"),
        ({"": "not graded"}, "", "not graded"),
        ({"sgd": "passed", "adam": "failed"}, "", None),
        ({"sgd": "failed", "adam": "failed"}, "", "not run"),
        ({"sgd": "passed", "adam": "failed"}, "sgd", None),
        ({"sgd": "passed", "adam": "failed"}, "adam", "not run"),
        ({"sgd": "passed", "adam": "failed"}, "with momentum", None),
    ],
)
def test_a_check_is_not_run_only_when_there_is_nothing_to_judge(ends, label, status):
    """What it needs failed in every case, or in the case of the same name."""
    needed = CheckResult("test_class", "The class is right", 1, 2, [Case(name, end) for name, end in ends.items()])
    case = without_running(Check("sums", "test_other", "Other", 1, "test_class", None), label, [needed])
    assert (case and case.status) == status


@pytest.mark.parametrize(
    "error, status",
    [
        (Raised("m", "d"), "failed"),
        (Missing("m", "d"), "missing"),
        (NotWritten("m", "d"), "not attempted"),
        (Crashed("m", "d"), "crashed"),
        (TimedOut("m", "d"), "timed out"),
        (CheckFailed("m"), "failed"),
        (SandboxFault("d"), "not graded"),
        (ZeroDivisionError("d"), "not graded"),
        (AssertionError("d"), "not graded"),
        (SystemExit("d"), "not graded"),
        (MemoryError("d"), "not graded"),
        (OSError(28, "d"), "not graded"),
    ],
)
def test_an_exception_is_sorted_by_whose_fault_it_is(error, status):
    """Only faults of the student's code and wrong values cost points; all else is ours, a bare `assert` in a check included."""
    try:
        raise error
    except BaseException as caught:
        case = case_from(caught)
    assert case.status == status and case.message == (OUR_FAULT if status == "not graded" else "m")
    assert "d" in case.details or isinstance(error, CheckFailed)


def test_an_interruption_is_no_verdict():
    """Ctrl-C and pytest.exit go on to where they are meant for."""
    for error in (KeyboardInterrupt(), pytest.exit.Exception("enough")):
        with pytest.raises(type(error)):
            case_from(error)


def test_what_a_student_wrote_is_harmless_in_every_case():
    """Terminal codes and direction marks in messages and details."""
    case = case_from(Raised("\x1b[2Jm\u202e", "\x1b]0;t\x07d"))
    assert case.message == "m�" and case.details == "d"


def test_every_random_number_follows_from_the_seed_and_a_label():
    """The same for the same, others for others, and no way back to the seed."""
    assert derived_seed(5, "child", "softmax") == derived_seed(5, "child", "softmax")
    seeds = {derived_seed(seed, *label) for seed in range(20) for label in (("a",), ("b",), ("a", "b"), ("child", 1))}
    assert len(seeds) == 80 and all(0 <= seed < 1 << 63 for seed in seeds)
    first, again = (torch.randn(3, generator=generator(7, "x")) for _ in range(2))
    assert torch.equal(first, again) and not torch.equal(first, torch.randn(3, generator=generator(8, "x")))
