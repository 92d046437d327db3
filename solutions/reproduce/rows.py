"""What is trained for RESULTS.md: a script of the course with fixed settings, and what students reported for such a model.

Settings were chosen on 5,000 training images set apart (`--validation 0.1 --no-test`). The runs themselves learn from all
training images and look at the test images once, at the end.
"""

from dataclasses import dataclass

TRAIN_1, TRAIN_2 = "classifiers/train.py", "distillation/train.py"
TRAIN_SOFTMAX, TRAIN_OWN = "reproduce/train_softmax.py", "reproduce/train_own.py"
# Faster where the processor multiplies in bfloat16, and on graphics cards; no row lost accuracy by it.
FAST = ("--precision", "bfloat16", "--channels-last")
ACCURACY = "test_accuracy"
THREE = (0, 1, 2)


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        name: for `--only` and for the folders of its runs.
        title: what the table says.
        script: below `solutions`.
        arguments: its settings, as on a command line.
        seeds: one run each.
        students: the figure that students reported on CIFAR-10, in percent; None where they reported none.
        teacher: row whose first run is the teacher.
        figures: what is read from the last line of the log, and what the table says of each.
    """

    name: str
    title: str
    script: str
    arguments: tuple[str, ...]
    seeds: tuple[int, ...] = THREE
    students: float | None = None
    teacher: str | None = None
    figures: tuple[tuple[str, str], ...] = ((ACCURACY, ""),)


OWN_FIGURES = (
    (ACCURACY, ""),
    ("test_accuracy_mirrored", ", test-time augmentation: mirror image"),
    ("test_accuracy_shifted", ", test-time augmentation: mirror image and shifts by a pixel"),
)
STUDENT = ("--epochs", "6", "--batch-size", "128", "--lr", "0.02", "--weight-decay", "0.0005", *FAST)
CONSTANT = ("--epochs", "5", "--batch-size", "128", "--lr", "0.02", "--weight-decay", "0.0005", "--schedule", "constant", *FAST)

ROWS = (
    Row(
        "softmax",
        "softmax classifier, full-batch L-BFGS with L2, 20 steps an epoch",
        TRAIN_SOFTMAX,
        ("--epochs", "4", "--weight-decay", "0.01", "--flip"),
        students=40.02,
    ),
    Row(
        "two-layer",
        "two-layer network, 250 hidden units",
        TRAIN_1,
        (
            "--model",
            "twolayernn",
            "--hidden-dim",
            "250",
            "--epochs",
            "150",
            "--lr",
            "0.03",
            "--weight-decay",
            "0.0005",
            "--precision",
            "bfloat16",
        ),
        students=51.02,
    ),
    Row(
        "cnn",
        "one convolution, 50 filters of 5x5",
        TRAIN_1,
        (
            "--model",
            "convnet",
            "--hidden-dim",
            "50",
            "--kernel-size",
            "5",
            "--epochs",
            "24",
            "--lr",
            "0.02",
            "--weight-decay",
            "0.0005",
            *FAST,
        ),
        students=58.9,
    ),
    Row(
        "own",
        "a model of one's own: FastNetwork",
        TRAIN_OWN,
        ("--network", "fast", "--hidden-dim", "64", "--epochs", "10", "--batch-size", "512", "--lr", "0.75", *FAST),
        seeds=(0,),
        students=76.0,
        figures=OWN_FIGURES,
    ),
    Row(
        "teacher",
        "teacher, 7 convolutions",
        TRAIN_2,
        ("teacher", "--epochs", "8", "--batch-size", "128", "--lr", "0.02", "--weight-decay", "0.0005", *FAST),
        seeds=(0,),
        students=54.06,
    ),
    Row("student", "student, 2 convolutions, alone", TRAIN_2, ("student", *STUDENT)),
    Row(
        "distilled",
        "the same student, distilled: KD and cross-entropy",
        TRAIN_2,
        ("distilled", *STUDENT),
        students=48.85,
        teacher="teacher",
    ),
    Row("soft-only", "the same student, distilled: KD alone", TRAIN_2, ("soft-only", *STUDENT), students=50.58, teacher="teacher"),
    Row("no-ema", "student with a constant learning rate, without EMA", TRAIN_2, ("student", *CONSTANT), students=45.76),
    Row("ema", "the same with EMA as its teacher (alpha 0.7)", TRAIN_2, ("ema", "--alpha", "0.7", *CONSTANT), students=47.24),
    Row(
        "average", "the same with EMA, from the labels alone (alpha 0)", TRAIN_2, ("ema", "--alpha", "0", *CONSTANT), students=47.24
    ),
)
