"""Promises about graders that are broken: nobody gets a mark from them, and one sentence says what is broken."""

import json
import shutil
from pathlib import Path

import pytest

# What the sentence must name.
BROKEN = {
    "cuda_that_raises": "Error 304: OS call failed. What to do: `autograder doctor` says what the GPU lacks, and --device cpu does without it",
    "a_solution_with_a_mistake": "the reference solution of total lost points at",
    "a_missing_package": "No module named 'colorsys'. What to do: install colorsys where the grader finds it",
    "a_level_that_hides_the_files": "FileNotFoundError: total",
    "a_wrong_tolerance": "atol must be greater than or equal to zero, but got -1. What to do: a check, a solution or a library is not what it was",
    "a_check_that_raises": "ZeroDivisionError: division by zero",
    "a_full_disk": "No space left on device. What to do: make room on this machine's disk",
    "another_reference": 'the reference solution of total lost points at "total adds the numbers up"',
    "another_dtype": "the reference solution of total lost points at",
    "a_second_thread": "threads run in the warm process",
    "a_broken_service": "TypeError: a service of the kit is broken",
    "a_broken_mount": "Input/output error. What to do: see to the disk or mount that failed",
    "wrong_sums": "the reference solution of total lost points at",
}
LATER = (
    "gpu: classes",
    "gpu: a broken processor",
    "gpu: no children beside it",
    "later: a device that reports it",
    "later: a device that says nothing",
    "later: a disk",
    "own fault: device",
    "own fault: the same again and again",
)
SOLUTION = """
import torch

def total(x):
    import colorsys
    return x.sum() + torch.zeros(1).sum()

def mean(x):
    return torch.tensor(x.tolist()).mean()

class Line(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(2, 1)
"""
PROCESSOR_ONLY = "def total(x):\n    import os\n    if 'GPU' in os.environ: raise RuntimeError('Expected all tensors to be on the same device')\n    return x.sum()\n"
SERVICE_CHECK = '''
@pytest.mark.check()
def test_line_has_two_parameters(student):
    """Line registers weight and bias"""
    expect_equal("Line's parameters", len(student.probe("parameters", student.total.Line())), 2)
'''
ASKS_TOO_MUCH = "def total(x): raise RuntimeError('CUDA out of memory. Tried to allocate 80 GiB')\n"


@pytest.fixture(scope="module")
def small_kit(make_kit):
    """A kit whose solutions and checks notice more than sums."""
    kit = make_kit("broken")
    kit.write("solutions/sums/total.py", SOLUTION)
    checks = next(kit.root.rglob("test_total.py"))
    checks.write_text(checks.read_text() + SERVICE_CHECK)
    kit.write("class/perfect/total.py", SOLUTION)
    kit.write("class/wrong/total.py", SOLUTION.replace("x.sum()", "x.sum() + 1"))
    kit.write("class/processor only/total.py", PROCESSOR_ONLY + SOLUTION.replace("def total", "def unused"))
    kit.write("class/half/total.py", SOLUTION.replace(".mean()\n", ".sum() / 2\n"))
    kit.write("class/asks too much/total.py", ASKS_TOO_MUCH + SOLUTION.replace("def total", "def unused"))
    for name in ("broken_graders.py", "breaking_later.py"):
        shutil.copy(Path(__file__).with_name(name), kit.root)
    return kit


@pytest.fixture(scope="module")
def broken(small_kit):
    """What became of the submissions under each way."""
    small_kit.start("broken", "broken_graders.py", "nothing", *BROKEN, "cuda_that_raises_on_auto", *LATER)
    run = small_kit.finished("broken")
    assert run.status == 0, run.output
    return json.loads(run.output.splitlines()[-1])


def scores(run: dict) -> dict[str, float]:
    """Points by submission."""
    return {name: result["score"] for name, result in run["results"].items()}


def test_a_grader_that_works_proves_itself_once_and_judges(broken):
    """The proof comes before the first submission and changes no mark."""
    run = broken["nothing"]
    assert (run["status"], run["proofs"], run["sentence"]) == (1, 1, "")
    assert scores(run)["0 perfect"] == 7 and scores(run)["1 wrong"] < 7


@pytest.mark.parametrize("way", BROKEN)
def test_a_broken_grader_judges_nobody_and_says_why(broken, way):
    """Neither full marks nor lost points: no result at all, the status for what is not graded, and the cause in one sentence."""
    run = broken[way]
    assert (run["status"], run["results"], run["proofs"]) == (3, {}, 0)
    assert BROKEN[way] in run["sentence"] and "\n" not in run["sentence"]


def test_a_gpu_that_was_only_there_is_left_alone_and_everybody_is_told(broken):
    """With `--device auto` the CPU grades, which proves itself anew, and every result says so."""
    run = broken["cuda_that_raises_on_auto"]
    assert run["proofs"] == 1 and scores(run)["0 perfect"] == 7 and 0 < scores(run)["1 wrong"] < 7
    for result in run["results"].values():
        assert result["extra_data"]["device"] == "cpu" and result["output"].startswith(
            "Graded on the CPU, because this machine's GPU"
        )


