"""Promises of the training scripts of all parts."""

import re
import subprocess
import sys

import pytest

from autograder.course import parts

SCRIPTS = [f"{part.id}/train.py" for part in parts() if (part.folder / "train.py").is_file()]


def test_ctrl_c_while_pytorch_is_loaded_is_a_word(course):
    """No traceback; other mistakes keep theirs."""
    call = f"import sys; sys.path.append({str(course.top)!r}); import training_kit; raise "
    said = [
        subprocess.run([sys.executable, "-c", call + kind], capture_output=True, text=True).stderr
        for kind in ("KeyboardInterrupt", "ValueError(3)")
    ]
    assert said[0] == "stopped\n" and "Traceback" in said[1] and "ValueError: 3" in said[1]


@pytest.mark.parametrize("script", SCRIPTS)
def test_the_help_reads_well(course, tmp_path, script):
    """Defaults that say something, and no others."""
    ended = course.run(tmp_path, script, "--help")
    assert ended.status == 0 and not re.search(r"default:|None|True|False", ended.output), ended.output
    assert "of all random numbers (0)" in ended.output


@pytest.mark.parametrize("name", ["metrics.py", "ablate.py"])
def test_every_part_that_trains_measures_and_varies(course, tmp_path, name):
    """Under the same names."""
    for script in SCRIPTS:
        ended = course.run(tmp_path, script.replace("train.py", name), "--help")
        assert ended.status == 0 and ended.output.startswith(f"usage: {name}"), ended.output
