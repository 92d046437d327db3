"""`python ablate.py ... --vary SETTING VALUE ...`: an ablation from the command line, in the script of each part."""

import argparse
from pathlib import Path
from typing import Any

from training_kit.ablations import Script, measured, plan
from training_kit.errors import RunError
from training_kit.progress import Reporter
from training_kit.tables import Column, csv_text, markdown_text, print_table, write_text

COLUMNS = [
    Column("setting", "setting"),
    Column("value", "value"),
    Column("training_accuracy", "training %", ".1f", 100),
    Column("validation_accuracy", "validation %", ".1f", 100),
    Column("change", "change", "+.1f", 100),
    Column("training_s", "training s", ".1f"),
    Column("inference_ms", "inference ms", ".3f"),
    Column("parameters", "parameters", ",d"),
    Column("trained_parameters", "trained", ",d"),
]
ABOUT = """Train once with the settings as they are (the base), and once for each value of each setting that is varied, all others as
in the base; then compare. Everything else that you say goes to train.py, whose --help lists the settings. Runs are judged on validation
images; the test images are not looked at. What is finished is kept: the same command goes on, and with more --vary adds rows."""
LEGEND = (
    "training, validation: accuracy on images as they are. change: of the validation accuracy against the base (-), in percentage points. "
    "inference: processor time of one thread for an image of a batch of 64."
)


def ablation_command(script: Script, arguments: list[str] | None = None) -> list[dict[str, Any]]:
    """Do what the command line says.

    Args:
        script: of the part.
        arguments: of the command line; None for those of the process.
    Returns:
        the rows of the table.
    Raises:
        RunError: something that was asked for cannot be.
    """
    parser = argparse.ArgumentParser(description=ABOUT, allow_abbrev=False)
    parser.add_argument(
        "--vary",
        nargs="+",
        action="append",
        default=[],
        metavar=("SETTING", "VALUE"),
        help="a setting of train.py and the values to try; yes and no for a switch; may be repeated. `seed 1 2` shows what is chance",
    )
    options, common = parser.parse_known_args(arguments)
    if not options.vary:
        raise RunError("Nothing is varied; say for example: --vary lr 0.01 0.03 0.1")
    trials = plan(script, common, options.vary)
    reporter = Reporter(getattr(trials[0].options, "quiet", False))
    found: dict[Path, dict[str, Any]] = {}
    rows = []
    for trial in trials:
        if trial.folder not in found:
            reporter.say(f"run {len(found) + 1} of {len({one.folder for one in trials})}: {trial.folder}")
            found[trial.folder] = measured(script, trial, reporter.say)
        numbers = found[trial.folder]
        is_base = trial.folder == trials[0].folder
        change = None if is_base else numbers["validation_accuracy"] - found[trials[0].folder]["validation_accuracy"]
        label = trial.setting.replace("_", "-") or "base"
        rows.append({"setting": label, "value": trial.value, **numbers, "change": change, "run": str(trial.folder)})
    _show(rows, trials[0].folder.parent, reporter)
    return rows


def _show(rows: list[dict[str, Any]], folder: Path, reporter: Reporter) -> None:
    """Table and picture, on the terminal and beside the runs."""
    from training_kit.ablation_pictures import draw_ablation  # Matplotlib: --help has not to wait for it

    columns = [column for column in COLUMNS if column.key != "trained_parameters" or _some_are_frozen(rows)]
    if not reporter.console.quiet:
        print_table(folder.name, columns, rows)
        print(LEGEND)
    write_text(folder / "ablation.csv", csv_text([*COLUMNS, Column("run", "run")], rows))
    write_text(folder / "ablation.md", f"{markdown_text(columns, rows)}\n{LEGEND}\n")
    draw_ablation(rows, f"{folder.name.removeprefix('ablation_')}\none setting at a time").savefig(folder / "ablation.png")
    reporter.say("\n".join(str(folder / f"ablation.{kind}") for kind in ("csv", "md", "png")))


def _some_are_frozen(rows: list[dict[str, Any]]) -> bool:
    return any(row["parameters"] != row["trained_parameters"] for row in rows)
