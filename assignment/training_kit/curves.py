"""Loss and accuracy against iterations, for one run or for several in the same axes."""

from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

COLOURS = ("#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#17becf", "#8c564b", "#7f7f7f")
DPI = 120
ITERATIONS = "iteration (batches since the start)"
LOSS = "cross-entropy (nats per image)"
ACCURACY = "accuracy (%)"
MOST_POINTS = 150
Lines = list[dict[str, Any]]


def new_figure(width_in: float, height_in: float, title: str) -> Figure:
    """An empty picture with a title.

    Args:
        width_in, height_in: its size in inches.
        title: at the top.
    """
    figure = Figure(figsize=(width_in, height_in), layout="constrained", dpi=DPI)
    figure.suptitle(title)
    return figure


def draw_curves(logs: dict[str, Lines]) -> Figure:
    """Loss on the left, accuracy on the right: thin while training, with dots on the validation images.

    Args:
        logs: the lines of each log, by the name of the run.
    Returns:
        the picture.
    """
    figure = new_figure(11, 4.4 + 0.2 * len(logs), "Loss and accuracy: " + ", ".join(logs))
    for axes, kind, label in zip(figure.subplots(1, 2), ("loss", "accuracy"), (LOSS, ACCURACY)):
        for number, (name, lines) in enumerate(logs.items()):
            prefix = f"{name}: " if len(logs) > 1 else ""
            _draw_run(axes, lines, kind, COLOURS[number % len(COLOURS)], prefix)
        finish(axes, ITERATIONS, label, legend=False)
    # Below both: inside the axes it would lie on the lines.
    figure.legend(
        *axes.get_legend_handles_labels(), loc="outside lower center", fontsize="small", ncols=len(logs) if len(logs) > 1 else 3
    )
    return figure


def _draw_run(axes: Axes, lines: Lines, kind: str, colour: str, prefix: str) -> None:
    points = smoothed(training_loss(lines) if kind == "loss" else series(lines, kind))
    axes.plot(*columns(points), color=colour, linewidth=1, alpha=0.5, label=f"{prefix}training")
    validation, followed = (columns(series(lines, f"{whose}validation_{kind}")) for whose in ("", "student_"))
    if followed[0]:  # what trains is one network, and what is judged another, its average
        axes.plot(*followed, color=colour, linewidth=1.2, linestyle=":", marker="s", markersize=3, label=f"{prefix}validation")
    if validation[0]:
        whose = "validation of the average" if followed[0] else "validation"
        axes.plot(*validation, color=colour, linewidth=1.8, marker="o", markersize=3.5, label=f"{prefix}{whose}")
    for _, value in series(lines, f"test_{kind}"):
        axes.axhline(value, color=colour, linestyle="--", linewidth=1, label=f"{prefix}test ({value:.1f} %)")


def training_loss(lines: Lines) -> list[tuple[int, float]]:
    """Cross-entropy of the training batches, as it is measured on other images; not what a distilled student learns from.

    Args:
        lines: of the log; older ones have only `loss`.
    """
    return series(lines, "cross_entropy") or series(lines, "loss")


def series(lines: Lines, key: str) -> list[tuple[int, float]]:
    """One quantity of a log as points (iteration, value); accuracies in percent.

    Args:
        lines: of the log.
        key: such as `validation_loss`; lines without it, or with nothing known for it, are left out.
    """
    factor = 100.0 if key.endswith("accuracy") else 1.0
    return [(line["iteration"], factor * line[key]) for line in lines if line.get(key) is not None]


def columns(points: list[tuple[int, float]]) -> tuple[list[int], list[float]]:
    """Points as a list of x and a list of y.

    Args:
        points: pairs (x, y).
    """
    return [x for x, _ in points], [y for _, y in points]


def smoothed(points: list[tuple[int, float]]) -> list[tuple[int, float]]:
    """Means of neighbouring points, so that at most 150 are left and a long training can be seen as a line.

    Args:
        points: pairs (iteration, value).
    """
    size = -(-len(points) // MOST_POINTS) or 1
    groups = [points[start : start + size] for start in range(0, len(points), size)]
    return [(group[-1][0], sum(value for _, value in group) / len(group)) for group in groups]


def finish(axes: Axes, x: str, y: str, legend: bool = True) -> None:
    """Labels, a light grid and, where lines have names, a legend.

    Args:
        axes: of the picture.
        x, y: what is on them, with the unit.
        legend: whether to draw one.
    """
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.grid(alpha=0.3)
    if legend and axes.get_legend_handles_labels()[0]:
        axes.legend(fontsize="small")
