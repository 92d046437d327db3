"""Proof for the counts: right versions agree with real modules, each planted mistake differs somewhere."""

import random
from pathlib import Path

import pytest
import torch
from torch import nn

PROBLEM = Path(__file__).resolve().parents[1] / "plants" / "distillation" / "parameter_count"
RIGHT = sorted(path.stem for path in PROBLEM.glob("right_*.py"))
MISTAKES = sorted(path.stem for path in PROBLEM.glob("mistake_*.py"))
IDENTITIES = [("B00AA411", "2001-04-11"), ("M00AA022", "2000-07-20"), ("M00AA021", "2000-06-21")]


def learned(layer):
    """Numbers in the parameters of a real module."""
    return sum(parameter.numel() for parameter in layer.parameters())


def layer_cases(seed=3):
    """Random arguments of the four functions that count one layer or one side, with the right answers."""
    pick = random.Random(seed)
    cases = []
    for _ in range(12):
        groups = pick.choice([1, 1, 2, 3])
        channels = groups * pick.randint(2, 5), groups * pick.randint(2, 5)
        kernel = pick.choice([pick.randint(1, 5), (pick.randint(1, 4), pick.randint(5, 7))])
        bias = pick.random() < 0.6
        layer = nn.Conv2d(*channels, kernel, bias=bias, groups=groups, device="meta")
        cases.append(("conv2d_parameters", (*channels, kernel), {"bias": bias, "groups": groups}, learned(layer)))
        sides = pick.randint(2, 60), pick.randint(2, 60)
        layer = nn.Linear(*sides, bias=bias, device="meta")
        cases.append(("linear_parameters", sides, {"bias": bias}, learned(layer)))
        layer = nn.BatchNorm2d(sides[0], device="meta")
        cases.append(("batchnorm2d_parameters", sides[:1], {}, learned(layer)))
        size, arguments = pick.randint(15, 40), (pick.randint(2, 5), pick.randint(1, 4), pick.randint(0, 3))
        dilation = pick.randint(1, 3)
        line = nn.Conv1d(1, 1, *arguments, dilation=dilation, device="meta")
        side = line(torch.empty(1, size, device="meta")).shape[-1]
        cases.append(("conv2d_output_size", (size, *arguments, dilation), {}, side))
    return cases


def model_cases():
    """Networks with shared weights, frozen parts and buffers: (network, trainable numbers, all numbers)."""
    shared = nn.Linear(7, 7)
    tied = nn.Linear(7, 7, bias=False)
    tied.weight = shared.weight
    frozen = nn.Conv2d(2, 3, 3).requires_grad_(False)
    return [
        (nn.Sequential(shared, shared, nn.Linear(7, 2)), 72, 72),
        (nn.Sequential(shared, tied, nn.BatchNorm1d(7)), 70, 70),
        (nn.Sequential(frozen, nn.Flatten(), nn.Linear(12, 4), nn.BatchNorm1d(4)), 60, 117),
        (nn.Flatten(), 0, 0),
    ]


def observe(module, variants):
    """Everything that a version of parameter_count.py returns, by call."""
    calls = {f"{name}{args}{options}": (name, args, options) for name, args, options, _ in layer_cases()}
    for number, (model, _, _) in enumerate(model_cases()):
        calls[f"model {number}"] = ("count_parameters", (model,), {})
        calls[f"model {number}, all"] = ("count_parameters", (model,), {"trainable_only": False})
    for identity in IDENTITIES:
        calls[f"answers {identity}"] = ("answers", (variants.variant_for(*identity),), {})
    seen = {}
    for label, (name, args, options) in calls.items():
        try:
            seen[label] = getattr(module, name)(*args, **options)
        except (TypeError, KeyError, ValueError) as error:
            seen[label] = repr(error)
    return seen


def expected(variants, networks):
    """The same from real modules, the variants' networks built on the meta device."""
    seen = {f"{name}{args}{options}": want for name, args, options, want in layer_cases()}
    for number, (_, trainable, everything) in enumerate(model_cases()):
        seen |= {f"model {number}": trainable, f"model {number}, all": everything}
    fixed = {"exam_cnn": 8_409_664, "exam_cnn_dropout_change": 0, "exam_mlp": 521, "exam_mlp_batches_per_epoch": 100}
    for identity in IDENTITIES:
        variant = variants.variant_for(*identity)
        with torch.device("meta"):
            teacher, student = networks.Teacher(variant.teacher), networks.Student(variant.student)
        seen[f"answers {identity}"] = {"teacher": learned(teacher), "student": learned(student)} | fixed
    return seen


def types_too(seen):
    """Dictionaries as sorted lists of pairs, so that an int and an equal float differ."""
    return {k: sorted(map(list, value.items())) if isinstance(value, dict) else value for k, value in seen.items()}


@pytest.fixture(scope="module")
def truth(solution):
    """What right versions return."""
    return types_too(expected(solution("variants"), solution("networks")))


@pytest.mark.parametrize("name", ["solution", *RIGHT])
def test_right_versions_agree_with_real_modules(solution, planted, compare, truth, name):
    """Random layers, shared, frozen and buffered networks, three variants, and the exam's questions."""
    module = solution("parameter_count") if name == "solution" else planted("parameter_count", name)
    assert compare(types_too(observe(module, solution("variants"))), truth) == []


@pytest.mark.parametrize("name", MISTAKES)
def test_every_mistake_shows(solution, planted, compare, truth, name):
    """A planted mistake returns another number in at least one call."""
    module = planted("parameter_count", name)
    assert compare(types_too(observe(module, solution("variants"))), truth)


def test_the_exam_questions_by_hand():
    """The fixed questions, and the widely believed answers that are wrong."""
    first, second, last = 32 * (3 * 5 * 5 + 1), 64 * (32 * 3 * 3 + 1), 128 * (64 * 32 * 32 + 1)
    assert (first, first + second + last) == (2_432, 8_409_664)
    assert first - 32 == 2_400
    assert 10 * (50 + 1) + 1 * (10 + 1) == 521
    assert 3_255_056 - 3_238_672 == 16_384


def test_arithmetic_and_networks_agree(solution):
    """Counted by hand or built on the meta device: every kind of variant gives the same number."""
    variants, networks, counting = (solution(name) for name in ("variants", "networks", "parameter_count"))
    for letter in "BM":
        for ending in (126, 200, 250, 333, 411, 999):
            for birth_date in ("2001-05-14", "2001-04-11"):
                variant = variants.variant_for(f"{letter}00AA{ending}", birth_date)
                with torch.device("meta"):
                    built = learned(networks.Teacher(variant.teacher)), learned(networks.Student(variant.student))
                found = counting.answers(variant)
                assert (found["teacher"], found["student"]) == built
