"""An ablation as a picture: a column of axes for each setting; accuracy above, the two times below."""

import math
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from training_kit.curves import COLOURS, finish, new_figure

Rows = list[dict[str, Any]]
LABELS = {"accuracy": "accuracy (%)", "training_s": "training (s)", "inference_ms": "inference\n(ms an image)"}


def draw_ablation(rows: Rows, title: str) -> Figure:
    """Values stand side by side in their order, joined by lines where they are quantities; the dashed lines are the base.

    Args:
        rows: of the table, the base first.
        title: of the picture.
    Returns:
        the picture.
    """
    base, settings = rows[0], list(dict.fromkeys(row["setting"] for row in rows[1:]))
    width = sum(max(3.0, 1.2 + 0.6 * sum(row["setting"] == setting for row in rows)) for setting in settings)
    figure = new_figure(min(30.0, 1.5 + width), 7.5, title)
    grid = figure.subplots(3, len(settings), sharey="row", sharex="col", squeeze=False, height_ratios=[2.2, 1, 1])
    for column, setting in enumerate(settings):
        own = _sorted([row for row in rows[1:] if row["setting"] == setting])
        _draw_accuracy(grid[0][column], own, base)
        for row, key in enumerate(("training_s", "inference_ms"), 1):
            _draw_times(grid[row][column], own, base, key)
        for axes, label in zip(grid[:, column], LABELS.values()):
            finish(axes, "", label if column == 0 else "", legend=False)
        grid[2][column].set_xlabel(setting)
    figure.legend(
        *grid[0][0].get_legend_handles_labels(), loc="outside lower center", fontsize="small", ncols=4 if len(settings) > 1 else 2
    )
    return figure


def _are_numbers(rows: Rows) -> bool:
    try:
        return all(math.isfinite(float(row["value"])) for row in rows)
    except ValueError:
        return False


def _sorted(rows: Rows) -> Rows:
    """Numbers from small to large, words as they were asked for."""
    return sorted(rows, key=lambda row: float(row["value"])) if _are_numbers(rows) else rows


def _draw_accuracy(axes: Axes, rows: Rows, base: dict[str, Any]) -> None:
    places = range(len(rows))
    is_quantity = _are_numbers(rows) and rows[0]["setting"] != "seed"  # nothing lies between two seeds
    joined = ("o-", "s:") if is_quantity else "os"
    for colour, style, kind in zip(COLOURS, joined, ("validation", "training")):
        values = [100 * row[f"{kind}_accuracy"] for row in rows]
        axes.plot(places, values, style, color=colour, markersize=5, linewidth=1.3, label=f"{kind} accuracy")
        axes.axhline(100 * base[f"{kind}_accuracy"], color=colour, linestyle="--", linewidth=0.9, alpha=0.7, label=f"{kind}, base")
    axes.set_xticks(places, [row["value"] for row in rows], rotation=30 if max(len(row["value"]) for row in rows) > 6 else 0)
    axes.set_xlim(-0.5, len(rows) - 0.5)


def _draw_times(axes: Axes, rows: Rows, base: dict[str, Any], key: str) -> None:
    axes.bar(range(len(rows)), [row[key] or 0 for row in rows], color="gray", width=0.55)
    axes.axhline(base[key] or 0, color="black", linestyle="--", linewidth=0.9)
