"""The class summary tells the truth about a class whose truth we know."""

import re
from itertools import combinations
from pathlib import Path
from types import SimpleNamespace

import pytest

from autograder.classes.outputs import Graded
from autograder.classes import similarity
from autograder.classes.similarity import compare, near_identical
from autograder.classes.statistics import describe_class, explanation, guttman_errors
from autograder.course import problems
from autograder.grading.options import Options
from autograder.results.record import Case, CheckResult, ProblemResult, SubmissionResult
from autograder.results.stored import to_json

OPTIONS = Options(Path("."), ("softmax", "convnet"), "cpu", 1)
CHECKS = {"easy": 2.0, "middle": 3.0, "hard": 5.0, "backwards": 1.0}


def graded(
    folder: Path, student: str, passed: set[str], message: str = "", seconds: float = 1.0, open_: bool = False, used_s: float = 0.0
) -> Graded:
    """A record with four checks of one problem."""
    checks = [
        CheckResult(name, f"the {name} check", 1, points, [Case("", ended(name, passed, open_), message)])
        for name, points in CHECKS.items()
    ]
    result = SubmissionResult(student, [ProblemResult(problems()["softmax"], checks, used_s=used_s)], 1, "cpu", "full", {})
    file = folder / f"{len(list(folder.iterdir()))}.json"
    file.write_text(to_json(result))
    status = "not graded" if open_ else "passed" if len(passed) == 4 else "partial"
    problem = {"softmax": (None if open_ else result.score, 11.0, status)}
    return Graded(student, result.score, 11.0, problem, seconds, (), file)


def ended(name: str, passed: set[str], open_: bool) -> str:
    """The status of one check."""
    return "not graded" if open_ else "passed" if name in passed else "failed"


@pytest.fixture
def rows(tmp_path) -> list[Graded]:
    """Sixteen students from weak to strong; the check `backwards` is passed by the weak half only."""
    held = []
    for number in range(16):
        passed = {name for name, least in (("easy", 3), ("middle", 7), ("hard", 12)) if number >= least}
        passed |= {"backwards"} if number < 8 else set()
        twice = f"f() returned {number}.\nWas `log` taken twice?"
        message = twice if number % 2 else f"f() returned shape ({number},)."
        held.append(graded(tmp_path, f"s{number:02}", passed, message, seconds=number))
    return held


def test_discrimination_has_the_right_sign_and_size(rows):
    """Positive for what the strong pass, -1 for what only the weak pass."""
    found = {check.name: check.discrimination for check in describe_class(rows, OPTIONS.problems).checks}
    assert found["backwards"] == -1.0
    assert all(0.4 < found[name] <= 1.0 for name in ("easy", "middle", "hard"))


def test_a_small_class_has_no_discrimination(rows):
    """Seven students say nothing."""
    assert {check.discrimination for check in describe_class(rows[:7], OPTIONS.problems).checks} == {None}


def test_misconceptions_are_counted_by_what_they_explain(rows):
    """Different numbers, checks and first lines with one explanation are one misconception; students count once."""
    said = describe_class(rows, OPTIONS.problems).misconceptions
    assert [len(item.students) for item in said] == [8, 8]
    assert {item.message.splitlines()[-1] for item in said} == {"Was `log` taken twice?", "f() returned shape (0,)."}
    assert explanation("f(3) returned 1e-3.\n        code line 7\nIs 4 right?\nStep by step: line 4") == "Is # right?"


def test_patterns_unlike_the_class_are_strange():
    """Passing everything hard and nothing easy is the worst contradiction, the reverse none."""
    assert guttman_errors([True] * 4 + [False] * 4) == 0
    assert guttman_errors([False] * 4 + [True] * 4) == 1
    assert guttman_errors([True] * 8) == 0


def test_the_slowest_are_shown_with_the_problem_that_is_nearest_to_its_limit(rows, tmp_path):
    """Seconds of the student's own code, beside those that it may take; nothing where no code ran."""
    from autograder.classes.summary import nearest_limit, page

    slow = graded(tmp_path, "slow", {"easy"}, seconds=99, used_s=54.04)
    text = page(describe_class([*rows, slow], OPTIONS.problems), [], OPTIONS)
    limit = problems()["softmax"].limits.problem_s
    assert f'slow</th><td class="number">99.0</td><td>softmax, 54.0 of {limit:.3g} s</td>' in text
    assert nearest_limit(rows[0]) == ""


def test_the_page_is_self_contained_repeatable_and_harmless(rows, tmp_path):
    """No script, nothing fetched, same bytes; what a student is called cannot become markup."""
    from autograder.classes.summary import page

    rows = [*rows, graded(tmp_path, "<script>alert(1)</script>\u202e", set(), "<img src=x>", open_=True)]
    texts = [page(describe_class(rows, OPTIONS.problems), [], OPTIONS) for _ in range(2)]
    assert texts[0] == texts[1]
    assert "<script" not in texts[0] and "<img" not in texts[0] and "\u202e" not in texts[0]
    assert "&lt;script&gt;" in texts[0] and "1 not graded" in texts[0]
    assert not re.findall(r"""(?:src|href|url)\s*[=(]\s*["']?(?:https?:)?//""", texts[0])
    assert texts[0].count("<svg") == 3
    assert page(describe_class([], OPTIONS.problems), "They were not compared.", OPTIONS)


