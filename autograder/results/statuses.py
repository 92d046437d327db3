"""The one table of statuses: how a check or a problem can end, and what every page, table and picture makes of it.

A new status is one more line here; terminal, pages, charts, class tables and statistics take it from here.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Status:
    """One way to end."""

    word: str  # stands beside the colour everywhere: what a page says must not depend on seeing it
    tone: str  # one of TONES
    fill: str  # in the picture of the class
    column: str  # of the class summary; several statuses may share one
    mistake: bool = False  # the code ran and did something of its own: it may differ by case, and classes are told about it
    inherited: bool = False  # a check that needs one with this status ends in the same way
    follows: bool = False  # the reason lies in another check: said softly, and no problem ends so
    noted: bool = False  # said beside the numbers in grades.csv

    @property
    def ours(self) -> bool:
        """Whether the fault is the grader's: the points are open, and nobody loses any."""
        return self.tone == "ours"

    @property
    def colour(self) -> str:
        """On a terminal."""
        return TONES[self.tone]


# What is looked at first comes first; the colours are those of a terminal.
TONES = {"ours": "magenta", "bad": "red", "wait": "yellow", "good": "green"}

# In the order of class tables, from the best end to the one that says nothing.
STATUSES = {
    "passed": Status("PASSED", "good", "#2f855a", "passed"),
    "partial": Status("PARTIAL", "wait", "#9ac27c", "partly"),
    "failed": Status("FAILED", "bad", "#d9822b", "failed", mistake=True),
    "crashed": Status("CRASHED", "bad", "#b3231a", "crashed or too slow", mistake=True, noted=True),
    "timed out": Status("TIME OUT", "bad", "#7d3c98", "crashed or too slow", mistake=True, noted=True),
    "not attempted": Status("TO DO", "wait", "#a0a7b4", "not done", inherited=True),
    "missing": Status("MISSING", "bad", "#6b7280", "not done", inherited=True),
    "not run": Status("NOT RUN", "wait", "#c9ced8", "not done", follows=True),
    "not graded": Status("GRADER", "ours", "#e3c33b", "not graded", inherited=True, noted=True),
}


# What the student reads wherever a check is `not graded`.
OUR_FAULT = "Our grader failed here; you lose nothing, and it will be graded again."


def urgency(status: str) -> tuple[int, int]:
    """Where checks with this status stand on a page: our faults first, then theirs, then what waits, then what passed."""
    return list(TONES).index(STATUSES[status].tone), list(STATUSES).index(status)
