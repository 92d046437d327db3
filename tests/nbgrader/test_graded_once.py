"""What plain `nbgrader autograde` keeps: graded once, with a seed that nobody has been shown, and given up when a grader cannot prove itself."""

import subprocess
from pathlib import Path

import pytest

from autograder.classes.worker import Worker
from autograder.course import problems
from autograder.nbgrader import graded_once
from autograder.nbgrader.graded_once import KeptResults, TakenBack
from tests import forked

FAKE = Path(__file__).parents[1] / "classes" / "fake_grader.py"


@pytest.fixture
def process(tmp_path, monkeypatch):
    """`process(ann="score 3")`: somebody has handed that in, and plain `nbgrader autograde` starts."""
    monkeypatch.setattr(Worker, "program", [str(FAKE)])
    monkeypatch.setattr(subprocess, "Popen", forked.Popen)
    monkeypatch.setattr(graded_once, "kit_hash", lambda: "kit")
    monkeypatch.setattr(graded_once, "usable_device", lambda name: "cpu")
    started = []

    def start(**acts: str) -> KeptResults:
        for student, act in acts.items():
            folder = tmp_path / "submitted" / student / "ps1"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "act.txt").write_text(act)
        started.append(KeptResults(tmp_path, tmp_path / "submitted", "ps1", ("softmax",)))
        return started[-1]

    yield start
    for kept in started:
        if kept.grader is not None:
            kept.grader.reports.close()


def test_a_result_is_kept_and_what_is_graded_later_has_another_seed(process):
    """Feedback on the first run may be out: neither a second try nor who comes later meets the hidden inputs that it told of."""
    first = process(ann="score 3", bob="score all")
    ann, bob = first.result("ann"), first.result("bob")
    assert (ann.score, bob.score) == (3, problems()["softmax"].points) and ann.seed == bob.seed
    second = process(bob="score 5", cy="score 0")
    assert second.result("ann") == first.result("ann") and second.result("ann").seed == ann.seed
    assert second.result("bob").score == 5 and second.result("bob").seed == second.result("cy").seed != ann.seed


def test_what_was_judged_before_a_failed_proof_is_not_kept(process):
    """The message names everybody whose mark counts no more; a fresh grader judges them anew, and what an earlier process kept stands."""
    process(eve="score 3").result("eve")
    kept = process(ann="score 3", bob="unprove once\nscore 5")
    assert kept.result("eve").score == kept.result("ann").score == 3
    with pytest.raises(TakenBack, match="with --force for ann, bob, whose marks do not count") as said:
        kept.result("bob")
    assert said.value.students == ("ann", "bob")
    stored = sorted(path.stem for path in (kept.folder / "records").iterdir())
    assert stored == ["eve"]
    assert process().result("bob").score == 5
    assert kept.result("ann").score == 3 and kept.result("bob").score == 5


def test_the_grader_is_told_what_was_found_when_it_was_handed_in_before(process, monkeypatch):
    """So that it grades only what has changed; of another kit's result it learns nothing."""
    given, grade = [], graded_once.OneByOne.grade
    monkeypatch.setattr(graded_once.OneByOne, "grade", lambda self, task: given.append(task) or grade(self, task))
    ann = process(ann="score 3").result("ann")
    process(ann="score 4").result("ann")
    monkeypatch.setattr(graded_once, "kit_hash", lambda: "another kit")
    process(ann="score 5").result("ann")
    assert [task.earlier and task.earlier.result for task in given] == [None, ann, None]
