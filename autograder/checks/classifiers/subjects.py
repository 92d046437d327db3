"""A student's network with our weights in it, made once and asked by every check of its problem.

It is made for sizes of which none follows from another. A network that cannot run there, such as one for 3x32x32 pixels
only, is looked at again with the usual sizes: that it has fixed ones costs what sizes are worth, and nothing else.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import torch
from torch import nn

from autograder.judge.alignment import Features, Variant, align, pixels
from autograder.judge.asked_once import asked_once
from autograder.judge.classifier import answer, built, shape_hint
from autograder.judge.classifier_tolerances import FLOAT32_SCORES
from autograder.judge.expect import CheckFailed, expect_dtype, expect_shape, expect_tensor
from autograder.judge.matches import Alignment
from autograder.judge.registered import parameters_of
from autograder.sandbox.faults import NotWritten, Raised
from autograder.sandbox.held import Held, words_of
from autograder.sandbox.student import Student


class Setting(NamedTuple):
    """What a network is built with, and images for it."""

    arguments: tuple
    batch: Any


class Twin(NamedTuple):
    """A right network to compare with, and how it may differ without being wrong."""

    network: nn.Module
    flat: str  # its weight that follows the flattening
    features: Features = pixels
    variants: Sequence[Variant] = (lambda twin: None,)
    asked_for: bool = True  # whether its sizes are those that were asked for
    mistake: str = ""  # what is wrong with it, in words


Twins = Callable[[Setting, list], Iterator[Twin]]


@dataclass
class Subject:
    """A student's network in the child and all that several checks want to know of it."""

    student: Student
    setting: Setting
    model: Held | None = None
    registered: list = field(default_factory=list)  # (name, shape, dtype, requires_grad)
    buffers: list[str] = field(default_factory=list)  # where a weight was put that nothing learns
    start: dict[str, torch.Tensor] = field(default_factory=dict)  # its own first values
    twin: Twin | None = None
    alignment: Alignment | None = None
    scores: torch.Tensor | None = None  # of the images, with our weights or others that are drawn
    fits: bool = False  # whether they have the right shape
    fault: Raised | NotWritten | CheckFailed | None = None  # why there are none

    @property
    def batch(self) -> Any:
        """Images and targets for it."""
        return self.setting.batch

    @property
    def mistake(self) -> str:
        """What is known to be wrong with it, whatever its weights."""
        return self.twin.mistake if self.twin is not None else ""

    def wanted(self, images: torch.Tensor, got: torch.Tensor | None = None) -> torch.Tensor:
        """The right scores of these images with our weights; without the last bias where none is registered, but for what `got` adds."""
        assert self.alignment is not None
        twin = self.alignment.twin
        with torch.no_grad():
            want = twin(images)
        if got is not None and got.shape == want.shape and [*dict(twin.named_parameters())][-1] in self.alignment.missing:
            return want + (got - want).mean(0)  # a bias of its own, which nothing could be put into
        return want

    def is_right(self, scores: torch.Tensor | None = None) -> bool:
        """Whether scores of its images, those with which it began unless others are given, are the right ones."""
        got = self.scores if scores is None else scores
        if self.alignment is None or got is None or self.mistake:
            return False
        want = self.wanted(self.batch.images, got)
        return got.shape == want.shape and torch.allclose(got.double(), want.double(), **FLOAT32_SCORES)

    def ready(self) -> Held:
        """The network, which runs; raises what it raised otherwise."""
        if self.fault is not None:
            raise self.fault
        assert self.model is not None
        return self.model


