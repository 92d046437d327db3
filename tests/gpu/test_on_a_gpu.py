"""Promises that only a real GPU can show: children compute there, marks are those of the processor, and a GPU is shared fairly.

    pytest tests/gpu            with the stand-ins, which need no GPU
    pytest tests/gpu -s         also prints what a child costs

Nothing here looks at a clock to decide.
"""

import json
import os
import statistics
import subprocess
import sys

import pytest
import torch

from autograder.course import KIT_ROOT
from autograder.sandbox import gpu
from autograder.sandbox.channel import Channel
from autograder.sandbox.device_trial import trial
from autograder.sandbox.faults import Crashed
from autograder.sandbox.limits import Limits
from tests.fairness.plants import plants, whole

from . import compared
from .conftest import LEVELS

pytestmark = pytest.mark.skipif(
    not torch.cuda.is_available(), reason="there is no GPU that torch can use (autograder doctor says why)"
)

DEVICES = ("cpu", "cuda")
SAMPLES = KIT_ROOT / "samples" / "classifiers"
SEED = 20
PATIENCE_S = 600
HUNGRY = b"""
import time, torch
held = []
def take(mib): held.append(torch.zeros(mib << 18, device="cuda"))
def wait(): time.sleep(5)
def one(): return 1
"""


def run(*words: object) -> subprocess.CompletedProcess:
    """A command of the kit in a process of its own."""
    path = os.pathsep.join(filter(None, [str(KIT_ROOT), os.environ.get("PYTHONPATH")]))
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": path}
    return subprocess.run(
        [sys.executable, *map(str, words)], cwd=KIT_ROOT, env=environment, capture_output=True, text=True, timeout=PATIENCE_S
    )


def without_times(document: object) -> object:
    """A result without what differs from run to run."""
    if isinstance(document, dict):
        return {key: without_times(value) for key, value in document.items() if key not in ("execution_time", "seconds", "slowest")}
    return [without_times(item) for item in document] if isinstance(document, list) else document


def verdicts(document: dict) -> dict:
    """Points and status of every problem of a result file."""
    return {name: (problem["score"], problem["status"]) for name, problem in document["extra_data"]["problems"].items()}


def messages(document: dict) -> list[str]:
    """What a result file says of its submission, and of every check that has not passed."""
    lost = (test for test in document["tests"] if test.get("status") != "passed")
    return [*document["extra_data"]["remarks"], *(f"{test['name']}: {test.get('output', '')}" for test in lost)]


@pytest.mark.parametrize("level", LEVELS)
def test_a_child_computes(warm_on, level):
    """One product and its gradient in a confined child; this proves what nvidia-smi does not."""
    found = trial("cuda", warm_on("cuda", level))
    assert found.works, found.words


@pytest.mark.parametrize("level", LEVELS)
def test_a_child_has_what_assignments_need(warm_on, hand_in, level):
    """Convolution, batch normalisation, an optimizer's step, random numbers and memory that comes and goes."""
    code = b"""
import torch
from torch import nn
def step():
    network = nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.Flatten(), nn.LazyLinear(10)).cuda()
    images = torch.rand(16, 3, 32, 32, device="cuda")
    network(images)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)
    nn.functional.cross_entropy(network(images), torch.zeros(16, dtype=torch.long, device="cuda")).backward()
    optimizer.step()
    torch.cuda.synchronize()
    return all(bool(parameter.isfinite().all()) for parameter in network.parameters())
"""
    assert hand_in(warm_on("cuda", level), code, device="cuda").work.step() is True


def test_only_the_hungry_one_is_stopped(warm_on, hand_in):
    """Two children share the GPU; one goes past its limit."""
    if gpu.free_mib() is None:
        pytest.skip("the driver does not tell how much of the GPU's memory is free")
    warm = warm_on("cuda", "full")
    hungry, modest = (hand_in(warm, HUNGRY, "cuda", Limits(check_s=60, gpu_memory_mib=2048)) for _ in range(2))
    modest.work.take(64)
    with pytest.raises(Crashed, match="GPU's memory"):
        hungry.work.take(6000)
        hungry.work.wait()
    assert modest.work.one() == 1


