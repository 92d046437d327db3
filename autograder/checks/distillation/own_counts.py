"""The answers of problem 2.4 from a student's own counting functions: what is wrong with these costs its points once."""

from collections.abc import Iterator
from itertools import product
from typing import Any

from autograder.sandbox.faults import StudentFault
from autograder.sandbox.student import Student

from .network_plans import filters_of


class OwnCounts:
    """The student's three counting functions, each asked once for the same arguments; a right number where one stops.

    Args:
        own_layers: whether parameters are counted by the student's functions.
        own_sizes: whether sides of maps are.
    """

    def __init__(self, student: Student, own_layers: bool, own_sizes: bool, asked: dict[tuple, int]):
        self.functions, self.own_layers, self.own_sizes, self.asked = student.parameter_count, own_layers, own_sizes, asked

    def convolution(self, channels: int, filters: int, kernel: int) -> int:
        """Parameters of a convolution with biases."""
        right = filters * (channels * kernel**2 + 1)
        return self._ask("conv2d_parameters", (channels, filters, kernel), {}, right) if self.own_layers else right

    def linear(self, inputs: int, outputs: int) -> int:
        """Parameters of a fully connected layer with biases."""
        right = outputs * (inputs + 1)
        return self._ask("linear_parameters", (inputs, outputs), {}, right) if self.own_layers else right

    def side(self, size: int, kernel: int, **options: int) -> int:
        """The side of a map."""
        right = (size + 2 * options.get("padding", 0) - kernel) // options.get("stride", 1) + 1
        return self._ask("conv2d_output_size", (size, kernel), options, right) if self.own_sizes else right

    def network(self, spec: Any) -> int:
        """Parameters of the network of a spec."""
        filters = filters_of(spec)
        total = sum(self.convolution(i, o, 3) for i, o in zip([spec.im_size[0], *filters], filters))
        _, height, width = spec.im_size
        for _ in range(spec.pool_layers):
            height, width = (self.side(side, 2, stride=2) for side in (height, width))
        return total + self.linear(filters[-1] * height * width, spec.fc_nodes) + self.linear(spec.fc_nodes, spec.n_classes)

    def exam_cnn(self) -> int:
        """Parameters of the exam's CNN."""
        side = self.side(self.side(self.side(64, 5, padding=2), 2, stride=2), 3, padding=1)
        return self.convolution(3, 32, 5) + self.convolution(32, 64, 3) + self.linear(64 * side**2, 128)

    def exam_mlp(self) -> int:
        """Weights and biases of the exam's MLP."""
        return self.linear(50, 10) + self.linear(10, 1)

    def _ask(self, name: str, arguments: tuple, options: dict[str, int], right: int) -> int:
        key = (name, *arguments, *options.items())
        if key not in self.asked:
            try:
                got = getattr(self.functions, name)(*arguments, **options)
            except StudentFault:
                got = right
            self.asked[key] = int(got) if type(got) in (int, float) and abs(got) < 1e15 else right
        return self.asked[key]


def own_answers(student: Student, key: str, spec: Any = None) -> Iterator[int]:
    """What an answer would be by the student's own functions; nothing where these give the same for everything.

    Args:
        key: of `answers`.
        spec: of the network, where the key asks for one.
    """
    asked: dict[tuple, int] = {}
    for own_layers, own_sizes in product((True, False), repeat=2):
        own = OwnCounts(student, own_layers, own_sizes, asked)
        alive = own.convolution(3, 32, 5) != own.convolution(32, 64, 3) and own.linear(50, 10) != own.linear(10, 1)
        if alive and own.side(64, 5) != own.side(32, 5):
            yield own.network(spec) if spec is not None else own.exam_cnn() if key == "exam_cnn" else own.exam_mlp()