class Subjects:
    """Makes the subject of one problem for each submission.

    Args:
        build: `build(student, *arguments)` is the student's network.
        settings: the sizes that tell the most, then the usual ones.
        twins: `twins(setting, registered)` gives the right networks to compare with.
    """

    def __init__(self, build: Callable[..., Any], settings: Sequence[Setting], twins: Twins):
        self.build, self.settings, self.twins = build, settings, twins

    def of(self, student: Student) -> tuple[Subject, Subject]:
        """The network as it is registered for the first sizes for which it can be built, and the one that runs."""
        return asked_once(student, "subject", lambda: self._made(student))

    def _made(self, student: Student) -> tuple[Subject, Subject]:
        found = []
        for setting in self.settings:
            found.append(self._tried(student, setting))
            if found[-1].fits:
                break
        was_built = next((subject for subject in found if subject.model is not None), found[0])
        running = sorted(found, key=lambda subject: (not subject.fits, subject.fault is not None))
        return was_built, running[0]

    def _tried(self, student: Student, setting: Setting) -> Subject:
        found = Subject(student, setting)
        images = setting.batch.images
        try:
            made = self.build(student, *setting.arguments)
            found.model = built(student, made, images)
            found.registered = parameters_of(student, found.model)
            self._weigh(found)
            self._ask(
                found, answer(f"{words_of(found.model)}(<{'x'.join(map(str, images.shape))}>)", found.model, images, any_value=True)
            )
        except (Raised, NotWritten, CheckFailed) as fault:  # layers count while `forward` is not written yet
            found.fault = fault
        return found

    def _ask(self, found: Subject, got: Any) -> None:
        """Take its scores; rows that come in another form are read as rows from then on, which another check says."""
        assert found.model is not None
        images, n_classes = found.batch.images, found.batch.n_classes
        call, shape = f"{words_of(found.model)}(<{'x'.join(map(str, images.shape))}>)", (len(images), n_classes)
        form = form_of(got, shape)
        if form:
            found.student.probe("read_as", found.model, form)
            self._weigh(found)
            got = found.model(images)
        found.scores = expect_tensor(call, got)
        if got.ndim != 2 or len(got) != len(images) or not got.is_floating_point():
            expect_shape(call, got, shape, shape_hint(got, *shape))
            expect_dtype(call, got, images.dtype)
        found.fits = tuple(got.shape) == shape

    def _weigh(self, subject: Subject) -> None:
        """Put our weights into it, or random ones where ours have no place."""
        student, model, images = subject.student, subject.model, subject.batch.images
        assert model is not None
        subject.start = student.probe("parameter_values", model)
        if not all(trains for *_, trains in subject.registered):  # that they are frozen is another check's question
            student.probe("set_requires_grad", model, {name: True for name, *_ in subject.registered})
        self._align(subject, subject.registered)
        if subject.alignment is None or subject.alignment.missing:
            buffers = student.probe("buffer_values", model)
            subject.buffers = [
                name for name, value in buffers.items() if isinstance(value, torch.Tensor) and value.is_floating_point()
            ]
            if subject.buffers:  # nothing learns them, but ours can be put there
                self._align(subject, [*subject.registered, *((name, tuple(buffers[name].shape)) for name in subject.buffers)])
        if subject.alignment is None:
            student.probe("scores_when_filled", model, images, images.flip(0))
        else:
            student.probe("load", model, subject.alignment.weights())

    def _align(self, subject: Subject, places: list) -> None:
        """Look for the right network that has most in common with it."""
        assert subject.model is not None
        for twin in self.twins(subject.setting, places):
            found = align(
                subject.student, subject.model, places, twin.network, twin.flat, subject.batch.images, twin.features, twin.variants
            )
            if found is not None and _better(found, subject.alignment):
                subject.twin, subject.alignment = twin, found
            if found is not None and found.explained and not found.missing:
                break


def form_of(got: Any, shape: tuple[int, int]) -> str:
    """In which other form rows of scores came, a name that the service `read_as` knows; nothing if they are rows or none at all."""
    if type(got) in (list, tuple) and any(isinstance(item, torch.Tensor) and tuple(item.shape) == shape for item in got):
        return "first tensor"
    if not isinstance(got, torch.Tensor) or tuple(got.shape) == shape or not got.is_floating_point():
        return ""
    if tuple(got.shape) == shape[::-1]:
        return "transposed"
    return "rows" if got.ndim > 2 and len(got) == shape[0] and got.numel() == shape[0] * shape[1] else ""


def _better(found: Alignment, other: Alignment | None) -> bool:
    return other is None or (found.explained, -len(found.missing)) > (other.explained, -len(other.missing))
