"""What the differences between rows of RESULTS.md are."""

import statistics

from .lines import Note, spread

# What students reported stands beside it.
TRAINING_ACCURACIES = {
    "simple-net": "Training accuracy of SimpleNet in its last epoch (students 74.67 %)",
    "dropout": "Training accuracy with dropout and augmentation at work, in the last epoch (students 83.08 %)",
    "scene-resnet": "Training accuracy of ResNet-18 in its last epoch",
}
# Which row is compared with which, and what that shows.
COMPARISONS = (
    ("distilled", "student", "The student with its teacher (KD and cross-entropy) against the same student alone"),
    ("soft-only", "student", "The student from its teacher's scores alone against the same student alone"),
    ("ema", "no-ema", "The moving average that teaches its own student against the same student without"),
    ("average", "no-ema", "The moving average of a student that learns from labels against the same student without"),
)


def differences(notes: list[Note]) -> list[str]:
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
    return lines


def training_accuracies(notes: list[Note]) -> list[str]:
    """Beside which test accuracy a network of part 3 had which training accuracy.

    Args:
        notes: of part 3.
    """
    lines = []
    for name, words in TRAINING_ACCURACIES.items():
        values = [100 * note["test"]["train_accuracy"] for note in notes if note["row"] == name]
        if values:
            lines.append(f"- {words}: {spread(values)} %.")
    return lines
