"""Promises of `autograder decide`: written down, checked, applied at once to every file; hand edits survive; nothing is graded."""

import json
import threading

import pytest
from click.testing import CliRunner

from autograder.classes.outputs import Outputs
from autograder.decisions.marking import marks_in
from autograder.explain.subject import counting
from autograder.results.command import show
from tests.shares import points_of

from decided_class import WHY, decide, grades


def test_points_are_in_every_file_apart_from_what_was_earned(out):
    """Table, list of adjustments, the student's pages, results; nobody else's."""
    before = {path: path.read_bytes() for path in (out / "records").iterdir()}
    page_of_ben = (out / "feedback" / "ben.html").read_text()
    said = decide(out, "points", "ann", "1.1", "+2.5", *WHY)
    assert "Decision 1: ann, +2.5 in softmax." in said and "ann  10 -> 12.5   +2.5" in said and "Marks of 1 changed." in said
    row = grades(out)["ann"]
    assert (row["softmax"], row["total"], row["decisions"], row["final"]) == ("10", "10", "2.5", "12.5")
    assert grades(out)["ben"]["final"] == "15" and grades(out)["zoe"]["final"] == "" and "only a text" in grades(out)["zoe"]["note"]
    line = grades(out, "adjustments.csv")["ann"]
    assert (line["where"], line["kind"], line["points"], line["by"], line["decision"]) == ("softmax", "points", "2.5", "N. N.", "1")
    page = (out / "feedback" / "ann.html").read_text()
    assert "<b>12.5</b> of 15 points count" in page and "Earned" in page and "10 of 15" in page and "by decision of N. N." in page
    assert "&lt;b&gt;ambiguous" in page and "<b>ambiguous" not in page
    found = json.loads((out / "results" / "ann.json").read_text())
    assert found["score"] == 10 and found["extra_data"]["marks"]["final"] == 12.5
    assert (out / "feedback" / "ben.html").read_text() == page_of_ben
    assert {path: path.read_bytes() for path in (out / "records").iterdir()} == before


def test_what_is_withdrawn_leaves_no_trace_but_in_the_file(out):
    """The tables and pages are those of before; the number is not used again."""
    table, page = (out / "grades.csv").read_text(), (out / "feedback" / "ann.html").read_text()
    decide(out, "points", "ann", "softmax", "-1", *WHY)
    assert (out / "feedback" / "ann.html").read_text() != page
    assert "ann  9 -> 10   +1" in decide(out, "withdraw", "1", "--by", "O. O.")
    assert (out / "grades.csv").read_text() == table and (out / "feedback" / "ann.html").read_text() == page
    assert not (out / "adjustments.csv").exists()
    assert "withdrawn by O. O." in decide(out, "list")
    assert "Decision 2" in decide(out, "points", "ann", "softmax", "1", *WHY)
    assert "nothing to do" in decide(out, "withdraw", "1", "--by", "O. O.", status=1)


@pytest.mark.parametrize(
    "how, expected",
    [
        ([], {"ann": "15", "ben": "15", "cy": "8"}),
        (["--out-of-the-sum"], {"ann": "15", "ben": "15", "cy": "8"}),  # cy passed it: left in, 8 of 15 is more than 3 of 10
        (["--student", "cy"], {"ann": "10", "ben": "15", "cy": "8"}),
    ],
)
def test_a_check_is_exempted(out, how, expected):
    """For everybody or some; nobody's mark falls."""
    decide(out, "exempt", "shape", *how, *WHY)
    assert {name: row["final"] for name, row in grades(out).items() if name in expected} == expected


def test_a_check_is_named_by_its_title_too(out):
    """As it was copied from a page."""
    assert "test_shape of softmax" in decide(out, "exempt", "“The shape are right”", *WHY)
    assert grades(out)["ann"]["final"] == "15"


def test_points_with_a_decimal_comma(out):
    """As much of the world writes them."""
    decide(out, "points", "ann", "softmax", "+1,5", *WHY)
    assert grades(out)["ann"]["final"] == "11.5"


