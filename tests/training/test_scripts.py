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


@pytest.mark.parametrize("name", ["metrics.py", "ablate.py", "pictures.py"])
def test_every_part_that_trains_measures_varies_and_draws(course, name):
    """Under the same names; `--help` answers without PyTorch and Matplotlib, which take seconds to load."""
    for script in SCRIPTS:
        command = [sys.executable, "-X", "importtime", course.top / script.replace("train.py", name), "--help"]
        ended = subprocess.run(command, capture_output=True, text=True)
        assert ended.returncode == 0 and ended.stdout.startswith(f"usage: {name}"), ended.stderr
        assert not {"torch", "matplotlib"} & {line.rpartition("|")[2].strip() for line in ended.stderr.splitlines()}
