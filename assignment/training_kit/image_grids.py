"""Pictures made of many small images: what a first layer has learned, and the images that a network got wrong."""

import math

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import nn

from training_kit.curves import new_figure
from training_kit.errors import RunError

MOST_FILTERS = 64
MISTAKES_PER_ROW = 8
INCHES = {"weights": 1.5, "mistakes": 1.45}


def first_weights(model: nn.Module, im_size: tuple[int, int, int]) -> torch.Tensor:
    """The weights that look at the pixels, as images.

    Filters of a convolution are (K, C, h, w) as they are. The rows of an affine layer are put back into the image's
    shape; that gives a picture when the model flattens its images with `flatten`, and a jumble in any other order.

    Args:
        model: a classifier of images.
        im_size: (C, H, W) of its images.
    Returns:
        (K, C, h, w), at most 64 of them.
    Raises:
        RunError: no weights of such a shape.
    """
    n_pixels = math.prod(im_size)
    for weight in (parameter.detach().cpu().float() for parameter in model.parameters()):
        if weight.ndim == 4 and weight.shape[1] == im_size[0]:
            return weight[:MOST_FILTERS]
        if weight.ndim == 2 and n_pixels in weight.shape:
            rows = weight if weight.shape[1] == n_pixels else weight.T
            return rows[:MOST_FILTERS].reshape(-1, *im_size)
    raise RunError("The model has no layer whose weights could be drawn: none looks at the pixels directly.")


def draw_weights(weights: torch.Tensor, names: tuple[str, ...], title: str) -> Figure:
    """Learned weights or filters as a grid; each has a scale of its own, and medium gray is 0.

    Args:
        weights: (K, C, h, w); with 3 channels in colour, else their mean, red for positive and blue for negative.
        names: of the K images; numbers when there are not as many.
        title: of the picture.
    Returns:
        the picture.
    """
    names = names if len(names) == len(weights) else tuple(str(number) for number in range(len(weights)))
    n_columns = 5 if len(weights) <= 10 else 8
    n_rows = -(-len(weights) // n_columns)
    size = INCHES["weights"]
    figure = new_figure(size * n_columns + 0.5, (size + 0.2) * n_rows + 0.9, title)
    grid = figure.subplots(n_rows, n_columns, squeeze=False)
    for axes, image, name in zip(grid.flat, weights, names):
        largest = image.abs().max().item() or 1.0
        show_pixels(axes, shown_weights(image / largest), f"{name}  (±{largest:.2g})")
    _label_one(grid, len(weights))
    colours = "gray is 0, a bright colour a positive weight" if weights.shape[1] == 3 else "red positive, blue negative"
    figure.supxlabel(f"In brackets the largest weight, per standard deviation of a pixel; {colours}", fontsize="small")
    return figure


def shown_weights(image: torch.Tensor) -> torch.Tensor:
    """Weights from -1 to 1 as something to show: (h, w, 3) from 0 to 1, or (h, w) from -1 to 1.

    Args:
        image: (C, h, w).
    """
    return (image.permute(1, 2, 0) + 1) / 2 if len(image) == 3 else image.mean(dim=0)


def draw_mistakes(
    images: torch.Tensor, labels: torch.Tensor, predictions: torch.Tensor, class_names: tuple[str, ...], title: str, count: int = 64
) -> Figure:
    """Misclassified images, each titled true/predicted.

    Args:
        images: (N, C, H, W) uint8.
        labels: (N,) the true classes.
        predictions: (N,) what the network said.
        class_names: by number.
        title: of the picture; how many are wrong is added.
        count: how many to show, spread evenly over all mistakes.
    Returns:
        the picture.
    """
    wrong = (predictions != labels).nonzero().flatten()
    shown = wrong[torch.linspace(0, len(wrong) - 1, min(count, len(wrong))).long()]
    n_rows = max(1, -(-len(shown) // MISTAKES_PER_ROW))
    size = INCHES["mistakes"]
    heading = f"{title}: {len(wrong):,} of {len(labels):,} misclassified, {len(shown)} shown (true/predicted)"
    figure = new_figure(size * MISTAKES_PER_ROW + 0.5, (size + 0.15) * n_rows + 0.8, heading)
    grid = figure.subplots(n_rows, MISTAKES_PER_ROW, squeeze=False)
    for axes, number in zip(grid.flat, shown):
        picture = images[number].permute(1, 2, 0) if images.shape[1] == 3 else images[number].float().mean(dim=0)
        names = (class_names[labels[number]], class_names[predictions[number]])
        show_pixels(axes, picture, "/".join(names), gray=images.shape[1] != 3)
    _label_one(grid, len(shown))
    return figure


def show_pixels(axes: Axes, picture: torch.Tensor, title: str, gray: bool = False) -> None:
    """One small image with its title and without ticks.

    Args:
        axes: where.
        picture: (h, w, 3), or (h, w): from -1 to 1 in blue and red, or from 0 to 255 in gray.
        title: above it.
        gray: whether (h, w) is a gray image.
    """
    limits = (0, 255) if gray else (-1, 1)
    axes.imshow(picture.numpy(), cmap="gray" if gray else "coolwarm", vmin=limits[0], vmax=limits[1])
    axes.set_title(title, fontsize=7.5, pad=3)
    axes.set_xticks([])
    axes.set_yticks([])


def _label_one(grid, n_used: int) -> None:
    """Give the first image of the last row its pixels as axes, and take unused places away."""
    for axes in grid.flat[n_used:]:
        axes.set_axis_off()
    corner = grid[-1, 0]
    if n_used:
        height, width = corner.images[0].get_array().shape[:2]
        corner.set_xticks([0, width - 1])
        corner.set_yticks([0, height - 1])
        corner.tick_params(labelsize=6, length=2)
        corner.set_xlabel("column (px)", fontsize=7)
        corner.set_ylabel("row (px)", fontsize=7)