def test_a_hand_in_is_chosen(out):
    """Its row is gone, its marks count for the student, and the student's page is of it."""
    decide(out, "choose", "cy", "cy (1)", *WHY)
    found = grades(out)
    assert list(found) == ["ann", "ben", "cy", "zoe"] and found["cy"]["final"] == found["cy"]["total"] == "15"
    shown = [
        decide(out, "list"),
        (out / "feedback" / "cy.html").read_text(),
        found["cy"]["note"],
        grades(out, "adjustments.csv")["cy"]["about"],
    ]
    assert all("cy (1) counts" in text and "614e5d" not in text for text in shown)
    assert "15</b> of 15" in (out / "feedback" / "cy.html").read_text()
    decide(out, "withdraw", "1", "--by", "N. N.")
    assert grades(out)["cy"]["final"] == "8" and "cy _1_~614e5d" in grades(out)
    assert "8</b> of 15" in (out / "feedback" / "cy.html").read_text()


def test_what_is_explained_is_what_counts(out):
    """The hand-in that was chosen, and the sentence says so; the other one by its record."""
    own = out / "records" / "cy.json"
    assert counting(out, own) == (own, "")
    decide(out, "choose", "cy", "cy (1)", *WHY)
    record, said = counting(out, own)
    assert record.stem == "cy _1_~614e5d" and said.startswith("cy (1) counts for cy by decision") and str(own) in said
    assert counting(out, out / "records" / "ann.json") == (out / "records" / "ann.json", "")


def test_a_later_choice_replaces_an_earlier_one(out):
    """And who was chosen first has a row again."""
    decide(out, "choose", "ann", "ben", *WHY)
    assert list(grades(out)) == ["ann", "cy", "cy _1_~614e5d", "zoe"]
    decide(out, "choose", "ann", "ann", *WHY)
    found = grades(out)
    assert list(found) == ["ann", "ben", "cy", "cy _1_~614e5d", "zoe"] and found["ann"]["final"] == "10"


@pytest.mark.parametrize(
    "words, said",
    [
        (["choose", "cy (1)", "cy"], "cy (1) counts for cy, or not at all; choose for cy."),
        (["choose", "ann", "cy (1)"], "cy (1) counts for cy, or not at all; withdraw that first."),
        (["choose", "ann", "cy"], "for cy it is decided that cy (1) counts; withdraw that first."),
        (["points", "cy (1)", "softmax", "1"], "cy (1) counts for cy now, or not at all; name cy."),
    ],
)
def test_nobody_loses_a_row_to_two_choices(out, words, said):
    """What contradicts an earlier choice is refused; written by hand it is said, and not applied."""
    decide(out, "choose", "cy", "cy (1)", *WHY)
    before = (out / "decisions.toml").read_text()
    assert said in decide(out, *words, *WHY, status=1) and (out / "decisions.toml").read_text() == before


def test_contradictions_written_by_hand_are_said(out):
    """Everybody keeps a row; points for somebody whose row is gone are not lost in silence."""
    signed = 'reason = "r"\nby = "b"\ndate = 2026-03-04\n'
    lines = ['kind = "points"\nstudents = ["cy (1)"]\nwhere = "softmax"\npoints = 2\n']
    lines += [f'kind = "choose"\nstudent = "{one}"\nentry = "{other}"\n' for one, other in [("ann", "ben"), ("ben", "ann")]]
    lines += ['kind = "choose"\nstudent = "cy"\nentry = "cy (1)"\n']
    (out / "decisions.toml").write_text("".join(f"[[decision]]\n{line}{signed}" for line in lines), encoding="utf-8-sig")
    said = decide(out, "apply")
    assert "Decision 1 is not applied to cy (1), which counts for cy now" in said
    assert "Decision 3 is not applied: ben counts for ann, or not at all; choose for ann." in said
    assert list(grades(out)) == ["ann", "cy", "zoe"]


def test_two_decisions_at_a_time_are_both_kept(out):
    """The second waits for the first; where it goes on for long, nothing is written."""
    held = Outputs(out)
    later = threading.Timer(0.2, held.close)
    later.start()
    assert decide(out, "points", "ann", "softmax", "1", *WHY).startswith("Decision 1:")
    later.join()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("autograder.decisions.marking.PATIENCE", 0)
        held, before = Outputs(out), (out / "decisions.toml").read_text()
        assert "nothing was written" in decide(out, "points", "ann", "softmax", "1", *WHY, status=1)
        assert (out / "decisions.toml").read_text() == before
    held.close()


