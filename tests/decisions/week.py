"""A week of an instructor's with a made class of 30 and the tiny course, played in one process; `test_week.py` follows its numbers.

AUTOGRADER_COURSE=COPY python week.py FOLDER      FOLDER/week.json then holds what each step said, and the tables after it
"""

import csv
import json
import os
import sys
from datetime import datetime, timedelta
from pathlib import Path

from click.testing import CliRunner

from autograder.cli import main

COURSE = Path(os.environ["AUTOGRADER_COURSE"])
PART = "first_steps"
DUE = datetime(2026, 3, 2, 23, 59)
RIGHT = {path.name: path.read_text() for path in (COURSE / "solutions" / PART).glob("*.py")}
SHORTEST = {"longest_word.py": "def longest_word(text):\n    return min(text.split(), key=len)\n"}
SHIFTED = {
    "straight_line.py": RIGHT["straight_line.py"].replace("self.slope * x + self.offset", "self.slope * x + self.offset + 0.5")
}
EARLY = timedelta(days=-1)
LATE = {
    "s13": timedelta(minutes=10),
    "s14": timedelta(days=1),
    "s20": timedelta(days=1, hours=1),
    "s29": timedelta(days=2, hours=12),
    "s30": timedelta(days=10),
}


def hand_in(folder: Path, student: str, files: dict[str, str], after: timedelta) -> None:
    """What Blackboard makes of a hand-in."""
    for name, text in files.items():
        when = DUE + after
        (folder / f"First steps_{student}_attempt_{when:%Y-%m-%d-%H-%M-%S}_{name}").write_text(text)


def make_class(folder: Path) -> None:
    """Thirty students; see `test_week.py` for what each earns."""
    folder.mkdir()
    for number in range(1, 31):
        student, files = f"s{number:02}", dict(RIGHT)
        if number in range(15, 21) or number in (25, 26):
            files |= SHORTEST
        if number in range(21, 27):
            files |= SHIFTED
        if number == 27:
            del files["straight_line.py"]
        if number == 28:
            hand_in(folder, student, RIGHT, 2 * EARLY)
            files |= SHORTEST | SHIFTED
        hand_in(folder, student, files, LATE.get(student, EARLY))


class Week:
    """The steps so far."""

    def __init__(self, root: Path):
        self.root, self.out, self.steps = root, root / "marks", {}

    def step(self, name: str, *words: str) -> None:
        """Run a command of the kit and keep what it said and wrote."""
        done = CliRunner().invoke(main, list(words))
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        self.steps[name] = {
            "status": done.exit_code,
            "said": done.output,
            "grades": table(self.out / "grades.csv"),
            "adjustments": table(self.out / "adjustments.csv"),
        }

    def grade(self, name: str, *more: str) -> None:
        """A class run."""
        self.step(
            name, "grade", str(self.root / "class"), "--out", str(self.out), "--jobs", "1", "--seed", "7", "--device", "cpu", *more
        )

    def decide(self, name: str, *words: str) -> None:
        """A decision."""
        who = () if words[0] == "apply" else ("--by", "N. N.") if words[0] == "withdraw" else ("--by", "N. N.", "--reason", name)
        self.step(name, "decide", str(self.out), *words, *who)


def table(path: Path) -> list[dict[str, str]]:
    """The rows of a table; none where there is none."""
    if not path.exists():
        return []
    with open(path, newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def play(root: Path) -> None:
    """The week."""
    make_class(root / "class")
    week = Week(root)
    week.grade("first run")
    week.decide("the text was ambiguous", "exempt", "finds_the_longest")
    week.decide("complaint", "points", "s21", "1.2", "+1.5")
    (week.out / "deadlines.toml").write_text(
        f"[late]\nzone = 'Europe/Berlin'\ngrace_minutes = 15\npercent = 10\nmost_percent = 50\nfree_days = 1\n[late.due]\n{PART} = {DUE.isoformat()}\n"
    )
    week.decide("deadlines", "apply")
    week.decide("ill for three days", "extend", "s29", "--days", "3")
    week.decide("bonus", "points", "s01", PART, "+1")
    week.decide("the first one", "choose", "s28", f"attempt {DUE + 2 * EARLY:%Y-%m-%d-%H-%M-%S}")
    check = COURSE / "autograder" / "checks" / PART / "test_straight_line.py"
    check.write_text(check.read_text().replace("atol=1e-5", "atol=0.6"))
    week.grade("repaired")
    week.decide("not needed any more", "withdraw", "2")
    rows = table(week.out / "grades.csv")
    text = (week.out / "grades.csv").read_text()
    (week.out / "grades.csv").write_text(text.replace("s02,3,2,5", "s02,3,2,4"))
    week.decide("edited", "apply")
    (root / "export.csv").write_text("student,mark\n" + "".join(f"{row['student']},\n" for row in rows))
    week.step("export", "gradebook", str(week.out), str(root / "export.csv"), "--column", "mark")
    week.steps["filled"] = table(root / "export.filled.csv")
    week.steps["kept"] = [path.name for path in week.out.glob("grades.edited-*.csv")]
    (root / "week.json").write_text(json.dumps(week.steps, indent=1))


if __name__ == "__main__":
    play(Path(sys.argv[1]))
