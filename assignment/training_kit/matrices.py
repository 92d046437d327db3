"""The confusion matrix as a picture."""

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from training_kit.curves import new_figure

MOST_CLASSES_WITH_NUMBERS = 20


def draw_confusion(labels: torch.Tensor, predictions: torch.Tensor, class_names: tuple[str, ...], title: str) -> Figure:
    """Which class is taken for which.

    Args:
        labels: (N,) true classes.
        predictions: (N,) predicted classes.
        class_names: by number.
        title: of the picture; the accuracy is added.
    Returns:
        the picture.
    """
    n = len(class_names)
    pairs = np.stack([labels.cpu().numpy(), predictions.cpu().numpy()])
    cells = np.histogram2d(*pairs, bins=n, range=[[-0.5, n - 0.5]] * 2)[0]
    shares = 100 * cells / cells.sum(axis=1, keepdims=True).clip(min=1)
    return draw_shares(shares, class_names, f"{title}: {np.trace(cells) / max(1, len(labels)):.1%} right")


def draw_shares(shares: np.ndarray, class_names: tuple[str, ...], title: str) -> Figure:
    """A confusion matrix whose rows say how the images of a class are spread.

    Args:
        shares: (n, n) percent, rows true, columns predicted.
        class_names: by number.
        title: of the picture.
    Returns:
        the picture.
    """
    n = len(class_names)
    side_in = min(14.0, 2.8 + 0.5 * n)
    figure = new_figure(side_in + 1.2, side_in, "")
    axes = figure.add_subplot()
    axes.set_title(title)  # right above the cells, which stay square however high the picture is
    image = axes.imshow(shares, cmap="Blues", vmin=0, vmax=100)
    figure.colorbar(image, ax=axes, label="share of the images of the true class (%)", shrink=0.8)
    axes.set(xlabel="predicted class", ylabel="true class")
    if n <= MOST_CLASSES_WITH_NUMBERS:
        _write_numbers(axes, shares, class_names)
    return figure


def _write_numbers(axes: Axes, shares: np.ndarray, class_names: tuple[str, ...]) -> None:
    """Names at the axes, and the percentage in each cell that has any."""
    places = range(len(class_names))
    axes.set_xticks(places, class_names, rotation=45, ha="right", rotation_mode="anchor")
    axes.set_yticks(places, class_names)
    for row, column in np.argwhere(shares > 0):
        share = shares[row, column]
        colour = "white" if share > 55 else "black"
        text = f"{share:.0f}" if share >= 1 else "<1"
        axes.text(column, row, text, ha="center", va="center", color=colour, fontsize=8)