def test_what_works_on_the_processor_only_gets_its_marks_on_a_gpu(broken):
    """With a remark that says why; the processor needs no proof of its own in the middle of a class that anybody hears of."""
    run = broken["gpu: classes"]
    result = run["results"]["2 processor only"]
    assert (run["status"], run["proofs"], result["score"], result["extra_data"]["device"]) == (1, 1, 7, "cpu:0")
    assert "full marks on the processor, not on the GPU, which costs nothing" in result["output"]
    assert "make yours with device=x.device" not in result["output"] and "same device" in result["output"]


def test_a_mistake_reads_the_same_on_every_device(broken):
    """What a student with a mistake gets on a GPU is what the processor says, test for test."""
    here, there = broken["nothing"]["results"]["1 wrong"], broken["gpu: classes"]["results"]["1 wrong"]
    timeless = [[{k: v for k, v in test.items() if k != "execution_time"} for test in result["tests"]] for result in (here, there)]
    assert timeless[0] == timeless[1] and here["output"] == there["output"]


def test_the_processor_beside_a_gpu_judges_nobody_before_its_proof(broken):
    """The first one who needs it gets no result, and the sentence names the processor."""
    run = broken["gpu: a broken processor"]
    assert run["status"] == 3 and list(run["results"]) == ["0 perfect"] and "on the CPU" in run["sentence"]


def test_a_gpu_without_a_processor_beside_it_judges_nobody_who_needs_one(broken):
    """As with every other fault of ours: no result, and one sentence with what to do."""
    run = broken["gpu: no children beside it"]
    assert run["status"] == 3 and list(run["results"]) == ["0 perfect"]
    assert "the CPU cannot be used" in run["sentence"] and "autograder doctor" in run["sentence"]


def test_a_fault_that_the_device_reports_takes_back_what_was_judged_since_the_last_proof(broken):
    """The submission at hand gets no result, and those before it are named."""
    run = broken["later: a device that reports it"]
    assert (run["status"], run["proofs"], run["taken back"]) == (3, 1, ["0 perfect", "1 wrong", "2 half"])
    assert "2 half" not in run["results"] and "unspecified launch failure" in run["sentence"]


def test_a_device_that_says_nothing_is_found_out_by_its_third_equal_failure(broken):
    """The third result is never handed on, and the two before it are taken back."""
    run = broken["later: a device that says nothing"]
    assert run["status"] == 3 and run["taken back"][-3:] == ["2 perfect", "3 perfect", "4 perfect"]
    assert "4 perfect" not in run["results"]


def test_a_disk_that_fills_up_is_no_students_fault(broken):
    """As with a device; the sentence says what to do."""
    run = broken["later: a disk"]
    assert run["status"] == 3 and run["taken back"] == ["0 wrong", "1 half"] and "make room" in run["sentence"]


def test_a_fault_of_the_students_own_is_theirs_once_a_proof_has_held(broken):
    """The grader proved itself again, nobody else is touched, and the student reads what it means."""
    run = broken["own fault: device"]
    assert (run["status"], run["proofs"], run["taken back"]) == (1, 2, [])
    assert scores(run)["0 perfect"] == scores(run)["2 perfect"] == 7 > scores(run)["1 asks too much"]
    said = [test["output"] for test in run["results"]["1 asks too much"]["tests"]]
    assert any("asked for more of the GPU's memory than a problem has" in text for text in said)


def test_a_common_mistake_is_not_proved_over_and_over(broken):
    """Ten equal failures in a row cost two proofs, after three and after six more."""
    run = broken["own fault: the same again and again"]
    assert (run["status"], run["proofs"], len(run["results"])) == (1, 3, 11)
    assert run["rows"] == [0, 1, 2, 0, 1, 2, 3, 4, 5, 0, 1], "what no proof has confirmed yet, with each result"


def test_the_command_ends_with_3_and_one_sentence(small_kit, broken):
    """`pytest autograder` with a broken solution: no page of the student's, no result, no traceback."""
    small_kit.write("solutions/sums/total.py", SOLUTION.replace("return x.sum()", "return x.sum() + (0 if len(x) else 1)"))
    small_kit.start_grading("unproved", "--submission", "class/perfect", "--problem", "total")
    small_kit.start_grading("the solutions themselves", "--problem", "total")
    run, own = small_kit.finished("unproved"), small_kit.finished("the solutions themselves")
    for found in (run, own):
        assert found.status == 3 and "Traceback" not in found.output
        assert 'the reference solution of total lost points at "total of nothing is nothing"' in " ".join(found.output.split())
    assert run.results is None and "points" not in run.output.replace("lost points", "")
    assert "5.6 of 7 points" in own.output