@pytest.mark.parametrize(
    "fault, why", [(KeyboardInterrupt(), "stopped"), (OSError(28, "No space left on device", "f"), "f: No space")]
)
def test_a_decision_that_could_not_be_applied_is_not_said_twice(out, monkeypatch, fault, why):
    """It is written down; the sentence says how it is applied."""

    def fail(*_):
        raise fault

    with monkeypatch.context() as patch:
        patch.setattr("autograder.decisions.marking.Marking.write_pages", fail)
        said = " ".join(decide(out, "points", "ann", "softmax", "1", *WHY, status=1).split())
    assert f"not applied everywhere ({why}" in said and f"`autograder decide {out} apply`" in said
    decide(out, "apply")
    assert grades(out)["ann"]["final"] == "11" and (out / "decisions.toml").read_text().count("[[decision]]") == 1


def test_a_folder_without_results_has_no_decisions(tmp_path):
    """It is a wrong one, and stays as it is."""
    for words in (["list"], ["apply"], ["points", "ann", "softmax", "1", *WHY]):
        assert "holds no results" in decide(tmp_path, *words, status=1)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "words, said",
    [
        (["points", "anne", "softmax", "1"], "there is no student in this class called anne; did you mean ann."),
        (["points", "ann", "softmaks", "1"], "there is no problem or part in this run called softmaks; did you mean softmax."),
        (["points", "ann", "softmax", "0"], "points = 0 cannot be given"),
        (["points", "ann", "softmax", "nan"], "points = nan cannot be given"),
        (["exempt", "shap"], "there is no check shap in this run; did you mean shape."),
        (["exempt", "softmax/test_shapes"], "there is no check test_shapes of softmax; did you mean test_shape."),
        (["exempt", "xyzzy"], "there is no check xyzzy in this run; give its name, or its title as on a student's page."),
        (["points", "ann", "softmax", "many"], "many is no number of points; write it as +2 or -1.5."),
        (
            ["points", "c", "softmax", "1"],
            "there is no student in this class called c; did you mean cy or cy (1).",
        ),
        (["exempt", "nothing/test_shape"], "there is no problem in this run called nothing"),
        (["excuse", "softmax", "--student", "bem"], "did you mean ben."),
        (["choose", "cy", "cy (2)"], "there is no hand-in called cy (2)"),
        (["extend", "ann"], "give either --until or --days"),
        (["extend", "ann", "--until", "tomorrow"], "--until tomorrow is no date and time"),
        (["extend", "ann", "--until", "2026-03-09T23:59"], "has no time zone"),
        (["extend", "ann", "--days", "-1"], "a number above 0"),
        (["extend", "ann", "--days", "1e9"], "a number above 0, up to 3,650"),
        (["extend", "ann", "--until", "9999-12-31T23:59:59-12:00"], "`until` is in the year 9999"),
        (["points", "ann", "softmax", "1e300"], "points = 1e+300 cannot be given"),
        (
            ["points", "ann", "softmax", "-150"],
            f"-150 is more than the {points_of('softmax'):g} points of everything in this run; give fewer.",
        ),
    ],
)
def test_what_cannot_be_is_one_sentence_and_changes_nothing(out, words, said):
    """Names the nearest right one; no file is written."""
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert said in " ".join(decide(out, *words, *WHY, status=1).split())
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


def test_final_marks_for_other_programs(out):
    """Everybody who has a record, decided about or not."""
    decide(out, "points", "ann", "classifiers", "1", *WHY)
    found = marks_in(out).marks
    assert {name: held.final for name, held in found.items()} == {"ann": 11, "ben": 15, "cy": 8, "cy _1_~614e5d": 15}
    assert [part.part for part in found["ann"].parts] == ["classifiers"] and found["ann"].problems["softmax"].decided == 10


def test_a_stored_record_is_shown_with_what_was_decided(out):
    """On the terminal and as any page; a record elsewhere is only what was earned."""
    decide(out, "points", "ann", "softmax", "2", *WHY)
    decide(out, "exempt", "scores", "--student", "cy", *WHY)
    shown = CliRunner().invoke(show, [str(out / "records" / "ann.json")]).output
    assert (
        "12 of 15 points count" in shown
        and "10 of 15  Earned" in shown
        and "+2  1.1  " in shown
        and "by decision of N. N." in shown
    )
    assert (
        CliRunner().invoke(show, [str(out / "records" / "cy.json"), "--as", "html"]).output
        == (out / "feedback" / "cy.html").read_text()
    )
    table = CliRunner().invoke(show, [str(out / "records" / "cy.json"), "--as", "markdown"]).output
    assert "| Counts | 15 of 15 |" in table
    alone = out.parent / "ann.json"
    alone.write_bytes((out / "records" / "ann.json").read_bytes())
    assert "10 of 15 points" in CliRunner().invoke(show, [str(alone)]).output
