"""What one mistake costs: its share of the problem's points, and how much of that is lost on promises that the code keeps.

The bound: one mistake costs at most 40 % of its problem, and half of a problem's mistakes cost at most 20 %; mistakes with
which nothing of the problem works are left out, at most one in ten.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

MOST, MOST_IN_THE_MEDIAN = 0.40, 0.20
ONE_IN = 10
NEARLY = 1e-9
# Problems whose checks still hang together; a line goes when its problem keeps the bound, and nothing is ever added.
OPEN = Path(__file__).with_name("open_problems.txt")


@dataclass(frozen=True)
class Cost:
    """What one answer lost, as shares of its problem's points, and the first that its author reads."""

    id: str
    problem: str
    share: float
    chain: float  # by checks that were not run, or that repeat another check's words
    words: str
    nothing_works: str = ""


def cost(record: dict, nothing_works: str = "") -> Cost:
    """The cost of a graded answer."""
    most = record["max_score"]
    return Cost(record["id"], record["problem"], 1 - record["score"] / most, chain(record) / most, words(record), nothing_works)


def chain(record: dict) -> float:
    """The points that were lost where nothing was judged, or for what another check had already said in the same words."""
    lost, said = 0.0, set()
    for check in sorted(record["checks"], key=lambda check: -check["max_score"]):
        if check["score"] < check["max_score"]:
            messages = tuple(message for message, _ in check["reasons"])
            again = bool(messages) and said.issuperset(messages)
            lost += check["max_score"] * check["not run"] if not again else check["max_score"] - check["score"]
            said.update(messages)
    return lost


def words(record: dict) -> str:
    """The first line of the first check that failed."""
    return next(
        (
            check["reasons"][0][0].partition("\n")[0]
            for check in record["checks"]
            if check["score"] < check["max_score"] and check["reasons"]
        ),
        "",
    )


def open_problems() -> list[str]:
    """The problems that do not keep the bound yet."""
    return OPEN.read_text(encoding="utf-8").split()


def breaches(costs: Iterable[Cost]) -> list[str]:
    """What in a problem's mistakes is against the bound, in words."""
    counted = [cost for cost in costs if not cost.nothing_works]
    found = [f"{cost.id} costs {cost.share:.0%}" for cost in counted if cost.share > MOST + NEARLY]
    middle = median(cost.share for cost in counted) if counted else 0
    return found + ([f"the median mistake costs {middle:.0%}"] if middle > MOST_IN_THE_MEDIAN + NEARLY else [])


def lines(costs: list[Cost]) -> list[str]:
    """The mistakes of a run, the dearest first."""
    ordered = sorted(costs, key=lambda cost: (cost.problem, -cost.share, cost.id))
    return [
        f"{cost.share:6.0%} {cost.chain:6.0%}  {cost.id}{' *' if cost.nothing_works else ''}\n{'':15}{cost.words[:150]}"
        for cost in ordered
    ]


def summary(costs: list[Cost]) -> list[str]:
    """One line a problem and one for all: how many, the median, the dearest, how many above each bound, what is a chain."""
    head = f"{'problem':20}{'mistakes':>9}{'median':>8}{'most':>6}{f'> {MOST:.0%}':>7}{f'> {MOST_IN_THE_MEDIAN:.0%}':>7}{'chained':>9}{'excused':>9}"
    groups = {problem: [cost for cost in costs if cost.problem == problem] for problem in dict.fromkeys(c.problem for c in costs)}
    return [head] + [_line(problem, group) for problem, group in [*groups.items(), ("all", costs)]]


def _line(problem: str, costs: list[Cost]) -> str:
    shares = [cost.share for cost in costs if not cost.nothing_works] or [0.0]
    above = [sum(share > bound + NEARLY for share in shares) for bound in (MOST, MOST_IN_THE_MEDIAN)]
    lost = sum(cost.share for cost in costs)
    chained = sum(cost.chain for cost in costs) / lost if lost else 0
    return (
        f"{problem:20}{len(costs):9}{median(shares):8.0%}{max(shares):6.0%}{above[0]:7}{above[1]:7}{chained:9.0%}"
        f"{sum(bool(cost.nothing_works) for cost in costs):9}"
    )
