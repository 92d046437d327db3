"""What is trained for RESULTS.md.

Settings were chosen on training images set apart (`--validation 0.1 --no-test`). The runs themselves learn from all
training images, where the row does not say otherwise, and look at the test images once, at the end.
"""

from .row import ACCURACY, FAST, Row
from .scene_rows import SCENES
from .transfer_rows import TRANSFER

TRAIN_1, TRAIN_2 = "classifiers/train.py", "distillation/train.py"
TRAIN_SOFTMAX, TRAIN_OWN = "reproduce/train_softmax.py", "reproduce/train_own.py"

OWN_FIGURES = (
    (ACCURACY, ""),
    ("test_accuracy_mirrored", ", test-time augmentation: mirror image"),
    ("test_accuracy_shifted", ", test-time augmentation: mirror image and shifts by a pixel"),
)
STUDENT = ("--epochs", "6", "--batch-size", "128", "--lr", "0.02", "--weight-decay", "0.0005", *FAST)
GUIDED = ("--temperature", "4", "--alpha", "0.7")
CONSTANT = ("--epochs", "5", "--batch-size", "128", "--lr", "0.02", "--weight-decay", "0.0005", "--schedule", "constant", *FAST)

IMAGES = (
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
    Row(
        "student",
        "student, 2 convolutions, alone",
        TRAIN_2,
        ("student", *STUDENT),
        elsewhere={"svhn": 88.5, "tiny-imagenet": 2.95},
    ),
    Row(
        "distilled",
        "the same student, distilled: KD and cross-entropy",
        TRAIN_2,
        ("distilled", *GUIDED, *STUDENT),
        students=48.85,
        teacher="teacher",
    ),
    Row(
        "soft-only",
        "the same student, distilled: KD alone",
        TRAIN_2,
        ("soft-only", *GUIDED, *STUDENT),
        students=50.58,
        teacher="teacher",
    ),
    Row("no-ema", "student with a constant learning rate, without EMA", TRAIN_2, ("student", *CONSTANT), students=45.76),
    Row("ema", "the same with EMA as its teacher (alpha 0.7)", TRAIN_2, ("ema", "--alpha", "0.7", *CONSTANT), students=47.24),
    Row(
        "average", "the same with EMA, from the labels alone (alpha 0)", TRAIN_2, ("ema", "--alpha", "0", *CONSTANT), students=47.24
    ),
)

ROWS = (*IMAGES, *SCENES, *TRANSFER)
