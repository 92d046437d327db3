"""Two runs compared: whose marks change, by which check, up and down; the numbers add up everywhere."""

import csv
import io
import re

import pytest
from click.testing import CliRunner

from autograder.classes.changes import change_of, compare
from autograder.classes.compare import command, page, table
from autograder.classes.entries import ClassError
from autograder.results.record import Case, CheckResult, ProblemResult, SubmissionResult
from autograder.results.stored import to_json
from tests.made_up import PROBLEMS

WEIGHTS = {"shape": 5.0, "scores": 7.0, "gradients": 3.0}


def graded(student: str, seed: int = 1, **ends: str) -> SubmissionResult:
    """A result for softmax: every check passed but those that are said to have ended otherwise."""
    checks = [
        CheckResult(f"test_{name}", f"The {name} are right", 1, points, [Case("", ends.get(name, "passed"), "m")])
        for name, points in WEIGHTS.items()
        if ends.get(name) != "gone"
    ]
    return SubmissionResult(student, [ProblemResult(PROBLEMS["softmax"], checks)], seed, "cpu", "full", {"torch": "2.6"})


@pytest.fixture
def runs(tmp_path):
    """`runs("old", result, ...)`: the folder of a class run that holds these results."""

    def make(name, *results):
        folder = tmp_path / name / "records"
        folder.mkdir(parents=True, exist_ok=True)
        for result in results:
            (folder / f"{result.name}.json").write_text(to_json(result))
        return tmp_path / name

    return make


@pytest.fixture
def two(runs):
    """Ann wins, Ben loses in two checks, Cy stays, Dee was open, Eve left, <Fay> came."""
    old = runs("old", graded("ann", shape="failed"), graded("ben"), graded("cy"), graded("dee", scores="not graded"), graded("eve"))
    new = runs(
        "new",
        graded("ann", 2),
        graded("ben", scores="failed", gradients="not run"),
        graded("cy", 2, shape="passed"),
        graded("dee"),
        graded("<b>fay"),
    )
    return old, new


def test_every_change_is_found_with_its_check(two):
    """Up, down, open before, unchanged, gone and come; another seed is said."""
    found = compare(*two)
    assert {change.student: (change.before, change.after, change.gain) for change in found.changes} == {
        "ann": (10.0, 15.0, 5.0),
        "ben": (15.0, 5.0, -10.0),
        "dee": (None, 15.0, 7.0),
    }
    assert (found.up, found.down, found.same, found.gone, found.come) == (2, 1, 1, ["eve"], ["<b>fay"])
    assert [(line.title, line.up, line.down, line.gain) for line in found.by_check] == [
        ("The scores are right", 1, 1, 0.0),
        ("The gradients are right", 0, 1, -3.0),
        ("The shape are right", 1, 0, 5.0),
    ]
    assert found.settings == ["now: seed 2"]


@pytest.mark.parametrize(
    "before, after, expected",
    [
        ({}, {}, None),
        ({"shape": "failed"}, {"shape": "crashed"}, None),  # other words, the same points
        ({"shape": "not graded"}, {"shape": "not graded"}, None),
        ({}, {"shape": "not graded"}, [("test_shape", 5.0, None)]),
        ({"shape": "gone"}, {}, [("test_shape", None, 5.0)]),
        ({}, {"shape": "gone"}, [("test_shape", 5.0, None)]),
        ({"shape": "gone"}, {"shape": "failed"}, [("test_shape", None, 0.0)]),
    ],
)
def test_what_counts_as_a_change(before, after, expected):
    """Points that differ, or that are open or not there on one side only."""
    change = change_of("ann", graded("ann", **before), graded("ann", **after))
    assert (change and [(check.name, check.before, check.after) for check in change.checks]) == expected


