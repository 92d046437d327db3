"""RESULTS.md from the notes of all runs; lines whose runs are not here stay as they stand."""

import json
from pathlib import Path

import data_scripts

from .lines import Note
from .sections import SECTIONS, Section

HEAD = """# Reference results

Made by `python -m solutions.reproduce`; run it again after a change (finished runs are skipped), and do not edit this page.

No hyper-parameter was chosen with test images. Those of *own* are published; L2 (softmax), learning rate and weight decay
(two-layer) and alpha of EMA were compared on 5,000 training images set apart, on which the student's were tried as well; the
rest follows these. Alpha is the weight of the average's own scores as a teacher: 0, 0.1, 0.2 and 0.4 gave 65.4, 64.4, 63.9 and
62.3 % on the images set apart, so 0 was taken; the test result of 0.7, the course's default until then, was known and stands beside it. The runs of *ema* were made
then, with a command that left `--alpha` out; it is named below, since the default has changed, and so are those of *distilled* and *soft-only*. Rate and schedule of both EMA rows are those of *no-ema*.
One convolution was trained for 12 epochs first, with 71.51 % on the test images; 24 is what others gave such a network.
After that, each run learned from all training images and used the test set once, after its last epoch. Accuracies are shares of
right predictions on the test images in percent: mean ± standard deviation over runs with different seeds. Seconds are means for
one run: *time* by the clock, beside other programs, and *CPU* as the processor time of all threads, which those disturb less.
`bf16`: products in bfloat16. No test-time augmentation is used where the row does not say so. *students*: what students of such
a course reported.
"""
NOT_MEASURED = """## Not measured

The images of SVHN and Tiny ImageNet could not be had on the machines that measured this page. Where they can, this adds a table of each. For the
student network of their variants, students reported 88.50 % (SVHN) and 2.95 % (Tiny ImageNet):

```
python -m data_scripts svhn --root data
python -m data_scripts tiny-imagenet --root data
python -m solutions.reproduce --dataset svhn tiny-imagenet --only teacher student distilled soft-only
```

AlexNet on the scenes (students: 87.60 %), where its weights can be downloaded, below `solutions/scenes`:

```
python train.py --data DATA/scenes15 --model my_alexnet --pretrained --epochs 5
python quantization_report.py DATA/scenes15 runs/my_alexnet/checkpoint.pt --model my_alexnet
```
"""
SPEED = "speed.json"
SPEED_TITLE = "Speed"


def page(runs: Path, old: str = "") -> str:
    """The whole page.

    Args:
        runs: folder of the notes.
        old: the page as it is.
    """
    notes = [note for path in sorted(runs.glob("*/*/*.json")) if {"spent", "test"} <= set(note := read(path))]
    kept = sections_of(old)
    parts = [HEAD]
    for section in SECTIONS:
        for dataset in datasets_of(section, notes, kept):
            own = [note for note in notes if note["row"] in section.names and dataset in (note["dataset"], "")]
            title = section.title.format(dataset=dataset)
            parts += [f"## {title}\n", *section_text(section, own, kept.get(title, []))]
    parts.append(NOT_MEASURED)
    speed = read(runs / SPEED)
    if speed:
        parts.append(speed_section(speed))
    elif SPEED_TITLE in kept:
        parts.append("\n".join([f"## {SPEED_TITLE}", *kept[SPEED_TITLE]]))
    return "\n".join(parts)


def sections_of(page_text: str) -> dict[str, list[str]]:
    """The lines of each section by its title.

    Args:
        page_text: of an earlier page.
    """
    _, *texts = f"\n{page_text}".split("\n## ")
    return {title: rest.split("\n") for title, _, rest in (text.partition("\n") for text in texts)}


def datasets_of(section: Section, notes: list[Note], kept: dict[str, list[str]]) -> list[str]:
    """The data sets that a section stands on the page for, CIFAR-10 first; one that says nothing of data sets is there once.

    Args:
        section: which one.
        notes: of all runs.
        kept: the sections of the page as it is.
    """
    here = {note["dataset"] for note in notes if note["row"] in section.names}
    if "{dataset}" not in section.title:
        return [""] if here or section.title in kept else []
    before, _, after = section.title.partition("{dataset}")
    known = {name for name in data_scripts.DATASETS if f"{before}{name}{after}" in kept}
    return sorted(here | known, key=lambda name: (name != "cifar10", name))


def read(path: Path) -> Note:
    """A note; empty where there is none that can be read.

    Args:
        path: of the file.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def section_text(section: Section, notes: list[Note], old: list[str]) -> list[str]:
    """A section below its title.

    Args:
        section: which one.
        notes: of its runs.
        old: its lines on the page as it is.
    """
    parts = [section.about] if section.about else []
    parts += [table(section, notes, old), ""]
    made = section.findings(notes)
    begun = {line.partition(":")[0] for line in made if line}
    kept = [line for line in old if line.startswith("- ") and line.partition(":")[0] not in begun]
    findings = sorted(kept + [line for line in made if line], key=lambda line: order(section, line))
    return [*parts, *findings, *([""] if findings else []), commands(section, notes, old)]


def order(section: Section, line: str) -> int:
    """The place of a finding among those of its section.

    Args:
        section: which one.
        line: the finding.
    """
    return next((place for place, words in enumerate(section.words) if line.startswith(f"- {words}:")), len(section.words))


def table(section: Section, notes: list[Note], old: list[str]) -> str:
    """One line for each row, machine and figure.

    Args:
        section: which one.
        notes: of its runs.
        old: its lines on the page as it is.
    """
    lines, missing = [section.columns, "|---" * (section.columns.count("|") - 1) + "|"], []
    for row in section.rows:
        own = [note for note in notes if note["row"] == row.name]
        new = [
            line
            for machine in sorted({note["machine"] for note in own})
            for line in section.lines(row, [note for note in own if note["machine"] == machine])
        ]
        lines += new or (found := [line for line in old if line.startswith(section.beginnings(row))])
        missing += [] if new or found else [row.name]
    return "\n".join(lines + ([f"\nNot measured yet: {', '.join(missing)}."] if missing else []))


def commands(section: Section, notes: list[Note], old: list[str]) -> str:
    """The settings of every row.

    Args:
        section: which one.
        notes: of its runs.
        old: its lines on the page as it is.
    """
    lines = [section.settings, "", "```"]
    for row in section.rows:
        own = [note for note in notes if note["row"] == row.name]
        if own:
            arguments = own[0]["arguments"]
            if "--seed" in arguments:
                arguments = arguments[: arguments.index("--seed")]
            seeds = " ".join(str(seed) for seed in sorted({note["seed"] for note in own}))
            seeds = f"  (seeds {seeds})" if "--seed" in own[0]["arguments"] else ""
            lines.append(f"{row.name + ':':<10} {own[0]['script']} {' '.join(arguments)}{seeds}")
        else:
            lines += [line for line in old if line.startswith(f"{row.name}: ")]
    return "\n".join([*lines, "```", ""])


def speed_section(note: Note) -> str:
    """What the benchmark of training said.

    Args:
        note: its command, machine and output.
    """
    return "\n".join(
        [
            f"## {SPEED_TITLE}",
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
