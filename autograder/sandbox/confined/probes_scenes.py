"""Services of part 3 inside the child: models, pictures and folders of the kit's own, and what a student made of them.

As in `probes.py`, values leave the child and are judged elsewhere; nothing here knows a right answer.
"""
import tempfile
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import nn

CRITERIA = {"cross-entropy": nn.CrossEntropyLoss, "margin": nn.MultiMarginLoss}


class Criterion(nn.Module):
    """A criterion that sums over the batch; that its arguments are exchanged is said in words."""

    def __init__(self, kind: str):
        super().__init__()
        self.of_scores = CRITERIA[kind](reduction="sum")

    def forward(self, scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """(N, C) scores and (N,) labels to one number."""
        if not scores.is_floating_point():
            raise TypeError("loss_criterion takes the scores first, then the labels")
        return self.of_scores(scores, labels)


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


def call_with_cpu_tensors(function: Any, *arrays: Any) -> Any:
    """Call a function with arrays as tensors that lie on the CPU wherever the run computes."""
    return function(*(torch.from_numpy(array) for array in arrays))


def write_files(files: dict) -> str:
    """Write files below a new folder of the child's own; returns the folder, whose name is the same in every run."""
    place = Path(tempfile.gettempdir())
    root = place / f"pictures_{len(list(place.glob('pictures_*')))}"
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return str(root)


def call_with_path(function: Any, folder: str) -> Any:
    """Call a function with a folder as a `Path`."""
    return function(Path(folder))


def traced_peak(function: Any, argument: Any) -> int:
    """The most bytes that Python and numpy held at one moment of a call, beyond what they held before."""
    tracemalloc.start()
    try:
        function(argument)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def apply_to_picture(transform: Any, pixels: np.ndarray, runs: int) -> list:
    """What a transform makes of a grayscale picture with these pixels, each time of a fresh one."""
    return [transform(Image.fromarray(pixels)) for _ in range(runs)]


TRANSFORMS = {"same": lambda image: image, "mark": lambda image: ["marked"]}


def make_loader(kind: Any, root: str, split: str, transform: str) -> Any:
    """A data set over a folder, which is text for `train` and else a `Path`, with a transform of the kit's own."""
    options = {} if transform == "none" else {"transform": TRANSFORMS[transform]}
    return kind(root if split == "train" else Path(root), split, **options)


def loader_items(loader: Any, most: int) -> dict:
    """The length of a data set, and what its items are, one after the other."""
    length = len(loader)
    return {"length": length, "items": [described_item(loader[place]) for place in range(min(length, most))]}


def described_item(item: Any) -> Any:
    """Picture and label of an item, the picture described."""
    if not (isinstance(item, (tuple, list)) and len(item) == 2):
        return item
    return {"picture": described_picture(item[0]), "label": item[1]}


def described_picture(value: Any) -> Any:
    """Mode and size of a picture; anything else as it is."""
    if not isinstance(value, Image.Image):
        return value
    return {"mode": value.mode, "width": value.width, "height": value.height}


def load_pictures(loader: Any, root: str, names: list) -> list:
    """What `load_img_from_path` gives for some files, each path given as text and as a `Path`."""
    return [described_picture(loader.load_img_from_path(path)) for name in names
            for path in (str(Path(root) / name), Path(root) / name)]


def ends_at(loader: Any, place: int) -> bool:
    """Whether there is no item at a place, and IndexError says so."""
    try:
        loader[place]
    except IndexError:
        return True
    return False


def count_layers(model: nn.Module, parts: list) -> dict:
    """How many convolutions, linear layers and ReLUs these attributes hold; None for an attribute that is not there."""
    counts: dict = {}
    for name in parts:
        part = getattr(model, name, None)
        held = list(part.modules()) if isinstance(part, nn.Module) else \
            [layer for item in part for layer in item.modules()] if isinstance(part, (list, tuple)) else None
        counts[name] = None if held is None else {
            "nn.Conv2d": sum(isinstance(layer, nn.Conv2d) for layer in held),
            "nn.Linear": sum(isinstance(layer, nn.Linear) for layer in held),
            "nn.ReLU": sum("relu" in type(layer).__name__.lower() for layer in held),
        }
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
