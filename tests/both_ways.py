"""Submissions graded twice, in one session each: every problem in a child of its own, and in the child of the problem before.

python -m tests.both_ways --one-in 10 [--seed 3]     # of the samples, the attacks and the plants; says what differs
"""

import argparse
import contextlib
import json
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

from autograder.course import KIT_ROOT, parts
from autograder.grading.options import CHILDREN, Options
from autograder.grading.session import grade_stream
from autograder.results.record import SubmissionResult
from autograder.results.stored import to_json
from tests.attacks import suite
from tests.fairness.answers import Unproved, submission
from tests.fairness.plants import plants

SEED = 11
OF_TIME = ("seconds", "used_s")


def differences(submissions: dict[str, Path], asked: tuple[str, ...], seed: int = SEED) -> list[str]:
    """Which submissions' results differ, and the first difference of each; empty where not a byte does.

    Args:
        submissions: folders by name.
        asked: ids of problems.
    """
    one_each, shared = (graded(submissions, asked, children, seed) for children in reversed(CHILDREN))
    return [f"{name}: {first_difference(one_each[name], shared[name])}" for name in submissions if one_each[name] != shared[name]]


def first_difference(one: str, other: str) -> str:
    """Where two results part, with what stands there in each."""
    at = next((place for place, (a, b) in enumerate(zip(one, other)) if a != b), min(len(one), len(other)))
    return f"{one[max(at - 80, 0) : at + 120]!r} in a child of its own, {other[max(at - 80, 0) : at + 120]!r} in a shared one"


def graded(submissions: dict[str, Path], asked: tuple[str, ...], children: str, seed: int = SEED) -> dict[str, str]:
    """What a class run keeps of each submission, less the times that it took.

    Args:
        submissions: folders by name.
        asked: ids of problems.
        children: one of `CHILDREN`.
    """
    found, names = {}, iter(submissions)
    options = Options(KIT_ROOT, asked, "cpu", seed, children=children)
    source = [(str(number), path) for number, path in enumerate(submissions.values())]  # their names may be too long for a result
    grade_stream(options, source, lambda result: found.update({next(names): without_times(result)}), plugin_of=Unproved)
    assert len(found) == len(submissions), "grading ended before everybody was graded"
    return found


def without_times(result: SubmissionResult) -> str:
    """All that is kept of a result, as text, but for how long anything took."""

    def timeless(value: object) -> object:
        if isinstance(value, dict):
            return {key: timeless(item) for key, item in value.items() if key not in OF_TIME}
        return [timeless(item) for item in value] if isinstance(value, list) else value

    return json.dumps(timeless(json.loads(to_json(result))))


@contextlib.contextmanager
def planted(part: str, one_in: int, chance: random.Random) -> Iterator[dict[str, Path]]:
    """The part's solution with one planted file in it, for some of the plants."""
    chosen = [
        plant for kind in ("right", "mistake") for plant in plants(kind) if plant.part == part and not chance.randrange(one_in)
    ]
    with tempfile.TemporaryDirectory() as folder:
        yield {plant.id: submission(plant.answer, Path(folder) / str(number)) for number, plant in enumerate(chosen)}


@contextlib.contextmanager
def hostile(one_in: int, chance: random.Random) -> Iterator[dict[str, Path]]:
    """Some of the attacks."""
    with tempfile.TemporaryDirectory() as folder:
        grounds = suite.Grounds(Path(folder))
        chosen = [name for name in suite.manifest() if not chance.randrange(one_in)]
        for name in chosen:
            grounds.add_attack(name)
        yield {name: grounds.folder / name for name in chosen}


def main() -> None:
    """Grade and print what differs."""
    parser = argparse.ArgumentParser(prog="python -m tests.both_ways")
    parser.add_argument("--one-in", type=int, default=10, help="how many of the attacks and plants (default: one in ten)")
    parser.add_argument("--seed", type=int, default=0, help="chooses them (default: 0)")
    options = parser.parse_args()
    chance, found, number = random.Random(options.seed), [], 0
    with hostile(options.one_in, chance) as attacks:
        found += differences(attacks, suite.PROBLEMS)
        number += len(attacks)
    for part in parts():
        with planted(part.id, options.one_in, chance) as answers:
            found += differences(answers, tuple(problem.id for problem in part.problems))
            number += len(answers)
    print("\n".join([*found, f"{number} submissions graded both ways; {len(found)} differ."]))


if __name__ == "__main__":
    main()
