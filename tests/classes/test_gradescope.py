"""The archive for Gradescope does what the platform expects, tried by playing the platform's part in a scratch root."""

import json
import os
import shutil
import site
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder.course import KIT_ROOT, parts, problems
from autograder.gradescope.command import gradescope
from autograder.gradescope.upload import scripts, write_upload
from tests.attacks import suite


@pytest.fixture(scope="module")
def platform(tmp_path_factory) -> tuple[Path, dict[str, str]]:
    """A root as the platform prepares it, and the environment its scripts run in.

    Packages are the test environment's own: `pip` finds everything there, and `apt-get` is a stand-in.
    """
    scratch = tmp_path_factory.mktemp("platform")
    root, tools = scratch / "autograder", scratch / "tools"
    write_upload(scratch / "autograder.zip", ("softmax",), seed=5)
    unpack(scratch / "autograder.zip", root / "source")
    (root / "submission").mkdir()
    tools.mkdir()
    (tools / "apt-get").write_text(f'#!/bin/sh\necho "$@" >> {tools}/apt-get.log\n')
    (tools / "python3").write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    for tool in tools.iterdir():
        tool.chmod(0o755)
    environment = os.environ | {
        "AUTOGRADER_ROOT": str(root),
        "PATH": f"{tools}:{os.environ['PATH']}",
        "PIP_NO_INDEX": "1",
        "PYTHONPATH": os.pathsep.join(site.getsitepackages()),
        "OMP_NUM_THREADS": "1",
    }
    done = subprocess.run(["bash", root / "source" / "setup.sh"], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "bubblewrap" in (tools / "apt-get.log").read_text()
    shutil.copy(root / "source" / "run_autograder", root / "run_autograder")
    return root, environment


def unpack(archive: Path, folder: Path) -> None:
    """Unpack with permissions, as `unzip` does."""
    with zipfile.ZipFile(archive) as opened:
        for info in opened.infolist():
            path = Path(opened.extract(info, folder))
            path.chmod(info.external_attr >> 16 & 0o777)


def grade(platform: tuple[Path, dict[str, str]], code: str) -> dict:
    """What the platform reads after it has run the autograder for a student's softmax.py."""
    root, environment = platform
    file = root / "submission" / "softmax.py"
    file.write_text(code)
    run = subprocess.run([root / "run_autograder"], env=environment, cwd="/", capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    return json.loads((root / "results" / "results.json").read_text())


def test_a_right_submission_gets_full_marks_and_a_wrong_one_words(platform):
    """The files lie flat, as students drop them into Gradescope's page; the layout is the platform's."""
    (platform[0] / "submission" / "models").mkdir(exist_ok=True)
    shutil.copy(KIT_ROOT / "solutions/classifiers/models/softmax.py", platform[0] / "submission" / "models" / "softmax.py")
    metadata = {"created_at": "2026-03-01T23:20:00.5-08:00", "users": [], "assignment": {"due_date": "2026-03-02T06:00:00Z"}}
    (platform[0] / "submission_metadata.json").write_text(json.dumps(metadata))
    result = grade(platform, "")
    assert "Handed in 2026-03-01 23:20, 1 hour 20 minutes after the due date" in result["output"]
    assert result["score"] == result["max_score"] == problems()["softmax"].points and result["extra_data"]["seed"] == 5
    # Only root may read the kit there; that must not cost the students' code its walls.
    assert result["extra_data"]["isolation"].startswith("full") or not suite.full_isolation_is_offered()
    for test in result["tests"]:
        assert test["status"] == "passed" and test["visibility"] == "visible" and test["score"] == test["max_score"] > 0
    (platform[0] / "submission" / "models" / "softmax.py").write_text("import os\nos._exit(0)\n")
    result = grade(platform, "")
    assert result["score"] == 0 and "ended the whole program" in result["tests"][0]["output"]


def failed_run(platform: tuple[Path, dict[str, str]], **environment: str) -> str:
    """What staff read of a run that leaves no result, which the platform shows as failed and without a score."""
    root, usual = platform
    (root / "submission" / "softmax.py").write_text("")
    run = subprocess.run([root / "run_autograder"], env=usual | environment, cwd="/", capture_output=True, text=True)
    assert run.returncode and not (root / "results" / "results.json").exists()
    return run.stdout + run.stderr


def test_a_fault_of_ours_is_never_a_mark(platform):
    """Checks that cannot be collected, no environment, a check that our machine could not judge: no result, so no score, not even 0."""
    root, _ = platform
    check = next((root / "source" / "kit" / "autograder").rglob("test_softmax.py"))
    text = check.read_text()
    for broken in (
        "import no_such_module\n",
        text + '\n\n@pytest.mark.check(weight=1)\ndef test_breaks(student):\n    """Breaks"""\n    1 / 0\n',
    ):
        check.write_text(broken)
        try:
            assert "no fault of the student's. No score is posted." in failed_run(platform)
        finally:
            check.write_text(text)
    shutil.move(root / "venv", root / "elsewhere")
    try:
        assert "No score is posted" in failed_run(platform)
    finally:
        shutil.move(root / "elsewhere", root / "venv")


def test_the_archive_is_repeatable_and_holds_no_more_than_needed(tmp_path):
    """The same kit gives the same bytes; tests, samples and the tools for whole classes stay at home."""
    part = next(part for part in parts() if part.id == "classifiers")
    for name in ("a.zip", "b.zip"):
        done = CliRunner().invoke(gradescope, ["--out", str(tmp_path / name), "--part", "classifiers"])
        assert done.exit_code == 0 and f"{len(part.problems)} problems" in done.output, done.output
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    assert "--visibility" not in scripts(("softmax",), None, "")["run_autograder"]
    assert "--visibility after_due_date" in scripts(("softmax",), None, "", "after_due_date")["run_autograder"]
    assert "--leaderboard" not in scripts(("mymodel",), None, "")["run_autograder"]
    assert "--leaderboard" in scripts(("mymodel",), None, "", leaderboard=True)["run_autograder"]
    with pytest.raises(ValueError, match="no chosen problem has a `leaderboard`"):
        scripts(("softmax",), None, "", leaderboard=True)
    names = set(zipfile.ZipFile(tmp_path / "a.zip").namelist())
    assert {
        "setup.sh",
        "run_autograder",
        "requirements.txt",
        "kit/setup.cfg",
        "kit/autograder/checks/classifiers/test_softmax.py",
    } <= names
    assert not [
        name
        for name in names
        if "/classes/" in name
        or "/explain/" in name
        or "/gradebook/" in name
        or "__pycache__" in name
        or name.startswith("kit/tests")
    ]


def test_wrong_options_are_one_sentence(tmp_path):
    """An unknown problem, and an address that is none and might end up in a shell script."""
    done = CliRunner().invoke(gradescope, ["--out", str(tmp_path / "a.zip"), "--problem", "sofmax"])
    assert done.exit_code == 1 and "did you mean softmax" in done.output
    with pytest.raises(ValueError, match="not the address"):
        scripts(("softmax",), None, "https://x; rm -rf /")
