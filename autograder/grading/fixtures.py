"""The fixtures of hidden checks: `student`, `reference`, `batch`, `make_batch`, `draw`, `pick`, `whose`."""

import random
from dataclasses import dataclass
from functools import cache
from collections.abc import Callable

import pytest
import torch

from ..course import part_of, problem_of, problems
from .draws import generator
from .variants import Whose
from .plugin import RUN, GradingPlugin
from .reference import Reference
from .seeds import derived_seed


@dataclass(frozen=True)
class Batch:
    """Images of shape (N, C, H, W), standard normal, with a class for each."""

    images: torch.Tensor
    targets: torch.Tensor
    n_classes: int

    @property
    def im_size(self) -> tuple[int, int, int]:
        """(C, H, W) of one image."""
        return tuple(self.images.shape[1:])  # type: ignore[return-value]

    def __len__(self) -> int:
        return len(self.images)


@pytest.fixture(scope="session")
def grading(pytestconfig: pytest.Config) -> GradingPlugin:
    """The run this check belongs to."""
    return pytestconfig.stash[RUN]


@pytest.fixture
def student(grading: GradingPlugin):
    """The submission's modules by dotted names; see `autograder/sandbox/student.py`."""
    return grading.student(grading.at_hand)  # to ask for `request` costs more than the rest of this


@cache
def _reference(part_id: str) -> Reference:
    problem = next(problem for problem in problems().values() if problem.part == part_id)
    return Reference(part_of(problem))


@pytest.fixture(scope="module")
def reference(request: pytest.FixtureRequest) -> Reference:
    """The solution's modules by the same dotted names; real objects in this process."""
    return _reference(problems()[problem_of(request.path)].part)


@pytest.fixture(scope="session")
def draw(grading: GradingPlugin) -> Callable[..., torch.Tensor]:
    """`draw("label", 3, 4)`: standard normal float32 numbers that depend only on the run's seed and the label."""

    def draw_normal(label: str, *shape: int) -> torch.Tensor:
        return torch.randn(shape, generator=generator(grading.options.seed, label, shape))

    return draw_normal


@pytest.fixture(scope="session")
def pick(grading: GradingPlugin) -> Callable[[str], random.Random]:
    """`pick("label")`: sizes, settings and choices that depend only on the run's seed and the label."""
    return lambda label: random.Random(derived_seed(grading.options.seed, "pick", label))


@pytest.fixture(scope="session")
def make_batch(grading: GradingPlugin) -> Callable[..., Batch]:
    """`make_batch(n, im_size, n_classes)`: a batch that depends only on the run's seed and these three."""

    @cache
    def make(n: int, im_size: tuple[int, int, int], n_classes: int) -> Batch:
        random = generator(grading.options.seed, "batch", n, im_size, n_classes)
        images = torch.randn((n, *im_size), generator=random)
        targets = torch.randint(n_classes, (n,), generator=random)
        return Batch(images, targets, n_classes)

    return make


@pytest.fixture(scope="session")
def batch(make_batch: Callable[..., Batch]) -> Batch:
    """Seven images of 3x8x6 pixels in five classes: no two of the sizes that matter are equal."""
    return make_batch(7, (3, 8, 6), 5)


@pytest.fixture
def whose(grading: GradingPlugin, request: pytest.FixtureRequest, reference: Reference) -> Whose:
    """Whose submission is graded: `whose.variant` is an object of this process, drawn where nobody knows."""
    assert grading.run is not None
    part = part_of(problems()[problem_of(request.path)])
    return grading.run.whose(grading.options.roster, part, reference)
