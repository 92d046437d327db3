"""RESULTS.md from the notes of all runs."""

import json
import statistics
from pathlib import Path
from typing import Any

from .rows import ROWS, Row

HEAD = """# Reference results

Made by `python -m solutions.reproduce`; run it again after a change (finished runs are skipped), and do not edit this page.

No hyper-parameter was chosen with test images. Those of *own* are published; L2 (softmax), learning rate and weight decay
(two-layer) and alpha of EMA were compared on 5,000 training images set apart, on which the student's were tried as well; the
rest follows these. Alpha is the weight of the average's own scores as a teacher: 0, 0.1, 0.2 and 0.4 gave 65.4, 64.4, 63.9 and
62.3 % on the images set apart, so 0 was taken; the test result of 0.7, the course's default until then, was known and stands beside it. The runs of *ema* were made
then, with a command that left `--alpha` out; it is named below, since the default has changed. Rate and schedule of both EMA rows are those of *no-ema*.
One convolution was trained for 12 epochs first, with 71.51 % on the test images; 24 is what others gave such a network.
After that, each run learned from all training images and used the test set once, after its last epoch. Accuracies are shares of
right predictions on the test images in percent: mean ± standard deviation over runs with different seeds. Seconds are means for
one run: *time* by the clock, beside other programs, and *CPU* as the processor time of all threads, which those disturb less.
`bf16`: products in bfloat16. No test-time augmentation is used where the row does not say so. *students*: what students of such
a course reported.
"""
COLUMNS = "| model | students | test accuracy | runs | epochs | time (s) | CPU (s) | machine, threads | torch |"
RULE = "|---|---|---|---|---|---|---|---|---|"
SPEED = "speed.json"
Note = dict[str, Any]


def page(runs: Path) -> str:
    """The whole page.

    Args:
        runs: folder of the notes.
    """
    notes = [note for path in sorted(runs.glob("*/*/*.json")) if {"spent", "test"} <= set(note := read(path))]
    parts = [HEAD]
    for dataset in sorted({note["dataset"] for note in notes}, key=lambda name: (name != "cifar10", name)):
        own = [note for note in notes if note["dataset"] == dataset]
        parts += [f"## {dataset}\n", table(own, dataset == "cifar10"), "", *findings(own), commands(own)]
    speed = read(runs / SPEED)
    if speed:
        parts.append(speed_section(speed))
    return "\n".join(parts)


def read(path: Path) -> Note:
    """A note; empty where there is none that can be read.

    Args:
        path: of the file.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def table(notes: list[Note], is_students_data: bool) -> str:
    """One line for each row, machine and figure.

    Args:
        notes: of one data set.
        is_students_data: whether the students' figures were measured on it.
    """
    lines = [COLUMNS, RULE]
    for row in ROWS:
        for machine in sorted({note["machine"] for note in notes if note["row"] == row.name}):
            own = [note for note in notes if (note["row"], note["machine"]) == (row.name, machine)]
            lines += row_lines(row, own, is_students_data)
    missing = [row.name for row in ROWS if not any(note["row"] == row.name for note in notes)]
    return "\n".join(lines + ([f"\nNot measured yet: {', '.join(missing)}."] if missing else []))


def row_lines(row: Row, notes: list[Note], is_students_data: bool) -> list[str]:
    """The lines of one row on one machine.

    Args:
        row: which one.
        notes: of its runs there, at least one.
        is_students_data: whether to give the students' figure.
    """
    first = notes[0]
    students = f"{row.students:.2f}" if row.students and is_students_data else ""
    precision = ", bf16" if "bfloat16" in first["arguments"] else ""
    seconds = [statistics.mean(sum(part[kind] for part in note["spent"]) for note in notes) for kind in ("seconds", "cpu_seconds")]
    lines = []
    for name, what in row.figures:
        cells = [
            row.title + what,
            students,
            f"**{spread(accuracies(notes, name))}**",
            str(len(notes)),
            str(first["epochs"]),
            *(f"{value:,.0f}" for value in seconds),
            f"{first['machine']}, {first['threads']}{precision}",
            first["torch"],
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def accuracies(notes: list[Note], figure: str) -> list[float]:
    """One accuracy a run, in percent.

    Args:
        notes: of the runs.
        figure: which accuracy.
    """
    return [100 * note["test"][figure] for note in notes]


def spread(values: list[float]) -> str:
    """Mean and, from two values on, standard deviation.

    Args:
        values: in percent.
    """
    deviation = f" ± {statistics.stdev(values):.2f}" if len(values) > 1 else ""
    return f"{statistics.mean(values):.2f}{deviation}"


# Which row is compared with which, and what that shows.
COMPARISONS = (
    ("distilled", "student", "The student with its teacher (KD and cross-entropy) against the same student alone"),
    ("soft-only", "student", "The student from its teacher's scores alone against the same student alone"),
    ("ema", "no-ema", "The moving average that teaches its own student against the same student without"),
    ("average", "no-ema", "The moving average of a student that learns from labels against the same student without"),
)


def findings(notes: list[Note]) -> list[str]:
    """What the differences between rows are, for the same seeds.

    Args:
        notes: of one data set.
    """
    accuracy = {(note["row"], note["machine"], note["seed"]): 100 * note["test"]["test_accuracy"] for note in notes}
    lines = []
    for better, base, words in COMPARISONS:
        pairs = [
            value - accuracy[base, machine, seed]
            for (row, machine, seed), value in sorted(accuracy.items())
            if row == better and (base, machine, seed) in accuracy
        ]
        if pairs:
            each = ", ".join(f"{pair:+.2f}" for pair in pairs)
            runs = f"on average (seed by seed: {each})" if len(pairs) > 1 else "(one seed only)"
            lines.append(f"- {words}: {statistics.mean(pairs):+.2f} points {runs}.")
    return [*lines, ""]


def commands(notes: list[Note]) -> str:
    """The settings of every row.

    Args:
        notes: of one data set.
    """
    lines = ["Settings, below `solutions` and with `--dataset` and `--root` (distillation also with `--teacher-run`):", "", "```"]
    for row in ROWS:
        own = [note for note in notes if note["row"] == row.name]
        if own:
            seeds = " ".join(str(seed) for seed in sorted({note["seed"] for note in own}))
            arguments = own[0]["arguments"]
            lines.append(
                f"{row.name + ':':<11}{own[0]['script']} {' '.join(arguments[: arguments.index('--seed')])}  (seeds {seeds})"
            )
    return "\n".join([*lines, "```", ""])


def speed_section(note: Note) -> str:
    """What the benchmark of training said.

    Args:
        note: its command, machine and output.
    """
    return "\n".join(
        [
            "## Speed",
            "",
            "Images per second in training, `train.py`'s batches against the customary loop (torchvision's "
            "`CIFAR10`, PIL transforms,",
            "`DataLoader` with workers), same model, same `train_step`; "
            f"`{note['command']}` on {note['machine']}, torch {note['torch']}:",
            "",
            "```",
            note["output"].strip(),
            "```",
            "",
        ]
    )
