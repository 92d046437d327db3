"""Pictures that compare runs: a study of learning rates, with and without EMA, teacher against student."""

from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from training_kit.curves import (
    ACCURACY,
    COLOURS,
    ITERATIONS,
    LOSS,
    Lines,
    columns,
    finish,
    new_figure,
    series,
    smoothed,
    training_loss,
)
from training_kit.errors import RunError


def draw_learning_rates(logs: dict[float, Lines], title: str) -> Figure:
    """Best validation accuracy of each learning rate, and its training loss against iterations.

    Args:
        logs: the lines of each log, by the learning rate.
        title: of the picture.
    Returns:
        the picture.
    """
    figure = new_figure(11, 4.2, title)
    left, right = figure.subplots(1, 2)
    rates = sorted(logs)
    best = [max(columns(validation_accuracy(logs[rate]))[1]) for rate in rates]
    left.plot(rates, best, color="gray", linewidth=1, zorder=1)
    for number, rate in enumerate(rates):
        colour = colormaps["viridis"](number / max(1, len(rates) - 1) * 0.9)
        left.plot([rate], [best[number]], "o", color=colour, markersize=7)
        left.annotate(f"{best[number]:.1f}", (rate, best[number]), xytext=(0, 7), textcoords="offset points", ha="center")
        right.plot(*columns(smoothed(training_loss(logs[rate]))), color=colour, linewidth=1.4, label=f"{rate:g}")
    left.set_xscale("log")
    left.margins(y=0.15)
    finish(left, "learning rate (steps of the weights per unit of gradient)", "best validation " + ACCURACY)
    finish(right, ITERATIONS, "training: " + LOSS)
    right.legend(title="learning rate", fontsize="small")
    lowest = min((value for lines in logs.values() for _, value in training_loss(lines)), default=1.0)
    _show_losses_of_any_size(right, lowest)
    return figure


def _show_losses_of_any_size(axes: Axes, lowest: float) -> None:
    """A logarithmic axis, which ends where a loss without end would squeeze all others."""
    axes.set_yscale("log")
    axes.set_ylim(0.9 * lowest, min(axes.get_ylim()[1], 20 * lowest))
    axes.yaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_minor_formatter("{x:g}")


def draw_ema(with_ema: Lines, without: Lines, title: str, without_name: str = "a run without EMA") -> Figure:
    """Validation accuracy of a network, of its moving average, and of a run without one.

    Args:
        with_ema: log of a run with a moving average.
        without: log of a run of the same network without; may be empty.
        title: of the picture.
        without_name: what the run without is called.
    Returns:
        the picture.
    """
    figure = new_figure(7.5, 4.5, title)
    axes = figure.add_subplot()
    rows = [
        ("moving average (EMA)", with_ema, "validation_accuracy", "o-"),
        ("the network that it follows", with_ema, "student_validation_accuracy", "s--"),
        (without_name, without, "validation_accuracy", "^-"),
    ]
    for colour, (name, lines, key, style) in zip(COLOURS, rows):
        points = series(lines, key)
        if points:
            label = name + _tested(lines, key)
            axes.plot(*columns(points), style, color=colour, markersize=4, linewidth=1.5, label=label)
    finish(axes, ITERATIONS, "validation " + ACCURACY)
    return figure


def draw_teacher_student(logs: dict[str, Lines], n_parameters: dict[str, int], title: str) -> Figure:
    """Validation accuracy against iterations on the left, what came out on the right.

    Args:
        logs: the lines of each log, by what the network is called: `teacher`, `student alone`, ...
        n_parameters: size of each network, by the same names.
        title: of the picture.
    Returns:
        the picture.
    """
    figure = new_figure(11.5, 4.5, title)
    left, right = figure.subplots(1, 2, gridspec_kw={"width_ratios": [1.2, 1]})
    for number, (name, lines) in enumerate(logs.items()):
        points = validation_accuracy(lines)
        left.plot(*columns(points), "o-", color=COLOURS[number], markersize=3.5, linewidth=1.5, label=name)
        final = series(lines, "test_accuracy") or [max(points, key=lambda point: point[1])]
        place = f"{name}\n{n_parameters[name]:,}\nparameters"
        bar = right.bar([place], [final[-1][1]], color=COLOURS[number], width=0.6)
        right.bar_label(bar, fmt="%.1f", padding=3)
    finish(left, ITERATIONS, "validation " + ACCURACY)
    tested = all(series(lines, "test_accuracy") for lines in logs.values())
    right.tick_params(axis="x", labelsize=8)
    _leave_room_above(right)
    finish(right, "network", ("test " if tested else "best validation ") + ACCURACY)
    return figure


def validation_accuracy(lines: Lines) -> list[tuple[int, float]]:
    """Validation accuracy in percent against iterations.

    Args:
        lines: of a log.
    Raises:
        RunError: the run has none.
    """
    points = series(lines, "validation_accuracy")
    if not points:
        raise RunError("A run was trained without validation images; this picture needs them.")
    return points


def _tested(lines: Lines, key: str) -> str:
    found = series(lines, key.replace("validation", "test"))
    return f", test {found[-1][1]:.1f} %" if found else ""


def _leave_room_above(axes: Axes) -> None:
    """Leave room above the highest bar for its number; bars begin at 0, so that their lengths can be compared."""
    axes.set_ylim(0, min(110.0, axes.get_ylim()[1] * 1.08))
