"""`autograder explain` shows staff how a stored verdict came to be, and says when it does not come again."""

import copy
import html
import json
import re
import shutil
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from autograder.explain import again, command

WARNING = "For staff: shows hidden checks and expected values. Never give it to students."


@pytest.fixture(scope="module")
def said(graded_class, tmp_path_factory):
    """The terminal page and the HTML page of `ann`."""
    page = tmp_path_factory.mktemp("page") / "ann.html"
    done = graded_class.explain(str(graded_class.out), "ann", "--html", str(page))
    return done, page.read_text(encoding="utf-8")


def test_the_stored_verdict_is_reproduced_with_its_seed(graded_class, said):
    """The same seed, the same verdicts, status 0; the warning comes first."""
    done, page = said
    seed = json.loads((graded_class.out / "records" / "ann.json").read_text())["result"]["seed"]
    assert done.status == 0, done.errors
    assert f"Graded again with seed {seed}, on cpu" in done.output and "every verdict came out as it is stored" in done.output
    assert done.output.startswith(WARNING) and WARNING in page.partition("<header>")[0]


def test_what_was_called_came_back_and_was_expected_is_shown(said):
    """Arguments and answers as they crossed, small values in full; both values where they differ; the check's lines."""
    done, page = said
    for text in (done.output, html.unescape(page)):
        called = re.search(r"longest_word\('([x ]+)'\)", text)
        assert called and "StraightLine(2.0, -1.0)" in text and "tensor (5,) float32: [" in text
        assert repr(max(called[1].split(), key=len)) in text
        assert re.search(r"5 of 5 differ; the first .* came -?[\d.e-]+, expected -?[\d.e-]+", text)
        assert "@pytest.mark.check(weight=2)" in text and "test_longest_word.py:8" in text
        assert "return self.slope * x - self.offset" in text and "class StraightLine" in text
    assert "gives the same answer every time" not in done.output  # it has passed


def test_what_a_student_wrote_is_made_harmless(said):
    """No HTML of theirs, no codes for a terminal, no marks that change directions."""
    done, page = said
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page and "<b>" not in page.partition("<main>")[2]
    for text in (done.output, page):
        assert not {"\x1b", "\u202e"} & set(text)


def test_a_verdict_that_does_not_come_again_is_said(graded_class, tmp_path):
    """A submission that is another one by now, and verdicts that are: both in words, status 4."""
    bob = graded_class.root / "class" / "bob" / "first_steps" / "longest_word.py"
    right = bob.read_text()
    bob.write_text(right.replace("max(", "min("))
    try:
        done = graded_class.explain(str(graded_class.out / "records" / "bob.json"), "longest_word")
    finally:
        bob.write_text(right)
    assert done.status == 4
    assert "NOT REPRODUCED" in done.output and "The submission has changed since it was graded" in done.output
    assert "test_finds_the_longest: stored as passed, now failed." in done.output


@pytest.mark.parametrize(
    "words, said",
    [
        (["OUT", "an"], "did you mean ann?"),
        (["OUT", "ann", "longest_wort"], "did you mean longest_word?"),
        (["OUT", "bob"], "full marks in every problem"),
        (["OUT/..", "ann"], "holds no results of a class run"),
        (["OUT"], "give OUT STUDENT [PROBLEM], or RECORD [PROBLEM]."),
        (["OUT", "ann", "--submission", "nowhere"], "there is no such file or folder"),
    ],
)
def test_what_cannot_be_explained_is_one_sentence(graded_class, monkeypatch, words, said):
    """With the nearest name, and never a traceback."""
    for module in (command, again):
        monkeypatch.setattr(
            module, "problems", lambda: {name: SimpleNamespace(number=name) for name in ("longest_word", "straight_line")}
        )
    done = CliRunner().invoke(command.explain, [word.replace("OUT", str(graded_class.out)) for word in words])
    assert done.exit_code in (1, 2) and said in " ".join(done.output.split())


def test_a_submission_that_is_gone_is_asked_for(graded_class):
    """The sentence says where it was, and `--submission` says where it is."""
    bob, moved = graded_class.root / "class" / "ann", graded_class.root / "moved"
    bob.rename(moved)
    try:
        gone = graded_class.explain(str(graded_class.out), "ann")
        found = graded_class.explain(str(graded_class.out), "ann", "straight_line", "--submission", str(moved))
    finally:
        moved.rename(bob)
    assert gone.status == 1 and "no longer in" in gone.errors and "--submission PATH" in gone.errors
    assert found.status == 0 and "every verdict came out" in found.output


def test_a_result_of_two_hand_ins_is_reproduced_with_the_seed_of_each(graded_class, tmp_path):
    """What did not change between them has kept its seed; the run has drawn another for what did."""
    later = copy.copy(graded_class)
    later.root, later.out = tmp_path, tmp_path / "out"
    for name in ("class", "out"):
        shutil.copytree(graded_class.root / name, tmp_path / name)
    line = tmp_path / "class" / "ann" / "first_steps" / "straight_line.py"
    line.write_text(line.read_text().replace("x - self", "x - 2 * self"))
    done = later.run("grade", str(tmp_path / "class"), "--out", str(later.out), "--jobs", "1", "--device", "cpu")
    assert "1 student handed in again: 1 of 2 problems graded" in done.output, done.output + done.errors
    before, after = (json.loads((place / "records" / "ann.json").read_text())["result"] for place in (graded_class.out, later.out))
    assert before["problems"][0] == after["problems"][0] and before["seed"] != after["seed"] == after["problems"][1]["seed"]
    done = later.explain(str(later.out), "ann")
    assert done.status == 0 and f"with seed {after['seed']} (of longest_word: {before['seed']}), on cpu" in done.output, done.output