@pytest.fixture(scope="module")
def solutions(tmp_path_factory) -> dict[str, dict]:
    """The results of our own solutions: on the processor, and twice on the GPU."""
    folder = tmp_path_factory.mktemp("solutions")
    found = {}
    for name in ("cpu", "cuda", "cuda again"):
        file = folder / f"{name}.json"
        done = run(
            "-m",
            "pytest",
            "autograder",
            "-q",
            "-p",
            "no:cacheprovider",
            "--device",
            name.split()[0],
            "--seed",
            SEED,
            "--results",
            file,
        )
        assert file.exists(), done.stdout[-3000:] + done.stderr[-3000:]
        found[name] = json.loads(file.read_text(encoding="utf-8"))
    return found


def test_the_solutions_get_full_marks_on_both_devices(solutions):
    """With the same seed; the result names the device."""
    for name, result in solutions.items():
        assert result["extra_data"]["device"].startswith(name.split()[0])
        assert result["score"] == result["max_score"], f"{name}: {messages(result)}"


def test_the_same_seed_gives_the_same_file(solutions):
    """Times aside, on the same GPU."""
    assert without_times(solutions["cuda"]) == without_times(solutions["cuda again"])


def test_a_class_gets_the_same_marks_on_both_devices(tmp_path):
    """The samples, by two graders on one GPU at once: verdict for verdict as on the processor."""
    got = {}
    for device in DEVICES:
        out = tmp_path / device
        done = run(
            "-c",
            "from autograder.cli import main; main()",
            "grade",
            SAMPLES,
            "--part",
            "classifiers",
            "--out",
            out,
            "--device",
            device,
            "--seed",
            SEED,
            "--jobs",
            2,
        )
        files = sorted((out / "results").glob("*.json"))
        assert files, done.stdout[-3000:] + done.stderr[-3000:]
        got[device] = {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in files}
    different = {
        student: [(verdicts(got[device][student]), messages(got[device][student])) for device in DEVICES]
        for student in got["cpu"]
        if verdicts(got["cpu"][student]) != verdicts(got["cuda"][student])
    }
    print(*(f"{student}: {result['extra_data']['remarks']}" for student, result in got["cuda"].items()), sep="\n")
    assert not different, json.dumps(different, indent=1)


def test_plants_get_the_same_marks_on_both_devices(tmp_path):
    """Every right alternative has full marks on the GPU, or is told that the device is the reason; no mistake has.

    All checks that end otherwise are printed, with what both devices say.
    """
    chosen = [*whole("solution"), *plants("right"), *plants("mistake")]
    here, there = (compared.on(device, chosen, tmp_path / device) for device in DEVICES)
    print(*compared.differences(here, there), sep="\n")
    lost = [plant.id for plant in chosen if compared.full(here[plant.id]) and not compared.full(there[plant.id])]
    unexplained = [name for name in lost if not compared.is_explained(there[name])]
    given = [plant.id for plant in chosen if compared.full(there[plant.id]) and not compared.full(here[plant.id])]
    only_there = [plant.id for plant in chosen if compared.needs_a_gpu(plant)]
    assert not unexplained and given == only_there, "\n".join(compared.differences(here, there))


def test_what_a_child_costs(warm_on, hand_in, record_property):
    """Seconds until a new child's first product, and memory of its context: measured and printed, with nothing to pass."""
    warm = warm_on("cuda", "full")
    seconds = [trial("cuda", warm).seconds for _ in range(6)][1:]
    child = hand_in(warm, HUNGRY, "cuda")
    child.work.take(1)
    channel = child._channel
    assert isinstance(channel, Channel)
    figures = {
        "card": torch.cuda.get_device_name(0),
        "level": str(warm.isolation),
        "median seconds to a first product": round(statistics.median(seconds), 3),
        "MiB of a context": round(gpu.held_mib(channel.host_pid)),
        "MiB free": round(gpu.free_mib() or 0),
    }
    print(json.dumps(figures))
    for name, value in figures.items():
        record_property(name, value)
