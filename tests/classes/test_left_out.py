"""What was left out is named wherever a person looks: on the page, in the table, in the summary, by the exit status."""

import csv
import io

import pytest
from click.testing import CliRunner
from rich.console import Console

from autograder.classes.command import NOT_GRADED, grade
from autograder.classes.sorting import LeftOut
from autograder.classes.statistics import ClassStatistics
from autograder.classes.summary import page
from autograder.grading.options import Options


@pytest.fixture(autouse=True)
def _fake(fake_graders):
    """No test here needs torch."""


@pytest.fixture
def canvas(tmp_path):
    """A download of Canvas: three who handed in, one of them late, one who wrote only a text, and a stray file."""
    folder = tmp_path / "class"
    folder.mkdir()
    for name in ("musterana_LATE_101_9001_act.txt", "okaforben_102_9002_act.txt", "silvacy_103_9003_act.txt"):
        (folder / name).write_text("score 3")
    (folder / "dale_104_text.html").write_text("<p>see mail</p>")
    (folder / "homework.py").write_text("x = 1\n")
    return folder


def test_a_run_ends_with_the_account_of_everybody(canvas, run_class, tmp_path):
    """Seen is graded and not graded and left out; `grades.csv` has a row for each person, with lateness and reason."""
    shown = Console(file=io.StringIO(), width=200)
    rows = run_class(canvas, console=shown)
    assert len(rows) == 3 and not rows.complete and [item.name for item in rows.left_out] == ["homework.py", "dale_104"]
    text = shown.file.getvalue()
    assert "5 seen = 3 graded + 0 not graded + 2 left out" in text
    assert "left out  dale_104 has handed in no file, only a text." in text and "left out  homework.py is neither" in text
    with open(tmp_path / "out" / "grades.csv", newline="") as file:
        notes = {row["student"]: (row["total"], row["note"]) for row in csv.DictReader(file)}
    assert notes == {
        "musterana_101": ("3", "late, as Canvas says"),
        "okaforben_102": ("3", ""),
        "silvacy_103": ("3", ""),
        "dale_104": ("", "left out: has handed in no file, only a text."),
    }


def test_the_exit_status_says_that_somebody_was_left_out(canvas, tmp_path):
    """3 while somebody may be missing; 0 when only an instructor's table lies beside the submissions."""

    def status() -> int:
        words = [str(canvas), "--out", str(tmp_path / "marks"), "--problem", "softmax", "--device", "cpu"]
        return CliRunner().invoke(grade, words).exit_code

    assert status() == NOT_GRADED
    (canvas / "dale_104_text.html").unlink()
    (canvas / "homework.py").rename(canvas / "roster.csv")
    assert status() == 0


def test_the_summary_names_what_was_left_out():
    """As text, whatever it is called."""
    found = ClassStatistics([], [], [], [], [])
    text = page(found, [], Options(None, ("softmax",), "cpu", 1), [LeftOut("<b>eve</b>", "is a link and was left out.")])
    assert "1 of 1 that were seen" in text and "&lt;b&gt;eve&lt;/b&gt; is a link and was left out." in text
    assert "Left out" not in page(found, [], Options(None, ("softmax",), "cpu", 1))
