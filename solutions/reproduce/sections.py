"""The sections of RESULTS.md: which rows, how they are shown, and what is said above them."""

from collections.abc import Callable
from dataclasses import dataclass

from .findings import COMPARISONS, TRAINING_ACCURACIES, differences, training_accuracies
from .lines import (
    ABLATION_COLUMNS,
    CLASS_COLUMNS,
    COLUMNS,
    RATE_COLUMNS,
    SIZES,
    Note,
    ablation_lines,
    accuracy_lines,
    class_lines,
    rate_lines,
    size_lines,
)
from .row import Row
from .rows import ROWS

SETTINGS = "Settings, below `solutions` and with `--dataset` and `--root`"
SCENES_ABOUT = """The photographs of Lazebnik, Schmid and Ponce in the split of the course: 2,985 to learn from, of which 30 were set apart (the script wants
some), and 1,500 test images, used once after the last epoch. SimpleNet's number of epochs was chosen on 15 % of the training images, on which ResNet-18's settings were tried, too, with 89.3 % (no others were). Time set
the epochs with dropout; the same runs had been tested after 24 of them, with 54.2 ± 3.2 %. Other learning rates are the scripts' own. The weights of AlexNet, which students
fine-tuned, could not be had on the machine that measured this; ResNet-18 stands in its place, with ImageNet's convolutions from a public package, rounded to 16
bits, and batch-norm statistics estimated again on 1,000 training images at that size. Its front is frozen and was computed once for each image and its mirror image; the rate falls
to 0. All of it at 96 px and a constant rate, as measured before, had 81.7 %. Students' figures are validation accuracies.
"""
QUANTIZATION_ABOUT = """`scenes/quantization_report.py` on the first run of each row above: all test images, calibrated with 200 training images. Size is that
of the `state_dict`, time the best of five passes over 100 images, beside other programs. Sums are those of `torch._int_mm`; ResNet-18 keeps its batch norms in float32.
"""
ABLATION_ABOUT = """`scenes/ablate.py`: SimpleNet on the real scenes, 8 epochs, judged on 15 % of the training images (448), the test images unseen. The rows
`seed` show what is chance: differences below theirs say nothing, and the base had luck. Training accuracy is that of images as they are, after the training;
training times are those of the clock, beside other programs.
"""
TRANSFER_ABOUT = """Heads on ImageNet's ResNet-18, from 20,000 of the 50,000 training images, enlarged to 64 x 64 px: a budget of an hour of a busy processor set both
numbers and the epochs. The weights come from a public package, rounded to 16 bits; the batch-norm statistics were estimated again on 2,000 training images
at that size, and the layer of 1000 scores was not in it: where a head stands on it, it began with small random numbers. *frozen* learns from the trunk's outputs,
computed once (`--remember`), of the images as they are; on `layer1` of their mirror images as well. Learning rates are the best of the next table or as good as the
best, but for the updatable trunk under `layer1`'s head, which has 0.05, between two of them. With other settings two rows had been measured on the test images before: 78.3 %
frozen on `layer1` (10 epochs at 0.05, no mirror images), 82.6 % updatable under a convolution (0.01). One run a row. Beside the students' figures, mind that these may rest on all images, and on torchvision's own weights.
"""
RATES_ABOUT = """Validation accuracy in percent by learning rate, from `transfer/ablate.py`: 4,000 training images, 1,000 to validate with (so
differences of two points may be chance), test images unseen. An empty cell was not tried.
The picture is the study of the updatable softmax classifier:

![Accuracy of an updatable trunk with a softmax head for three learning rates, with times](transfer/handout/learning_rates.png)
"""
CLASSES_ABOUT = """`metrics.py RUN --split test`, averages in percent; *macro*: every class counts the same; *all images*: precision, recall and F1 are the
accuracy, and the calibration error is that of the largest probability. The tables of all classes, and pictures like the next, are beside the runs.

![Precision, recall and F1 of each of the 15 scenes, from Suburb to Kitchen, and a reliability diagram](scenes/handout/metrics.png)
"""


@dataclass(frozen=True)
class Section:
    """One section.

    Attributes:
        key: as in `Row.section`.
        title: may name the data set.
        about: above the table.
        columns: of the table.
        lines: from a row and the notes of its runs on one machine to lines of the table.
        findings: from all notes of the section to what the table does not show.
        words: with which the findings begin, in their order.
        settings: above the command lines.
    """

    key: str
    title: str
    about: str
    columns: str
    lines: Callable[[Row, list[Note]], list[str]]
    findings: Callable[[list[Note]], list[str]] = lambda notes: []
    words: tuple[str, ...] = ()
    settings: str = f"{SETTINGS}:"

    @property
    def rows(self) -> list[Row]:
        """What it shows."""
        return [row for row in ROWS if row.section == self.key]

    @property
    def names(self) -> set[str]:
        """Of its rows."""
        return {row.name for row in self.rows}

    def beginnings(self, row: Row) -> tuple[str, ...]:
        """How the lines of a row begin on a page.

        Args:
            row: of this section.
        """
        if self.lines is ablation_lines:  # all lines but those above the rule are of its one row
            return tuple(f"| {word} |" for word in (row.title, *(word for word in row.arguments if word[0] != "-")))
        if self.lines is class_lines:
            return (f"| {row.title}, ",)
        return tuple(f"| {row.title}{what} |" for _, what in row.figures)


DATA = "Settings, below `solutions` and with `--data`"
SECTIONS = (
    Section(
        "",
        "{dataset}",
        "",
        COLUMNS,
        accuracy_lines,
        differences,
        tuple(words for _, _, words in COMPARISONS),
        f"{SETTINGS} (distillation also with `--teacher-run`):",
    ),
    Section(
        "scenes",
        "Part 3: 15 scenes",
        SCENES_ABOUT,
        COLUMNS,
        accuracy_lines,
        training_accuracies,
        tuple(TRAINING_ACCURACIES.values()),
        f"{DATA}:",
    ),
    Section(
        "quantization",
        "Part 3: quantization",
        QUANTIZATION_ABOUT,
        SIZES,
        size_lines,
        settings=f"{DATA.replace('--data', 'ROOT CHECKPOINT')}:",
    ),
    Section(
        "scenes-ablation", "Part 3: one setting at a time", ABLATION_ABOUT, ABLATION_COLUMNS, ablation_lines, settings=f"{DATA}:"
    ),
    Section("transfer", "Part 4: ResNet-18 on {dataset}", TRANSFER_ABOUT, COLUMNS, accuracy_lines),
    Section("rates", "Part 4: learning rates on {dataset}", RATES_ABOUT, RATE_COLUMNS, rate_lines),
    Section(
        "metrics", "Class by class", CLASSES_ABOUT, CLASS_COLUMNS, class_lines, settings="Settings, below `solutions` and with RUN:"
    ),
)
