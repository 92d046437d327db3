"""A status that is added to the table is known everywhere: no page, table, picture or count leaves its students out."""

import io
import re
from pathlib import Path

import pytest
from rich.console import Console

from autograder.classes import charts, progress, summary
from autograder.classes.entries import Entry
from autograder.classes.outputs import Outputs
from autograder.classes.statistics import describe_class
from autograder.classes.unit import render
from autograder.course import problems
from autograder.grading.options import Options
from autograder.nbgrader.feedback import problem_page
from autograder.results import html, terminal
from autograder.results.record import Case, CheckResult, ProblemResult, SubmissionResult
from autograder.results.statuses import STATUSES, TONES, Status
from autograder.sandbox.faults import StudentFault

PROBLEM = next(iter(problems().values()))
OPTIONS = Options(Path("."), (PROBLEM.id,), "cpu", 1)
MESSAGE = "Softmax(...) returned a cat.\nWhere does it come from?"


@pytest.fixture
def exploded(monkeypatch) -> Status:
    """A status that nobody has heard of before."""
    status = Status("EXPLODED", "bad", "#123abc", "blown up", mistake=True, noted=True)
    monkeypatch.setitem(STATUSES, "exploded", status)
    return status


def ended(student: str, status: str) -> SubmissionResult:
    """A submission whose one check ended so."""
    case = Case("", status, "" if status == "passed" else MESSAGE)
    found = [ProblemResult(PROBLEM, [CheckResult("test_scores", "Scores match", 1, 15.0, [case])])]
    return SubmissionResult(student, found, 1, "cpu", "full", {})


def stored(root: Path, *results: SubmissionResult) -> tuple[list, str]:
    """The rows of a class with these results, and its grades.csv."""
    outputs = Outputs(root)
    entries = [Entry(result.name, root / result.name) for result in results]
    rows = [outputs.store(entry, render(result.name, result), "-") for entry, result in zip(entries, results)]
    outputs.write_grades(rows, entries, OPTIONS.problems)
    outputs.close()
    return rows, (root / "grades.csv").read_text()


def printed(rows: list) -> str:
    """What the terminal says at the end of a class run."""
    file = io.StringIO()
    progress.print_end(Console(file=file, width=160), rows, OPTIONS, Path("out"))
    return file.getvalue()


def test_a_new_status_is_on_every_page_of_its_student(exploded):
    """Terminal, HTML and notebook show its word, its colour, its message."""
    result = ended("ann", "exploded")
    file = io.StringIO()
    Console(file=file, width=100).print(terminal.page(result))
    notebook = problem_page(result, PROBLEM.id)
    for page in (file.getvalue(), html.page(result), notebook):
        assert "EXPLODED" in page and "returned a cat" in page
    assert '<span class="pill bad">EXPLODED</span>' in html.page(result)


def test_a_new_status_is_in_every_table_and_picture_of_the_class(exploded, tmp_path):
    """Class table, csv, chart, summary, misconceptions and what deserves a look."""
    rows, grades = stored(tmp_path, ended("ann", "exploded"), ended("ben", "passed"))
    found = describe_class(rows, OPTIONS.problems)
    assert "exploded: everything" in grades
    assert re.search(r"problem +passed +exploded +mean", printed(rows))
    assert "#123abc" in charts.statuses(found) and "exploded" in charts.statuses(found)
    assert '<th scope="col" class="number">blown up</th>' in summary.page(found, [], OPTIONS)
    assert [said.students for said in found.misconceptions] == [("ann",)]
    assert [row.student for row, _ in found.strange] == ["ann"]


def test_no_status_loses_a_student(exploded, tmp_path):
    """One student a status: the class table and the summary count every one of them once."""
    results = [ended(f"student{place:02}", status) for place, status in enumerate(STATUSES)]
    rows, grades = stored(tmp_path, *results)
    found = describe_class(rows, OPTIONS.problems)
    line = next(line for line in printed(rows).splitlines() if PROBLEM.title in line)
    counts = re.sub(r"[\d.]+ of .*", "", line.partition(PROBLEM.title)[2]).split()
    assert sum(map(int, counts)) == sum(found.problems[0].columns.values()) == len(STATUSES)
    page = summary.page(found, [], OPTIONS)
    row = page[page.index("<h2>Problems</h2>") :].partition("<tbody>")[2].partition("</tbody>")[0]
    assert sum(map(int, re.findall(r'class="number">(\d+)</td>', row))) == len(STATUSES)
    assert len(grades.splitlines()) == 1 + len(STATUSES)


def test_every_status_has_a_word_a_tone_and_a_colour_of_its_own():
    """Nobody has to tell two of them apart by guessing."""
    words, fills = [status.word for status in STATUSES.values()], [status.fill for status in STATUSES.values()]
    assert len(set(words)) == len(set(fills)) == len(STATUSES) and max(map(len, words)) <= terminal.STATUS_COLUMN
    assert {status.tone for status in STATUSES.values()} == set(TONES)


def test_the_table_knows_every_way_in_which_student_code_fails():
    """Each class of faults names a status of the table."""

    def below(kind: type) -> list[type]:
        return [kind, *(one for child in kind.__subclasses__() for one in below(child))]

    assert {kind.status for kind in below(StudentFault)} <= set(STATUSES)