def test_table_page_and_terminal_agree(two, tmp_path):
    """The sums of the file are those of the page; whoever loses comes first; names stay names."""
    found = compare(*two)
    rows = list(csv.DictReader(io.StringIO(table(found))))
    assert [(row["student"], row["check"], row["before"], row["now"], row["status now"]) for row in rows] == [
        ("ben", "test_scores", "7", "0", "failed"),
        ("ben", "test_gradients", "3", "0", "not run"),
        ("ann", "test_shape", "0", "5", "passed"),
        ("dee", "test_scores", "", "7", "passed"),
    ]
    text = page(found)
    assert "<b>fay" not in text and "&lt;b&gt;fay" in text and "<script" not in text
    assert re.findall(r'rowgroup" colspan="2">(\w+)<.*?>([-+]\d+)</td></tr>', text) == [
        ("ben", "-10"),
        ("ann", "+5"),
        ("dee", "+7"),
    ]
    files = [tmp_path / "page.html", tmp_path / "changes.csv"]
    said = CliRunner().invoke(command, [*map(str, two), "--page", str(files[0]), "--csv", str(files[1])])
    assert said.exit_code == 1 and "Marks of 3 changed: 2 up, 1 down; 1 unchanged." in said.output
    assert re.search(r"ben +15 +5 +1\.1 scores -7, 1\.1 gradients -3", said.output)
    assert files[0].read_text() == text and files[1].read_text() == table(found)


def test_equal_runs_are_equal(two):
    """Status 0, and one line."""
    said = CliRunner().invoke(command, [str(two[0]), str(two[0])])
    assert said.exit_code == 0 and said.output == "Marks of 0 changed: 0 up, 0 down; 5 unchanged.\n"
    (two[0] / "decisions.toml").touch()
    assert "Compared is what was earned" in CliRunner().invoke(command, [str(two[0]), str(two[0])]).output
    said = CliRunner().invoke(command, [str(two[0]), str(two[0]), "--csv", str(two[0] / "no" / "file.csv")])
    assert said.exit_code == 2 and "No such file or directory; choose another file." in said.output


def test_two_records_are_compared_whatever_they_are_called(two):
    """For one submission graded twice."""
    found = compare(two[0] / "records" / "ann.json", two[1] / "records" / "cy.json")
    assert [(change.before, change.after) for change in found.changes] == [(10.0, 15.0)]


def test_what_cannot_be_compared_is_one_sentence(two, runs, tmp_path):
    """No folder of a run, nobody in common, a damaged record: status 2."""
    with pytest.raises(ClassError, match="holds no results; name the folder"):
        compare(two[0], tmp_path / "nowhere")
    (tmp_path / "earlier" / "results").mkdir(parents=True)
    (tmp_path / "earlier" / "results" / "ann.json").write_text("{}")
    with pytest.raises(ClassError, match="earlier was written by an earlier kit, which kept no records"):
        compare(tmp_path / "earlier", two[0])
    with pytest.raises(ClassError, match="nobody has a result in both"):
        compare(two[0], runs("other", graded("zoe")))
    (two[0] / "records" / "ann.json").write_text("{}")
    said = CliRunner().invoke(command, [str(two[0]), str(two[1])])
    assert said.exit_code == 2 and "ann.json: this is not a record" in said.output


def test_a_run_that_grades_again_says_what_it_changed(make_class, run_class, fake_graders, tmp_path):
    """By itself, as a table of everybody in changes.csv, and also that nothing has changed; never for those who were open."""
    from rich.console import Console

    folder = make_class(ann="score 3", bob="score all", cy="die")
    run_class(folder)
    make_class(ann="score 5", cy="score 1")
    console = Console(file=io.StringIO(), width=200)
    run_class(folder, console=console, regrade=["bob"])
    assert "Marks of 1 changed: 1 up, 0 down; 1 unchanged." in console.file.getvalue()
    assert [row["student"] for row in csv.DictReader((tmp_path / "out" / "changes.csv").open())] == ["ann"]
    console = Console(file=io.StringIO(), width=200)
    run_class(folder, console=console)
    assert "Marks of" not in console.file.getvalue()
