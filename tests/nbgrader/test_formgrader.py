"""The formgrader, opened in a browser."""

import subprocess

import formgrader_tour
import pytest

from autograder.build.questions import questions
from autograder.course import SOLUTIONS, problems
from tests import forked


@pytest.mark.skipif(bool(formgrader_tour.missing()), reason=formgrader_tour.missing() or "-")
def test_the_formgrader_shows_the_class_and_takes_a_grade(tmp_path, monkeypatch):
    """Marks of the harness stand beside the names; a grade typed into the page is in the gradebook; no student's script runs."""
    monkeypatch.setattr(subprocess, "Popen", forked.Popen)
    seen = formgrader_tour.tour(tmp_path, tmp_path)
    rows = {row.split("\t")[1]: row for row in seen["rows"]}
    full = problems()[formgrader_tour.PROBLEM].points
    most = full + sum(one.points for one in questions(SOLUTIONS / formgrader_tour.PART) if not one.optional)
    assert [f"{points} / {most}" in rows[name] for name, points in (("ada", full), ("dan", 0))] == [True, True]
    assert seen["manual_score"] == formgrader_tour.POINTS
    assert "2.1 The distillation loss" in seen["headings"] and "distillation_loss" not in seen["headings"]
    assert seen["title"] != "forged" and seen["scripts"] == 0 and "<script>" in seen["text"]
    assert (tmp_path / "formgrader.png").read_bytes().startswith(b"\x89PNG")
