"""One table in three forms: on the terminal, as CSV for a spreadsheet, as Markdown for a report."""

import csv
import io
from pathlib import Path
from typing import Any, NamedTuple

from rich import box
from rich.console import Console
from rich.table import Table

from training_kit.errors import RunError

UNKNOWN = "-"


class Column(NamedTuple):
    """A column of a table.

    Attributes:
        key: under which a row has its value; the heading in a CSV file, where values stay as they are.
        heading: for people.
        form: how a number is written, as in `format`; empty for texts.
        factor: 100 where a share is shown as a percentage.
    """

    key: str
    heading: str
    form: str = ""
    factor: float = 1.0

    def text(self, row: dict[str, Any]) -> str:
        """What stands in the cell.

        Args:
            row: values by key; None for what is not known.
        """
        value = row.get(self.key)
        if value is None:
            return UNKNOWN
        return format(self.factor * value if self.factor != 1 else value, self.form) if self.form else str(value)


Rows = list[dict[str, Any]]


def print_table(title: str, columns: list[Column], rows: Rows, last: int = 0) -> None:
    """On the terminal, as wide as it needs to be.

    Args:
        title: above it.
        columns: from left to right.
        rows: from top to bottom.
        last: how many rows at the end are set apart from the others: averages.
    """
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD)
    for column in columns:
        table.add_column(column.heading, justify="right" if column.form else "left", no_wrap=True)
    for number, row in enumerate(rows, 1):
        table.add_row(*(column.text(row) for column in columns), end_section=number == len(rows) - last)
    console = Console(highlight=False, markup=False)
    console.width = max(console.width, console.measure(table, options=console.options.update(max_width=1000)).maximum)
    console.print(table)


def csv_text(columns: list[Column], rows: Rows) -> str:
    """Comma-separated values under their keys, to six digits; empty cells for what is not known.

    Args:
        columns, rows: of the table.
    """
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([column.key for column in columns])
    for row in rows:
        values = (row.get(column.key) for column in columns)
        writer.writerow(["" if value is None else f"{value:.6g}" if isinstance(value, float) else value for value in values])
    return file.getvalue()


def markdown_text(columns: list[Column], rows: Rows) -> str:
    """A Markdown table.

    Args:
        columns, rows: of the table.
    """
    lines = [[column.heading for column in columns], ["---:" if column.form else "---" for column in columns]]
    lines += [[column.text(row) for column in columns] for row in rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def write_text(path: Path, text: str) -> None:
    """Write a small file, and make its folder where it is missing.

    Args:
        path: replaced when it is there.
        text: all of it.
    Raises:
        RunError: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise RunError(
            f"{path} cannot be written ({error.strerror}); free some space, or close the program that holds it."
        ) from None
