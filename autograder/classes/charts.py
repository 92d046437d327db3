"""The pictures of the class summary as SVG text: the same numbers give the same bytes."""

import io
import re
from typing import Any

import matplotlib

matplotlib.use("Agg")

from matplotlib import pyplot as plt  # noqa: E402   the backend has to be chosen first
from matplotlib.ticker import MaxNLocator  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402

from ..course import problems  # noqa: E402
from ..results.statuses import STATUSES  # noqa: E402
from .statistics import Check, ClassStatistics  # noqa: E402

# Text is drawn in this colour and then takes the page's own, so that the pictures are readable on dark pages, too.
INK = "#010203"
BAR = "#3b6fb6"
STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "autograder",
    "font.family": "sans-serif",
    "font.size": 10,
    "text.color": INK,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
}
BINS = 20


def totals(found: ClassStatistics) -> str:
    """Histogram of the totals."""
    most = max((row.max_score for row in found.rows), default=1)
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(figsize=(8, 2.6))
        counts, _, _ = axes.hist(found.totals, bins=[most * edge / BINS for edge in range(BINS + 1)], color=BAR, rwidth=0.92)
        axes.set(xlabel="total, points", ylabel="students", xlim=(0, most))
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        return _svg(figure, f"Histogram of the totals; the fullest of {BINS} bars holds {int(max(counts, default=0))} students.")


def statuses(found: ClassStatistics) -> str:
    """How the problems ended, one bar each."""
    lines = found.problems[::-1]
    shown = [status for status in STATUSES if any(line.statuses[status] for line in lines)]
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(figsize=(8, 0.75 + 0.3 * len(lines)))
        left = [0] * len(lines)
        for status in shown:
            widths = [line.statuses[status] for line in lines]
            axes.barh(
                [problems()[line.problem].number for line in lines],
                widths,
                left=left,
                color=STATUSES[status].fill,
                label=status,
                height=0.75,
            )
            left = [start + width for start, width in zip(left, widths)]
        axes.set(xlabel="students", ylabel="problem", xlim=(0, max(left, default=1)))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        if shown:
            axes.legend(
                ncols=len(shown),
                loc="lower left",
                bbox_to_anchor=(0, 1),
                frameon=False,
                fontsize=8,
                handlelength=1,
                columnspacing=1,
            )
        return _svg(figure, "How each problem ended: the numbers are in the table below.")


def checks(held: list[Check]) -> str:
    """How hard each check is, against how well it separates strong from weak."""
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(figsize=(8, 3))
        axes.axhline(0, color=INK, linewidth=0.5)
        known = [check for check in held if check.discrimination is not None]
        axes.scatter(
            [100 * check.share for check in known],
            [check.discrimination or 0 for check in known],
            s=26,
            color=BAR,
            alpha=0.6,
            linewidths=0,
        )
        axes.set(xlabel="students who pass the check, %", ylabel="discrimination", xlim=(-2, 102), ylim=(-1.05, 1.05))
        return _svg(figure, "Each check as a point: share of students who pass it, and its discrimination.")


def _svg(figure: Figure, words: str) -> str:
    """The figure as an SVG element that scales with the page."""
    text = io.StringIO()
    figure.savefig(text, format="svg", bbox_inches="tight", metadata={"Date": None, "Creator": None})
    plt.close(figure)
    drawn = text.getvalue()
    drawn = drawn[drawn.index("<svg") :].replace(INK, "currentColor")
    drawn = re.sub(r"<metadata>.*?</metadata>", "", drawn, flags=re.DOTALL)
    drawn = re.sub(r'(<svg [^>]*?)width="[^"]*" height="[^"]*"', r"\1", drawn, count=1, flags=re.DOTALL)
    return drawn.replace("<svg ", f'<svg role="img" aria-label="{words}" ', 1)
