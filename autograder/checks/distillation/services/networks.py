"""Services of part 2 inside the child: networks of the kit's own to work on, and what a student's function did to them.

The grading process builds the same networks from this file for its own computations.
"""

import importlib
from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import nn

STALE_GRADIENT = 0.25  # what every parameter of a student network holds as gradient when its pass begins
OLD_WEIGHT, OLD_BIAS = 0.5, 0.125  # what layers hold before they are initialised


class Centering(nn.Module):
    """Subtracts the mean of the batch in train mode, and a running mean, its buffer, in eval mode."""

    running_mean: torch.Tensor

    def __init__(self, features: int):
        super().__init__()
        self.register_buffer("running_mean", torch.zeros(features))

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """(N, D) to (N, D)."""
        if not self.training:
            return inputs - self.running_mean
        mean = inputs.mean(0)
        with torch.no_grad():
            self.running_mean.lerp_(mean, 0.3)
        return inputs - mean


class Tied(nn.Module):
    """Two layers with one weight, and a frozen layer; no buffers."""

    def __init__(self):
        super().__init__()
        self.first, self.same = nn.Linear(4, 4), nn.Linear(4, 4)
        self.same.weight = self.first.weight
        self.frozen = nn.Linear(4, 3).requires_grad_(False)


class Buffered(nn.Module):
    """Batch norm, and an integer buffer of several elements."""

    def __init__(self):
        super().__init__()
        self.first, self.norm = nn.Linear(4, 5), nn.BatchNorm1d(5)
        self.register_buffer("steps", torch.zeros(3, dtype=torch.int64))


NETWORKS = {
    "plain": lambda: nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 3)),
    "tied": Tied,
    "buffered": Buffered,
    "centred": lambda: nn.Sequential(nn.Linear(4, 6), Centering(6), nn.Tanh(), nn.Linear(6, 3)),
}


def network(kind: str, values: dict) -> nn.Module:
    """A network of the kit's own in float64 and on the device of `values`, which become its parameters and buffers."""
    made = NETWORKS[kind]().to(next(iter(values.values())).device, torch.float64)
    made.load_state_dict(values)
    return made


def state(model: nn.Module) -> dict:
    """Every parameter and buffer by name, as copies."""
    return {name: value.detach().clone() for name, value in model.state_dict().items()}


def update_and_compare(update: Any, kind: str, average_values: dict, model_values: dict, decay: float, frozen: bool) -> dict:
    """One update of an average, which is frozen or not: both networks afterwards, and what became of their objects."""
    average, model = network(kind, average_values).eval(), network(kind, model_values).train()
    if frozen:
        average.requires_grad_(False)
    objects = {"average": list(average.parameters()), "model": list(model.parameters())}
    update(average, model, decay)
    own = {value.untyped_storage().data_ptr() for value in model.state_dict().values()}
    return {
        "average": state(average),
        "model": state(model),
        "training": model.training,
        "trains": {name: value.requires_grad for name, value in model.named_parameters()},
        "same objects": {
            who: all(old is new for old, new in zip(objects[who], of.parameters()))
            for who, of in (("average", average), ("model", model))
        },
        "graph": {
            who: [name for name, value in of.named_parameters() if value.grad_fn is not None]
            for who, of in (("average", average), ("model", model))
        },
        "shared": [name for name, value in average.state_dict().items() if value.untyped_storage().data_ptr() in own],
    }


def learner(values: dict) -> nn.Module:
    """A student network as its pass finds it: in eval mode, with old gradients."""
    made = network("centred", values).eval()
    for parameter in made.parameters():
        parameter.grad = torch.full_like(parameter, STALE_GRADIENT)
    return made


def one_pass(train: Any, student_values: dict, teacher_values: dict, batches: list, lr: float, settings: list) -> dict:
    """One call of `train_with_ema` on networks of the kit's own, in the wrong modes and with old gradients at its start."""
    student, teacher = learner(student_values), network("centred", teacher_values).train()
    optimizer = torch.optim.SGD(student.parameters(), lr=lr)
    losses = train(student, teacher, batches, optimizer, *settings)
    reached = [name for name, value in teacher.named_parameters() if value.is_leaf and value.grad is not None]
    return {
        "losses": losses,
        "student": state(student),
        "teacher": state(teacher),
        "teacher gradients": reached,
        "student trains": student.training,
        "teacher trains": teacher.training,
    }


def network_spec(*fields: Any) -> Any:
    """A `NetworkSpec` of the part's given `variants.py`."""
    return importlib.import_module("variants").NetworkSpec(*fields)


def variant(dataset: str, teacher: list, student: list) -> Any:
    """A `Variant` of the part's given `variants.py`."""
    return importlib.import_module("variants").Variant(dataset, network_spec(*teacher), network_spec(*student))


def initialized(initialize: Any, scheme: str, layers: dict) -> dict:
    """What `initialize` makes of a module with these layers; all of them hold constants before.

    Args:
        layers: for each path below the module (empty for the module itself) the kind of layer and its sizes.
    """
    root = nn.Module()
    for path, (kind, *sizes) in layers.items():
        layer: Any = LAYERS[kind](*sizes)
        nn.init.constant_(layer.weight, OLD_WEIGHT)
        if layer.bias is not None:
            nn.init.constant_(layer.bias, OLD_BIAS)
        if path:
            _put(root, path.split("."), layer)
        else:
            root = layer
    initialize(root, scheme)
    return {name: value.detach() for name, value in root.named_parameters()}


LAYERS: dict[str, Callable[..., nn.Module]] = {
    "convolution": nn.Conv2d,
    "convolution without bias": partial(nn.Conv2d, bias=False),
    "linear layer": nn.Linear,
    "linear layer without bias": partial(nn.Linear, bias=False),
    "batch norm": nn.BatchNorm2d,
    "layer norm": nn.LayerNorm,
}


def _put(root: nn.Module, path: list, layer: nn.Module) -> None:
    """Register a layer at a path below a module, with empty modules on the way."""
    for name in path[:-1]:
        if name not in dict(root.named_children()):
            root.add_module(name, nn.Module())
        root = getattr(root, name)
    root.add_module(path[-1], layer)


def model_to_count(kind: str, a: int, b: int) -> nn.Module:
    """A small model of the kit's own whose parameters are to be counted."""
    shared, frozen = nn.Linear(a, a), nn.Conv2d(a, b, 3).requires_grad_(False)
    tied = nn.Linear(a, a, bias=False)
    if kind == "two layers with one weight":
        tied.weight = shared.weight
    made = {
        "a convolution and a linear layer": [nn.Conv2d(a, b, 3), nn.Flatten(), nn.Linear(9 * b, 3)],
        "a layer with batch norm": [nn.Conv2d(a, b, 3), nn.BatchNorm2d(b)],
        "no layer that learns": [nn.Flatten(), nn.ReLU()],
        "one layer used twice": [shared, nn.ReLU(), shared, nn.Linear(a, b)],
        "two layers with one weight": [shared, nn.ReLU(), tied, nn.Linear(a, b)],
        "a frozen convolution": [frozen, nn.Flatten(), nn.Linear(4 * b, a)],
        "a frozen convolution and batch norm": [frozen, nn.BatchNorm2d(b), nn.Flatten(), nn.Linear(4 * b, a)],
    }
    return nn.Sequential(*made[kind])
