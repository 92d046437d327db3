"""The lines of the tables of RESULTS.md, from the notes of the runs of a row."""

import statistics
from typing import Any

from .row import Row

COLUMNS = "| model | students | test accuracy | runs | epochs | time (s) | CPU (s) | machine, threads | torch |"
SIZES = "| network | size (kB) | in int8 | time an image (µs) | in int8 | test accuracy | in int8 | same predictions | machine, threads |"
RATES = ("0.001", "0.003", "0.01", "0.03", "0.1")
RATE_COLUMNS = f"| trunk, head | epochs | {' | '.join(RATES)} |"
QUANTITIES = ("precision", "recall", "f1", "top3", "calibration_error")
CLASS_COLUMNS = "| run, average | precision | recall | F1 | top-3 | calibration error |"
ABLATION_COLUMNS = "| setting | value | training | validation | change | training (s) | an image (ms) | parameters |"
Note = dict[str, Any]


def accuracy_lines(row: Row, notes: list[Note]) -> list[str]:
    """The lines of one row on one machine.

    Args:
        row: which one.
        notes: of its runs there, at least one.
    """
    first = notes[0]
    reported = row.students_on(first["dataset"])
    students = f"{reported:.2f}" if reported else ""
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


def size_lines(row: Row, notes: list[Note]) -> list[str]:
    """A network before and after quantization.

    Args:
        row: which one.
        notes: of its measurements, at least one.
    """
    lines = []
    for note in notes:
        found = note["test"]
        pairs = [
            *(f"{found[f'{kind}_size_bytes'] / 1e3:,.0f}" for kind in ("float32", "int8")),
            *(f"{found[f'{kind}_time_per_image_s'] * 1e6:,.0f}" for kind in ("float32", "int8")),
            *(f"{100 * found[f'{kind}_accuracy']:.2f}" for kind in ("float32", "int8")),
        ]
        same = f"{100 * found['same_predictions']:.1f}"
        where = f"{note['machine']}, {note['threads']}"
        lines.append(f"| {' | '.join([row.title, *pairs, same, where])} |")
    return lines


def rate_lines(row: Row, notes: list[Note]) -> list[str]:
    """Validation accuracy by learning rate.

    Args:
        row: the study of a head.
        notes: of it, at least one.
    """
    lines = []
    for note in notes:
        found = {rate(line): 100 * float(line["validation_accuracy"]) for line in note["test"]["rows"] if line["setting"] == "lr"}
        best = max(found.values())
        cells = [
            f"{'**' * (found[one] == best)}{found[one]:.1f}{'**' * (found[one] == best)}" if one in found else "" for one in RATES
        ]
        epochs = note["arguments"][note["arguments"].index("--epochs") + 1]
        lines.append(f"| {' | '.join([row.title, epochs, *cells])} |")
    return lines


def rate(line: dict[str, str]) -> str:
    """The learning rate of a line of an ablation's table.

    Args:
        line: by column.
    """
    return f"{float(line['value']):g}"


def class_lines(row: Row, notes: list[Note]) -> list[str]:
    """Averages over classes, and over all images.

    Args:
        row: the measurement of a run.
        notes: of it, at least one.
    """
    lines = []
    for note in notes:
        for average in ("macro", "all images"):
            cells = [f"{100 * note['test'][average][name]:.1f}" for name in QUANTITIES]
            lines.append(f"| {' | '.join([f'{row.title}, {average}', *cells])} |")
    return lines


def ablation_lines(row: Row, notes: list[Note]) -> list[str]:
    """The whole table of an ablation.

    Args:
        row: which one.
        notes: of it, at least one; the first counts.
    """
    lines = []
    for found in notes[0]["test"]["rows"]:
        if found["setting"] != "base" and not found["change"]:
            continue  # the base again, beside the other values
        change = f"{100 * float(found['change']):+.1f}" if found["change"] else ""
        cells = [
            row.title if found["setting"] == "base" else found["setting"],
            found["value"],
            *(f"{100 * float(found[f'{split}_accuracy']):.1f}" for split in ("training", "validation")),
            change,
            f"{float(found['training_s']):.0f}",
            f"{float(found['inference_ms']):.2f}",
            f"{int(found['parameters']):,}",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return lines
