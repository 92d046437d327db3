"""A class of any size, made from the solutions, the planted mistakes and alternatives, and the sample submissions.

    python -m tests.benchmarks.made_class 1000 --out /tmp/class [--seed 1] [--part classifiers] [--right 0.67]

Every student is drawn alone, from the seed and their number: the first 10 of a class of 1,000 are the class of 10.
"""

import argparse
import random
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from autograder.course import KIT_ROOT, Part, Problem, parts
from tests.fairness.plants import Plant

PLANTS, SAMPLES = KIT_ROOT / "tests" / "plants", KIT_ROOT / "samples"
HOSTILE_SHARE = 0.05
_GAP = re.compile(r"^( *)### BEGIN SOLUTION (\S+) (\S+)\n.*?^ *### END SOLUTION\n", re.MULTILINE | re.DOTALL)

# What is put before the code of every file of a hostile submission.
HOSTILE = {
    "exits": "import os\nos._exit(0)\n",
    "raises": "raise SystemExit(0)\n",
    "loops": "import time\nwhile time.monotonic():\n    pass\n",
    "eats memory": "held = []\nwhile True:\n    held.append(bytearray(64 << 20))\n",
    "forks": "import os\nwhile True:\n    os.fork()\n",
    "patches torch": "import torch\ntorch.allclose = torch.equal = torch.Tensor.__eq__ = lambda *a, **k: True\n",
    "prints": "for _ in range(200):\n    print('\\x1b[2J' + 'A' * 10_000)\n",
    "kills": "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\nos.kill(-1, signal.SIGKILL)\n",
    "steals": "import socket\nsocket.create_connection(('127.0.0.1', 80), 1)\n",
    "is no Python": "def (:\n",
}
# Runs into a time limit of seconds for every problem; rarer than the others, as in a real class.
SLOW = {"loops"}


def make_class(folder: Path, students: int, seed: int, chosen: Sequence[Part], right: float = 0.0) -> None:
    """Write a class.

    Args:
        folder: made new; an archive or a folder a student.
        students: how many.
        seed: of the drawing.
        chosen: the parts that are handed in.
        right: share of the students who make no mistake at all, and are not hostile.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    versions = {problem.id: versions_of(part, problem) for part in chosen for problem in part.problems}
    for number in range(students):
        draw = random.Random(f"{seed} {number}")
        student = folder / f"student{number:04}"
        hostile = draw.random() < HOSTILE_SHARE
        flawless = random.Random(f"{seed} {number} flawless").random() < right
        hostile = hostile and not flawless
        for part in chosen:
            hand_in(part, versions, student, draw, flawless)
        if hostile:
            spoil(student, draw)
        pack(student, draw)


def versions_of(part: Part, problem: Problem) -> dict[str, list[dict[str, str]]]:
    """All we have for a problem, by quality: `right`, `mistake` and `stub`, each a list of file sets."""
    own = {name: (part.folder / name).read_text(encoding="utf-8") for name in problem.files}
    found = {"right": [own], "mistake": [], "stub": [{name: stub_of(text) for name, text in own.items()}]}
    for path in sorted((PLANTS / part.id / problem.id).glob("*.py")):
        plant, kind = Plant(part.id, problem.id, path.stem), path.name.split("_")[0]
        if kind in found and plant.says("replaces"):
            found[kind].append(own | {plant.says("replaces"): plant.text})
    for sample in sorted((SAMPLES / part.id).glob("*/")):
        if "loop" not in sample.name and all((sample / name).is_file() for name in problem.files):
            texts = {name: (sample / name).read_bytes().decode("utf-8", "replace") for name in problem.files}
            found["mistake"].append(own | texts)
    return found


def stub_of(text: str) -> str:
    """A solution with its marked regions cut out."""
    return _GAP.sub(lambda gap: f'{gap[1]}raise NotImplementedError("Task {gap[2]}: {gap[3]} is not written yet")\n', text)


def hand_in(part: Part, versions: dict, student: Path, draw: random.Random, flawless: bool) -> None:
    """Write one student's files of a part: strong students make few mistakes, weak ones leave gaps, the flawless neither."""
    strength = draw.random()
    given = [path for path in sorted(part.folder.glob("*")) if path.suffix in (".py", ".json", ".cfg", ".csv")]
    target = student / part.id
    target.mkdir(parents=True)
    for path in given:
        shutil.copyfile(path, target / path.name)
    for problem in part.problems:
        luck = draw.random()
        kind = "right" if flawless or luck < 0.25 + 0.7 * strength else "stub" if luck > 0.97 else "mistake"
        files = draw.choice(versions[problem.id][kind] or versions[problem.id]["right"])
        for name, text in files.items():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            # Everybody's own: without it, the search for copies would find one class of copies.
            (target / name).write_text(f"{text}\n# {student.name}: {draw.random()}\n", encoding="utf-8")


def spoil(student: Path, draw: random.Random) -> None:
    """Put something hostile before the code of one file."""
    kind = draw.choice(sorted(HOSTILE.keys() - SLOW)) if draw.random() > 0.01 * len(HOSTILE) else draw.choice(sorted(SLOW))
    path = draw.choice(sorted(student.rglob("*.py")))
    path.write_text(HOSTILE[kind] + path.read_text(encoding="utf-8"), encoding="utf-8")


def pack(student: Path, draw: random.Random) -> None:
    """Leave the folder, or make an archive of it."""
    kind = draw.choice(["folder", "zip", "gztar"])
    if kind != "folder":
        shutil.make_archive(str(student), kind, student)
        shutil.rmtree(student)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("students", type=int)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--part", action="append", choices=[part.id for part in parts()])
    parser.add_argument("--right", type=float, default=0.0, help="share of the students who make no mistake at all")
    options = parser.parse_args()
    make_class(
        options.out,
        options.students,
        options.seed,
        [part for part in parts() if not options.part or part.id in options.part],
        options.right,
    )


if __name__ == "__main__":
    main()
