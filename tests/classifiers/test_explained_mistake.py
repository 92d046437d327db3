"""`autograder explain` on a planted mistake of this part."""

import re
import shutil
import sys
from pathlib import Path

from autograder.classes.worker import environment
from tests import forked


def test_a_planted_mistake_is_explained(tmp_path):
    """Of this course: the line that the message speaks of, what an earlier check has asked for, and both values."""
    kit = Path(__file__).parents[2]
    there = tmp_path / "class" / "ann" / "classifiers" / "models"
    there.mkdir(parents=True)
    shutil.copy(kit / "tests" / "plants" / "classifiers" / "twolayernn" / "mistake_relu_missing.py", there / "twolayernn.py")
    kit_command = [sys.executable, "-m", "autograder.cli"]
    where = {"env": environment() | {"COLUMNS": "200"}, "cwd": tmp_path, "capture_output": True, "text": True}
    options = [
        "--device",
        "cpu",
        "--problem",
        "twolayernn",
        "--seed",
        "1",
        "--jobs",
        "1",
    ]  # of which value is wrong first, the seed decides
    forked.run([*kit_command, "grade", "class", "--out", "out", *options], check=True, **where)
    done = forked.run([*kit_command, "explain", "out", "ann", "1.2"], **where)
    assert done.returncode == 0, done.stderr
    marked = [line for line in done.stdout.splitlines() if re.match(r"\s*>\s+\d+ ", line)]
    assert len(marked) == 1 and "self.output(self.hidden(" in marked[0]
    assert "(before, in test_" in done.stdout and "differ; the first at [0, 0]: came" in done.stdout
    assert "There is no ReLU between the layers" in done.stdout
