"""Precision, recall and F1 of each class, and how far confidence can be trusted, in one picture."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from training_kit.class_metrics import N_BINS, Bins, ClassMetrics
from training_kit.curves import COLOURS, finish, new_figure

MOST_CLASSES = 30


def draw_metrics(metrics: ClassMetrics, title: str) -> Figure:
    """Classes on the left, worst F1 at the bottom; a reliability diagram on the right, above the spread of confidence.

    Args:
        metrics: of one run.
        title: of the picture.
    Returns:
        the picture.
    """
    known = sorted((row for row in metrics.classes if row["f1"] is not None), key=lambda row: row["f1"])
    shown = known[:MOST_CLASSES]
    figure = new_figure(12, max(5.0, 2.2 + 0.28 * len(shown)), title)
    left, right = figure.subfigures(1, 2, width_ratios=[1.15, 1])
    _draw_classes(left.add_subplot(), shown, metrics.averages[0])
    if len(shown) < len(known):
        left.suptitle(f"the {MOST_CLASSES} of {len(known)} classes with the lowest F1", fontsize="medium")
    above, below = right.subplots(2, 1, sharex=True, height_ratios=[3, 1])
    _draw_reliability(above, metrics.bins, metrics.averages[-1]["calibration_error"])
    _draw_confidence(below, metrics.bins)
    return figure


def _draw_classes(axes: Axes, rows: list[dict[str, Any]], macro: dict[str, Any]) -> None:
    places = np.arange(len(rows))
    ends = [(100 * min(row["precision"], row["recall"]), 100 * max(row["precision"], row["recall"])) for row in rows]
    axes.hlines(places, *zip(*ends), color="lightgray", linewidth=3, zorder=1)
    for colour, marker, (key, name) in zip(COLOURS, "<>o", (("precision", "precision"), ("recall", "recall"), ("f1", "F1"))):
        values = [100 * row[key] for row in rows]
        axes.plot(values, places, marker, color=colour, markersize=6, label=f"{name} (macro {100 * macro[key]:.1f})", zorder=2)
    axes.set_yticks(places, [f"{row['class']} ({row['images']})" for row in rows], fontsize=8)
    axes.set_xlim(-3, 103)
    finish(axes, "share (%)", "class (images)", legend=False)
    axes.legend(fontsize="small", loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3, frameon=False)


def _draw_reliability(axes: Axes, bins: Bins, error: float) -> None:
    """Bars are as high as the accuracy; their gap to the diagonal is over- or under-confidence."""
    width = 100 / N_BINS
    middles = width * (np.arange(N_BINS) + 0.5)
    there = bins.share > 0
    accuracy, confidence = 100 * bins.accuracy[there], 100 * bins.confidence[there]
    axes.bar(middles[there], accuracy, width=0.92 * width, color=COLOURS[0], alpha=0.75, label="right predictions")
    axes.plot([0, 100], [0, 100], color="gray", linestyle="--", linewidth=1, label="as confident as right")
    axes.plot(confidence, accuracy, "o", color=COLOURS[1], markersize=4, label="mean confidence of the bin")
    axes.set(xlim=(0, 100), ylim=(0, 103))
    axes.set_title(f"reliability: calibration error {100 * error:.1f} percentage points", fontsize="medium")
    finish(axes, "", "accuracy in the bin (%)")


def _draw_confidence(axes: Axes, bins: Bins) -> None:
    width = 100 / N_BINS
    axes.bar(width * (np.arange(N_BINS) + 0.5), 100 * bins.share, width=0.92 * width, color="gray")
    finish(axes, "confidence: largest probability of an image (%)", "images (%)")
