"""Services of part 3 inside the child: models of the kit's own, and what a student's models and optimizers do."""

import torch
from torch import nn

CRITERIA = {"cross-entropy": nn.CrossEntropyLoss, "margin": nn.MultiMarginLoss}


class Criterion(nn.Module):
    """A criterion that sums over the batch; it remembers that its arguments came exchanged, and takes them as they are meant."""

    def __init__(self, kind: str):
        super().__init__()
        self.of_scores, self.exchanged = CRITERIA[kind](reduction="sum"), False

    def forward(self, input: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        """(N, C) scores and (N,) labels to one number; the names are those of torch's own criteria."""
        if not input.is_floating_point():
            self.exchanged, input, target = True, target, input
        return self.of_scores(input, target)


class Scorer(nn.Module):
    """Flattens its input and scores it with one layer; carries a criterion."""

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor, criterion: str):
        super().__init__()
        self.weight, self.bias = nn.Parameter(weight.clone()), nn.Parameter(bias.clone())
        self.loss_criterion = Criterion(criterion)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """(N, ...) to (N, C)."""
        return images.flatten(1) @ self.weight.T + self.bias


def build_scorer(weight: torch.Tensor, bias: torch.Tensor, criterion: str) -> nn.Module:
    """A model of the kit's own with a criterion of this kind."""
    return Scorer(weight, bias, criterion)


def steps_with_gradients(optimizer: torch.optim.Optimizer, model: nn.Module, gradients: list) -> list:
    """The parameters' values after each of some steps, in which every gradient is filled with one number."""
    values = []
    for number in gradients:
        for parameter in model.parameters():
            parameter.grad = torch.full_like(parameter, number)
        optimizer.step()
        values.append({name: parameter.detach().clone() for name, parameter in model.named_parameters()})
    return values


def count_layers(model: nn.Module, parts: list) -> dict:
    """How many convolutions, linear layers and ReLUs these attributes hold; None for an attribute that is not there."""
    counts: dict = {}
    for name in parts:
        part = getattr(model, name, None)
        held = (
            list(part.modules())
            if isinstance(part, nn.Module)
            else [layer for item in part for layer in item.modules()]
            if isinstance(part, (list, tuple))
            else None
        )
        counts[name] = (
            None
            if held is None
            else {
                "nn.Conv2d": sum(isinstance(layer, nn.Conv2d) for layer in held),
                "nn.Linear": sum(isinstance(layer, nn.Linear) for layer in held),
                "nn.ReLU": sum("relu" in type(layer).__name__.lower() for layer in held),
            }
        )
    return counts


def scores_of_runs(model: nn.Module, images: torch.Tensor, train: bool, runs: int) -> dict:
    """Scores of the same images, run after run, and the bias of the linear layer that was called last.

    Batch norm is kept in eval mode: its statistics of a batch are another difference between the modes than dropout.
    """
    model.train(train)
    called: list = []
    hooks = []
    for layer in model.modules():
        if isinstance(layer, nn.modules.batchnorm._NormBase):
            layer.eval()
        if isinstance(layer, nn.Linear):
            hooks.append(layer.register_forward_hook(lambda one, *_: called.append(one)))
    with torch.no_grad():
        scores = torch.stack([model(images) for _ in range(runs)])
    for hook in hooks:
        hook.remove()
    return {"scores": scores, "bias": called[-1].bias if called else None}
