"""The results file: Gradescope's layout, and in `extra_data` what other programs rely on."""

import json
from dataclasses import replace

import pytest

from autograder.course import problems
from autograder.results import gradescope
from autograder.results.atomic import write_atomically

PROBLEM_STATUSES = {"passed", "partial", "failed", "not attempted", "missing", "crashed", "timed out", "not graded"}


def test_top_level_is_gradescopes(result):
    """Score, maximum, time and output, then the checks, then what only this kit knows."""
    data = gradescope.as_json(result)
    assert list(data) == ["score", "max_score", "execution_time", "output", "tests", "extra_data"]
    assert (data["score"], data["max_score"], data["execution_time"]) == (9.0, 100.0, 1.25)
    assert "reduced: no namespaces here" in data["output"] and "a.link is a link" in data["output"]


def test_every_check_is_a_test(result):
    """Each has exactly the fields that Gradescope knows, and their points add up to the total."""
    data = gradescope.as_json(result)
    assert len(data["tests"]) == sum(len(problem.checks) for problem in result.problems)
    for test in data["tests"]:
        assert set(test) == {"number", "name", "score", "max_score", "status", "output", "visibility", "tags"}
        assert test["status"] in ("passed", "failed") and test["visibility"] == "visible"
        assert (test["status"] == "passed") == (test["score"] == test["max_score"])
    assert sum(test["score"] for test in data["tests"]) == data["score"]
    assert data["tests"][0]["number"] == "1.1"


def test_extra_data_tells_the_rest(result):
    """Score, maximum and status of each problem, and what is needed to grade the same again."""
    extra = gradescope.as_json(result)["extra_data"]
    assert {"problems", "seed", "device", "isolation", "versions"} <= set(extra)
    assert (extra["seed"], extra["device"], extra["versions"]["torch"]) == (7, "cpu", "2.6.0")
    assert list(extra["problems"]) == ["softmax", "twolayernn", "convnet", "mymodel", "training"]
    for problem in extra["problems"].values():
        assert set(problem) == {"score", "max_score", "status"} and problem["status"] in PROBLEM_STATUSES
    assert extra["problems"]["softmax"] == {"score": 4.0, "max_score": 15.0, "status": "partial"}


def test_what_we_could_not_grade_has_no_score(ungraded):
    """A fault of ours is null, not zero: the platform sums the tests where the whole has no score, so they have none either."""
    data = gradescope.as_json(ungraded)
    assert data["score"] is None and {test["score"] for test in data["tests"]} == {None}
    assert [name for name, one in data["extra_data"]["problems"].items() if one["score"] is None] == ["training"]
    assert data["extra_data"]["problems"]["training"] == {"score": None, "max_score": 20.0, "status": "not graded"}
    assert data["output"].startswith("Not final")


def test_details_and_output_stay_with_the_teaching_assistants(result):
    """They are in one place that no student is shown."""
    data = gradescope.as_json(result)
    notes = data["extra_data"].pop("for_teaching_assistants")
    assert notes == {"softmax": {"printed": "secret output", "details": {"test_matches": "secret details"}}}
    assert "secret" not in json.dumps(data)


def test_file_is_complete_and_readable(result, tmp_path):
    """It is replaced in one step, in UTF-8, readable by others, and nothing else is left in the folder."""
    path = tmp_path / "results.json"
    path.write_text("old", encoding="utf-8")
    result.name = "Zoë"
    write_atomically(path, gradescope.text(result))
    assert json.loads(path.read_text(encoding="utf-8")) == gradescope.as_json(result)
    assert list(tmp_path.iterdir()) == [path]
    assert path.stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("visibility", ["after_due_date", "after_published", "hidden"])
def test_checks_that_are_not_shown_yet_are_announced(result, visibility):
    """Every check has the visibility; the output, which is seen at once, says what came and what is to come, and nothing of what they find."""
    data = gradescope.as_json(result, visibility=visibility)
    assert {test["visibility"] for test in data["tests"]} == {visibility}
    lines = data["output"].splitlines()
    assert [line.partition(": ")[2] for line in lines if line.startswith(("1.1", "1.4"))] == [
        "received",
        "Task 1.4: MyModel is not written yet",
    ]
    assert "12 further checks judge what you handed in" in data["output"]
    assert ("and so is the score" in data["output"]) == (visibility != "hidden")  # as Gradescope hides it then
    assert "sum to 1" not in data["output"] and "PASSED" not in data["output"].upper()


def test_the_leaderboard_has_what_was_measured_of_what_is_graded(result, ungraded, monkeypatch):
    """Only where a problem declares one; a problem that could not be graded, or a number that is none, is not ranked, and no mark changes."""
    declared = {name: replace(one, leaderboard=f"{name}, measured") for name, one in problems().items() if name != "convnet"}
    monkeypatch.setattr(gradescope, "problems", lambda: declared)
    measures = {"softmax": 0.123456, "convnet": 1.0, "mymodel": float("nan"), "training": 0.5}
    first, second = (
        {"name": f"{name}, measured", "value": value, "order": "desc"} for name, value in (("softmax", 0.1235), ("training", 0.5))
    )
    data = gradescope.as_json(result, measures=measures)
    assert data.pop("leaderboard") == [first, second] and data == gradescope.as_json(result)
    assert gradescope.as_json(ungraded, measures=measures)["leaderboard"] == [first]
