"""The transforms and their plants on pictures whose tensors can be worked out."""

import numpy as np
import torch
from PIL import Image

PROBLEM = "data_transforms"
SIZE, MEAN, STD = (20, 30), np.array([0.4]), np.array([0.3])


def ramp() -> Image.Image:
    """A picture of 50x90 px that gets brighter from left to right."""
    return Image.fromarray(np.tile(np.linspace(0, 255, 90).round().astype(np.uint8), (50, 1)))


def uneven() -> Image.Image:
    """A picture of middling contrast, in which every random step shows: no side is like another."""
    picture = 90 + np.add.outer(np.linspace(0, 40, 50), np.linspace(0, 30, 90))
    picture[5:20, 8:40] += 45
    return Image.fromarray(picture.round().astype(np.uint8))


def facts(module) -> dict:
    """What holds for every right pair of transforms."""
    plain = module.get_fundamental_transforms(SIZE, MEAN, STD)
    augmented = module.get_data_augmentation_transforms(SIZE, MEAN, STD)
    columns = (np.linspace(1 / 60, 59 / 60, 30) - MEAN[0]) / STD[0]
    runs, others = ([augmented(of()) for _ in range(40)] for of in (ramp, uneven))

    def shows_dark_and_bright(tensor):
        return tensor.min() < -0.3 and tensor.max() > 0.8

    return {
        "white": lambda: torch.allclose(plain(Image.new("L", (9, 7), 255)), torch.full((1, *SIZE), 2.0), atol=1e-4),
        "ramp": lambda: np.allclose(plain(ramp())[0], np.broadcast_to(columns, SIZE), atol=0.05),
        "type": lambda: plain(ramp()).dtype == torch.float32 == runs[0].dtype,
        "shape": lambda: all(tuple(run.shape) == (1, *SIZE) for run in [plain(ramp()), *runs]),
        "same every time": lambda: all(torch.equal(plain(ramp()), plain(ramp())) for _ in range(20)),
        "random": lambda: any(not torch.equal(found[0], run) for found in (runs, others) for run in found),
        "normalised": lambda: min(run.min() for run in runs) < -0.8 and max(run.max() for run in runs) > 1.2,
        "scene kept": lambda: sum(bool(shows_dark_and_bright(run)) for run in runs) > 20,
    }


def test_the_solution_is_right(solution, faults):
    """Every fact holds for the solution."""
    assert faults(facts(solution)) == []


def test_every_right_plant_is_right(right, faults):
    """Every fact holds for the alternatives."""
    assert faults(facts(right)) == []


def test_every_mistake_is_seen(mistake, faults):
    """Some fact fails for each mistake, but not all."""
    assert 0 < len(faults(facts(mistake))) < 8


def test_mean_and_std_may_be_any_kind_of_number(solution):
    """Arrays, lists, tensors and plain numbers give the same tensor."""
    wanted = solution.get_fundamental_transforms(SIZE, MEAN, STD)(ramp())
    for mean, std in ((0.4, 0.3), ([0.4], [0.3]), (torch.tensor([0.4]), torch.tensor([0.3]))):
        assert torch.allclose(solution.get_fundamental_transforms(list(SIZE), mean, std)(ramp()), wanted, atol=1e-6)