OWN = """
import torch

class Softmax(torch.nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        pixel_count = 1
        for length_of_axis in im_size:
            pixel_count = pixel_count * length_of_axis
        self.table = torch.nn.Parameter(torch.zeros(pixel_count, n_classes))
        torch.nn.init.normal_(self.table, 0, 0.01)
        self.offset = torch.nn.Parameter(torch.zeros(n_classes))
        self.history_of_means = []
    def forward(self, pictures):
        rows = [picture.reshape(-1) @ self.table + self.offset for picture in pictures]
        self.history_of_means.append(float(sum(row.mean() for row in rows)) / max(len(rows), 1))
        return torch.stack(rows) if rows else torch.zeros(0, len(self.offset))
"""


def hand_in(folder: Path, student: str, text: str) -> tuple[str, Path]:
    """One student's softmax.py."""
    path = folder / student / "models" / "softmax.py"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    return student, folder / student


def test_renamed_copies_are_found_and_solutions_are_not(tmp_path):
    """Other names, comments and layout do not hide a copy; writing what the course teaches is no copy."""
    from autograder.course import SOLUTIONS

    renamed = OWN.replace("pixel_count", "n").replace("rows", "zeilen").replace("    def", "\n    # mine\n    def")
    renamed = re.sub(r"\bpictures?\b", "bild", renamed)
    solution = (SOLUTIONS / "classifiers" / "models" / "softmax.py").read_text()
    written = {
        "ann": OWN,
        "bob": renamed,
        "cy": solution,
        "dee": solution.replace("affine", "layer"),
        "eve": "def (:",
        "fay": "x = '" + "a" * 10**6,
    }
    handed_in = [hand_in(tmp_path, student, text) for student, text in written.items()]
    found = compare(handed_in, ("softmax",))
    assert [(pair.first, pair.second) for pair in found] == [("ann", "bob")] and found[0].share > 0.9
    assert near_identical(handed_in, ("softmax",)) == near_identical(handed_in[::-1], ("softmax",))


def test_notes_and_another_order_hide_no_copy_and_stubs_are_none(tmp_path):
    """A comment behind every line, functions turned around, all names changed; two who handed in the stub have nothing alike."""
    from autograder.course import ASSIGNMENT

    head, first, second = (
        OWN.partition("    def __init__")[0],
        *re.split(r"(?=    def forward)", OWN[OWN.index("    def __init__") :]),
    )
    noted = "\n".join(f"{line}  # {number}" if line.strip() else line for number, line in enumerate(OWN.splitlines()))
    turned = re.sub(r"\b(rows?|pictures?|pixel_count|table|offset|history_of_means)\b", r"my_\1", head + second + first)
    stub = (ASSIGNMENT / "classifiers" / "models" / "softmax.py").read_text()
    written = {"ann": OWN, "bob": noted, "cy": turned, "dee": stub, "eve": stub}
    found = compare([hand_in(tmp_path, student, text) for student, text in written.items()], ("softmax",))
    assert sorted((pair.first, pair.second) for pair in found) == [("ann", "bob"), ("ann", "cy"), ("bob", "cy")]
    assert {pair.where for pair in found} == {"1"}


def test_a_copied_part_shows_among_others_of_ones_own(tmp_path):
    """Each part is compared alone."""
    from autograder.course import SOLUTIONS

    for student in ("ann", "bob"):
        hand_in(tmp_path, student, OWN)
        ema = (SOLUTIONS / "distillation" / "ema.py").read_text()
        more = [f"    x_{number} = {number} * 'x'.count('x') + len(str({number}))" for number in range(60)]
        (tmp_path / student / "ema.py").write_text(f"{ema}\ndef more():\n" + "\n".join(more))
    (tmp_path / "bob" / "ema.py").write_text(
        "class Other:\n" + "\n".join(f"    def f{i}(self, a): return [a, *({i},) * a]" for i in range(60))
    )
    found = compare([(student, tmp_path / student) for student in ("ann", "bob")], ("softmax", "ema"))
    assert [(pair.first, pair.second, pair.where) for pair in found] == [("ann", "bob", "1")]


def test_what_a_whole_class_shares_is_paired_once(monkeypatch):
    """A class of one name in a hundred submissions gives thousands of traces the same holders: their pairs are not made for each."""
    made = []
    monkeypatch.setattr(similarity, "combinations", lambda names, size: made.append(names) or combinations(names, size))
    traces = {f"s{number}": SimpleNamespace(hashes=set(range(2000)) | {10_000 + number}) for number in range(30)}
    assert len(list(similarity._candidates(traces))) == 30 * 29 / 2
    assert len(made) <= 31
