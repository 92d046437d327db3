"""Small services that work on a student's objects inside the child and give back plain values.

A check calls them through `student.probe(name, ...)`. They run beside the student's code, so what they return is as
trustworthy as that code: values to be judged, never a verdict.
"""

import copy
import io
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from .ready_made import (  # noqa: F401
    build_offline,
    convolution_corners,
    fill,
    network_report,
    scores_and_reached,
    train_report,
)
from .steps import steps, update_steps  # noqa: F401


def parameters(model: nn.Module) -> list:
    """Every parameter as (name, shape, dtype, requires_grad); the shape is None while it is still lazy."""
    return [
        (
            name,
            None if isinstance(parameter, nn.parameter.UninitializedParameter) else tuple(parameter.shape),
            parameter.dtype,
            parameter.requires_grad,
        )
        for name, parameter in model.named_parameters()
    ]


def parameter_values(model: nn.Module) -> dict:
    """Every parameter's value by name."""
    return {name: parameter.detach().clone() for name, parameter in model.named_parameters()}


def buffer_values(model: nn.Module) -> dict:
    """Every buffer's value by name."""
    return {name: buffer.detach().clone() for name, buffer in model.named_buffers()}


def load(model: nn.Module, values: dict) -> None:
    """Write values into the parameters and buffers of those names, in place."""
    own = dict(model.named_parameters()) | dict(model.named_buffers())
    with torch.no_grad():
        for name, value in values.items():
            own[name].copy_(value)


def load_checkpoint(model: nn.Module, content: bytes) -> None:
    """Load a `state_dict` that was handed in; only tensors are read from it, no code."""
    model.load_state_dict(torch.load(io.BytesIO(content), map_location=_device(model), weights_only=True))


def scores_and_gradients(model: nn.Module, images: torch.Tensor, targets: torch.Tensor) -> dict:
    """Scores, mean cross-entropy and the gradient of every parameter (None where none arrived)."""
    model.zero_grad(set_to_none=True)
    scores = model(images)
    loss = F.cross_entropy(scores, targets)
    loss.backward()
    return {"scores": scores.detach(), "loss": loss.detach(), "gradients": gradients(model)}


def gradients(model: nn.Module) -> dict:
    """The gradient that every parameter holds now, by name."""
    return {name: None if p.grad is None else p.grad.detach().clone() for name, p in model.named_parameters()}


def input_gradient(model: nn.Module, images: torch.Tensor, row: int) -> torch.Tensor:
    """The gradient of one row's summed scores with respect to all images."""
    images = images.clone().requires_grad_(True)
    model(images)[row].sum().backward()
    return torch.zeros_like(images) if images.grad is None else images.grad


def call_and_show_inputs(function: Any, *inputs: Any) -> tuple:
    """The result of a call, and its inputs as the call left them."""
    return function(*inputs), inputs


def call_with_leaves(function: Any, arguments: list, leaves: list) -> dict:
    """Call a function with the arguments at these places as leaves of a graph, and differentiate what comes back."""
    given = [value.detach().clone() if isinstance(value, torch.Tensor) else value for value in arguments]
    for place in leaves:
        given[place].requires_grad_(True)
    result = function(*given)
    graph = isinstance(result, torch.Tensor) and result.requires_grad
    if graph:
        result.sum().backward()
    return {"result": result, "graph": graph, "gradients": [given[place].grad for place in leaves], "after": given}


def set_requires_grad(model: nn.Module, wanted: dict) -> None:
    """Freeze or free the parameters of those names."""
    for name, parameter in model.named_parameters():
        if name in wanted:
            parameter.requires_grad_(wanted[name])


def module_flags(model: nn.Module) -> dict:
    """The `training` flag of every module by name, the model itself under the empty name."""
    return {name: bool(module.training) for name, module in model.named_modules()}


def module_types(model: nn.Module) -> list:
    """The class names of all modules in order of registration."""
    return [type(module).__name__ for module in model.modules()]


def plain_sgd(model: nn.Module, lr: float, momentum: float, weight_decay: float) -> torch.optim.Optimizer:
    """A kit-made optimizer, for checks that need one nobody has to write first."""
    trainable = [parameter for parameter in model.parameters() if parameter.requires_grad]
    return torch.optim.SGD(trainable, lr=lr, momentum=momentum, weight_decay=weight_decay)


def optimizer_settings(optimizer: torch.optim.Optimizer, model: nn.Module) -> dict:
    """The optimizer's class names, and for each of its groups the settings and the names of the model's parameters."""
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    groups = []
    for group in optimizer.param_groups:
        settings = {
            key: value for key, value in group.items() if key != "params" and type(value) in (int, float, bool, tuple, type(None))
        }
        groups.append({"settings": settings, "names": [names.get(id(p)) for p in group["params"]]})
    return {"classes": [kind.__name__ for kind in type(optimizer).__mro__], "groups": groups}


def scores_in_batches(model: nn.Module, images: torch.Tensor, batch_size: int) -> torch.Tensor:
    """Scores of many images in evaluation mode, computed batch by batch; images may be uint8 and are scaled to [0, 1]."""
    model.eval()
    device, rows = _device(model), []
    with torch.no_grad():
        for part in images.split(batch_size):
            part = part.to(device)
            rows.append(model(part.float() / 255 if part.dtype is torch.uint8 else part).float().cpu())
    return torch.cat(rows)


def clone(value: Any) -> Any:
    """A deep copy, kept in the child."""
    return copy.deepcopy(value)


def attributes(value: Any, *names: str) -> dict:
    """The named attributes that exist."""
    return {name: getattr(value, name) for name in names if hasattr(value, name)}


def items(value: Any, most: int = 10_000) -> list:
    """The first items of any iterable, as a list."""
    return [item for _, item in zip(range(most), value)]


def build_linear_model(weight: torch.Tensor, bias: torch.Tensor, *more: torch.Tensor) -> nn.Module:
    """A kit-made model `flatten -> Linear` with these weights, for checks that need a model nobody has to write first.

    Args:
        weight: (D, K).
        bias: (K,).
        more: weight and bias of models that follow it, as their `append` would add them.
    """
    linear = nn.Linear(weight.shape[1], weight.shape[0], dtype=weight.dtype, device=weight.device)
    with torch.no_grad():
        linear.weight.copy_(weight)
        linear.bias.copy_(bias)
    made = nn.Sequential(nn.Flatten(), linear)
    return made.append(build_linear_model(*more)) if more else made


def build_layers(layers: list) -> nn.Module:
    """A kit-made network of layers of torch.nn in a row, for checks that hand a model to a function.

    Args:
        layers: rows such as ("Conv2d", 3, 8, 5, {"padding": 2}): a name, arguments, options last where there are any.
    """
    made = []
    for name, *arguments in layers:
        options = arguments.pop() if arguments and type(arguments[-1]) is dict else {}
        made.append(getattr(nn, name)(*arguments, **options))
    return nn.Sequential(*made)


def _device(model: nn.Module) -> torch.device:
    return next((p.device for p in model.parameters()), torch.device("cpu"))
