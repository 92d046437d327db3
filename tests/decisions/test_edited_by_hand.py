"""Promises of a file of decisions and of a table that somebody has edited: comments survive, mistakes are one sentence, nothing is lost."""

import csv
import re

import pytest


from decided_class import WHY, decide, grades


FILE = """# keep me
[[decision]]   # and me
kind = "points"
students = ["ann"]
where = "softmax"
points = 2
reason = "late bus"
by = "N. N."
date = 2026-03-04
"""


def test_a_file_edited_by_hand_keeps_its_comments(out):
    """It is applied, and added to."""
    (out / "decisions.toml").write_text(FILE)
    assert "Written" in decide(out, "apply") and grades(out)["ann"]["final"] == "12"
    decide(out, "points", "ann", "softmax", "1", *WHY)
    assert (out / "decisions.toml").read_text().startswith(FILE) and grades(out)["ann"]["final"] == "13"
    decide(out, "withdraw", "1", "--by", "N. N.")
    text = (out / "decisions.toml").read_text()
    assert "# keep me" in text and "# and me" in text and grades(out)["ann"]["final"] == "11"


def test_decisions_written_as_one_list_are_added_to(out):
    """As TOML allows; the file can still be read afterwards, and nothing of it is lost."""
    one = '{kind = "points", students = ["ann"], where = "softmax", points = 2, reason = "r", by = "N. N.", date = 2026-03-04}'
    (out / "decisions.toml").write_text(f"decision = [\n    {one},  # keep me\n]\n")
    decide(out, "points", "ann", "softmax", "1", *WHY)
    assert grades(out)["ann"]["final"] == "13" and "# keep me" in (out / "decisions.toml").read_text()
    decide(out, "withdraw", "1", "--by", "N. N.")
    assert grades(out)["ann"]["final"] == "11"


@pytest.mark.parametrize(
    "change, said",
    [
        (("points = 2", "points = two"), "is not valid TOML"),
        (("points = 2", 'points = "2"'), "decision 1, points: expected a number, got text; correct it, nothing was applied."),
        (
            ('"points"\n', '"pointz"\n'),
            "decision 1: there is no kind pointz; did you mean points; correct it, nothing was applied.",
        ),
        (("where", "wher"), "decision 1: there is an unknown entry `wher`; correct it"),
        (('by = "N. N."\n', ""), "decision 1: `by` is missing; correct it"),
        (('by = "N. N."', 'by = ""'), "decision 1: a decision needs a reason and a name"),
        (('["ann"]', "[]"), "decision 1: points are for students"),
        (('["ann"]', '"ann"'), "decision 1, students: expected a list, as in [...], got text; correct it"),
        (("2026-03-04", '"March"'), "decision 1, date: this is no date; write it as 2026-03-04, without quotes; correct it"),
        (
            ('"ann"', '"anne"'),
            "decision 1: there is no student in this class called anne; did you mean ann; correct it, or withdraw",
        ),
    ],
)
def test_a_file_that_is_wrong_is_one_sentence_and_changes_nothing(out, change, said):
    """With the decision's number and the remedy."""
    (out / "decisions.toml").write_text(FILE.replace(*change))
    table = (out / "grades.csv").read_text()
    assert said in " ".join(decide(out, "apply", status=1).split())
    assert (out / "grades.csv").read_text() == table


def test_a_check_that_is_gone_is_said(out):
    """A repaired check may have another name; its decision is not applied, and that stands in every run."""
    decide(out, "exempt", "shape", *WHY)
    text = (out / "decisions.toml").read_text()
    (out / "decisions.toml").write_text(text.replace("test_shape", "test_shapes"))
    assert "Decision 1 is not applied: softmax has no check test_shapes now; did you mean test_shape." in decide(out, "apply")
    assert grades(out)["ann"]["final"] == "10"


def test_a_table_changed_by_hand_is_kept_and_said(out):
    """Also when a spreadsheet has saved it in its own way; saved without a change it is ours."""
    path = out / "grades.csv"
    rows = list(csv.reader(path.open(newline="")))
    with open(path, "w", newline="", encoding="utf-8-sig") as file:
        csv.writer(file, delimiter=";", quoting=csv.QUOTE_ALL).writerows(rows)
    assert "changed by hand" not in decide(out, "points", "ben", "softmax", "1", *WHY)
    text = path.read_text()
    path.write_text(text.replace("ann,10,10", "ann,10,13"))
    said = decide(out, "points", "ben", "softmax", "1", *WHY)
    assert "grades.csv was changed by hand (ann: total 10 -> 13); that file is now grades.edited-" in said
    assert "autograder decide" in said and grades(out)["ann"]["total"] == "10" and grades(out)["ben"]["final"] == "17"
    (kept,) = out.glob("grades.edited-*.csv")
    assert grades(out, kept.name)["ann"]["total"] == "13"
    path.write_text("mine")
    decide(out, "apply")
    assert len(list(out.glob("grades.edited-*.csv"))) == 2
    assert "changed by hand" not in decide(out, "apply")


def test_a_table_saved_with_decimal_commas_is_not_changed(out):
    """Only what somebody has written into it is said."""
    decide(out, "points", "ann", "softmax", "0.5", *WHY)
    with open(out / "grades.csv", newline="") as file:
        german = "\r\n".join(";".join(re.sub(r"^(\d+)\.(\d+)$", r"\1,\2", cell) for cell in row) for row in csv.reader(file))
    (out / "grades.csv").write_text(german, encoding="utf-8-sig")
    assert "changed by hand" not in decide(out, "apply")
    (out / "grades.csv").write_text(german.replace("10,5", "12,5"), encoding="utf-8-sig")
    assert "changed by hand (ann: final 10.5 -> 12.5)" in decide(out, "apply")
