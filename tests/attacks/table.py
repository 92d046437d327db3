"""Run every attack alone and all of them in a class, with all layers and with each taken away, and print the table.

    python -m tests.attacks.table [ATTACK ...]

A row an attack: what it got in the class and whether that is what it deserves, then a column for each set of layers, with an x where
it got through. It takes some minutes.
"""
import sys
import tempfile
from pathlib import Path

from autograder.sandbox.faults import SandboxFault

from . import suite
from .layers import EVERY, Alone, friends_first

COLUMN = 26


def in_class(names: list[str]) -> dict[str, str]:
    """Marks of every attack in a class among honest submissions, with a word where they are not what it deserves."""
    rows, found = suite.manifest(), {}
    with tempfile.TemporaryDirectory(prefix="attacks-") as root:
        grounds = suite.Grounds(Path(root))
        with grounds.server():
            for name in ("aaa_honest_before", "zzz_honest_after"):
                grounds.add_honest(name)
            for name in names:
                grounds.add_attack(name)
            outcome = grounds.grade()
    for name in names:
        got = suite.marks_of(outcome.results[name])
        right = all(got[problem][0] == points and got[problem][1] in statuses
                    for problem, (points, statuses) in suite.deserved(rows[name], name).items())
        found[name] = f"{outcome.results[name]['score']:g} {'as deserved' if right else 'NOT AS DESERVED'}"
    for name in ("aaa_honest_before", "zzz_honest_after"):
        found[name] = f"{outcome.results[name]['score']:g}"
    for trace in [*outcome.traces, *outcome.left_running]:
        found[f"left behind: {trace}"] = ""
    return found


def one_by_one(names: list[str]) -> dict[str, dict[str, bool]]:
    """For each set of layers, which attacks get through; a set that this machine does not offer is left out."""
    found: dict[str, dict[str, bool]] = {}
    with tempfile.TemporaryDirectory(prefix="attacks-") as root:
        alone = Alone(Path(root))
        try:
            with alone.grounds.server():
                for layers in EVERY:
                    try:
                        found[str(layers)] = friends_first(alone, layers, names)
                    except SandboxFault as fault:
                        print(f"{layers}: not offered here: {fault}")
        finally:
            alone.close()
    return found


def main(wanted: list[str]) -> None:
    """Print the table."""
    names = [name for name in suite.manifest() if not wanted or name in wanted]
    # What loops, lies or forges frames meets the judge and not the layers, which know nothing of it.
    facing_layers = [name for name in names if suite.manifest()[name]["kind"] in
                     ("reading", "writing", "filling", "network", "ending", "inspection", "state", "shadowing")]
    marks, through = in_class(names), one_by_one(facing_layers)
    width = max(map(len, marks)) + 2
    print(f"{'attack':{width}}{'in the class':{COLUMN}}" + "".join(f"{layers:{COLUMN}}" for layers in through))
    for name, got in marks.items():
        cells = ["x" if column.get(name) else "." if name in column else "" for column in through.values()]
        print(f"{name:{width}}{got:{COLUMN}}" + "".join(f"{cell:{COLUMN}}" for cell in cells).rstrip())


if __name__ == "__main__":
    main(sys.argv[1:])
