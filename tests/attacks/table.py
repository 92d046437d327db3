"""Run every attack alone and all of them in a class, with all layers and with each taken away, and print the table.

    python -m tests.attacks.table [--plan gpu] [ATTACK ...]

A row an attack: what it got alone and in a class of honest submissions, and whether that is what it deserves; then a column for each
set of layers, with an x where it got through. It takes some ten minutes, and ends with status 1 when something is not as it should be.
With `--plan gpu` children have what one on a GPU has; none is needed for that.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from autograder.sandbox.faults import SandboxFault

from . import suite
from .layers import EVERY, FULL, Alone, friends_first
from .suite import Layers

HONEST = ("aaa_honest_before", "m_honest_between", "zzz_honest_after")
WRONG = "NOT AS DESERVED"
# What loops, lies or forges frames meets the judge and not the layers, which know nothing of it.
FACING_LAYERS = ("reading", "writing", "filling", "network", "ending", "inspection", "state", "shadowing")
COLUMN = 26


@contextmanager
def new_grounds() -> Iterator[suite.Grounds]:
    """Empty grounds with their server."""
    with tempfile.TemporaryDirectory(prefix="attacks-") as root:
        grounds = suite.Grounds(Path(root))
        with grounds.server():
            yield grounds


def verdict(name: str, result: dict, plan: str) -> str:
    """Points of an attack, with a word where they are not what it deserves.

    On a GPU memory is watched instead of being limited by the kernel: whoever fills it is ended, and cannot catch that.
    """
    got, row = suite.marks_of(result), suite.manifest()[name]
    ended = (0.0, "crashed") if plan == "gpu" and row["kind"] == "filling" else None
    right = all(
        got[problem] == ended or (got[problem][0] == points and got[problem][1] in statuses)
        for problem, (points, statuses) in suite.deserved(row, name).items()
    )
    said = suite.claims(result)
    return f"{shown(result)} {'as deserved' if right else WRONG}" + (f", {said[0]}" if said else "")


def shown(result: dict) -> str:
    """The points of a result, which has none where something was not graded."""
    return "open" if result["score"] is None else f"{result['score']:g}"


def one_by_one(names: list[str], plan: str) -> dict[str, str]:
    """What every attack gets alone, and what it leaves behind."""
    with new_grounds() as grounds:
        return {
            name: verdict(name, result, plan) + "".join(f", LEFT {trace}" for trace in left)
            for name, result, left in grounds.grade_alone(names, Layers(plan=plan))
        }


def in_class(names: list[str], plan: str) -> dict[str, str]:
    """What every attack gets in a class among honest submissions, what those get, and what is left behind."""
    with new_grounds() as grounds:
        for name in HONEST:
            grounds.add_honest(name)
        for name in names:
            grounds.add_attack(name)
        outcome = grounds.grade(Layers(plan=plan))
    found = {name: verdict(name, outcome.results[name], plan) for name in names}
    for name in HONEST:
        found[name] = (
            f"{shown(outcome.results[name])} {'as deserved' if outcome.results[name]['score'] == suite.everything() else WRONG}"
        )
    return found | {f"LEFT {trace}": "" for trace in [*outcome.traces, *outcome.left_running]}


def with_layers(names: list[str], plan: str) -> dict[str, dict[str, bool]]:
    """For each set of layers, which attacks get through; a set that this machine does not offer is left out."""
    found: dict[str, dict[str, bool]] = {}
    with tempfile.TemporaryDirectory(prefix="attacks-") as root:
        alone = Alone(Path(root))
        try:
            with alone.grounds.server():
                for layers in (replace(each, plan=plan) for each in EVERY):
                    try:
                        found[str(layers)] = friends_first(alone, layers, names)
                    except SandboxFault as fault:
                        print(f"{layers}: not offered here: {fault}")
        finally:
            alone.close()
    return found


def main(arguments: list[str]) -> int:
    """Print the table; 1 when an attack got what it does not deserve."""
    plan, wanted = ("gpu", arguments[2:]) if arguments[:2] == ["--plan", "gpu"] else ("cpu", arguments)
    rows = {name: row for name, row in suite.manifest().items() if not wanted or name in wanted}
    alone, mixed = one_by_one(list(rows), plan), in_class(list(rows), plan)
    through = with_layers([name for name, row in rows.items() if row["kind"] in FACING_LAYERS], plan)
    width = max(map(len, mixed)) + 2
    print(f"{'attack':{width}}{'alone':{COLUMN}}{'in the class':{COLUMN}}" + "".join(f"{layers:{COLUMN}}" for layers in through))
    for name, got in mixed.items():
        cells = ["x" if column.get(name) else "." if name in column else "" for column in through.values()]
        print(
            f"{name:{width}}{alone.get(name, ''):{COLUMN}}{got:{COLUMN}}" + "".join(f"{cell:{COLUMN}}" for cell in cells).rstrip()
        )
    sums = [f"{sum(column.values())} of {len(column)}" for column in through.values()]
    print(f"{'get through':{width}}{'':{2 * COLUMN}}" + "".join(f"{cell:{COLUMN}}" for cell in sums).rstrip())
    bad = [
        text for text in [*alone.values(), *mixed.values(), *mixed] if any(word in text for word in (WRONG, "LEFT", suite.CLAIM))
    ]
    return int(bool(bad) or any(through.get(str(replace(FULL, plan=plan)), {}).values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
