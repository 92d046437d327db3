"""A line of a table of RESULTS.md: a script of the course with fixed settings, and what students reported for such a model."""

from dataclasses import dataclass, field

# Faster where the processor multiplies in bfloat16, and on graphics cards; no row lost accuracy by it.
FAST = ("--precision", "bfloat16", "--channels-last")
ACCURACY = "test_accuracy"
THREE = (0, 1, 2)
CIFAR10, SCENES15 = "cifar10", "scenes15"


@dataclass(frozen=True)
class Row:
    """One line of a table.

    Attributes:
        name: for `--only` and for the folders of its runs.
        title: what the table says.
        script: below `solutions`.
        arguments: its settings, as on a command line.
        seeds: one run each.
        students: the figure that students reported on CIFAR-10, in percent; None where they reported none.
        teacher: row whose first run this one needs: the teacher, or the run that it measures.
        figures: what is read from what the script found, and what the table says of each.
        section: of the page; empty for the models of parts 1 and 2.
        style: how the script is called, and where it leaves what it found; see `styles.py`.
        dataset: the only one that the row is for; None for those that `--dataset` names.
        elsewhere: the figures that students reported on other data sets.
    """

    name: str
    title: str
    script: str
    arguments: tuple[str, ...]
    seeds: tuple[int, ...] = THREE
    students: float | None = None
    teacher: str | None = None
    figures: tuple[tuple[str, str], ...] = ((ACCURACY, ""),)
    section: str = ""
    style: str = "training"
    dataset: str | None = None
    elsewhere: dict[str, float] = field(default_factory=dict)

    def is_for(self, dataset: str) -> bool:
        """Whether to train it on a data set.

        Args:
            dataset: its name; the scenes of part 3 are for its own rows only.
        """
        return dataset == self.dataset or (self.dataset is None and dataset != SCENES15)

    def students_on(self, dataset: str) -> float | None:
        """What students reported, in percent; None where they reported nothing.

        Args:
            dataset: on which.
        """
        return self.students if dataset == (self.dataset or CIFAR10) else self.elsewhere.get(dataset)
