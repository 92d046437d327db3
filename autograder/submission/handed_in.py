"""When a submission was handed in, as Gradescope tells its autograder; a file's own time is never believed.

The layout of `submission_metadata.json`: gradescope-autograders.readthedocs.io, "Submission Metadata". A student's own due date, where there
is one, stands with the user.
"""

import json
from datetime import datetime, timedelta
from pathlib import Path

from ..results.numbers import how_long

UNREADABLE = "When this was handed in is not known: the platform's file about it could not be read."


def handed_in(metadata: Path) -> str:
    """When it came and how late, as one sentence; without a due date, nothing.

    Args:
        metadata: the platform's file.
    """
    try:
        table = json.loads(metadata.read_text(encoding="utf-8"))
        due = _due(table)
        if not due:
            return ""
        came, due_at = _time(table["created_at"]), _time(due)
        late = came - due_at
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return UNREADABLE
    when = f"Handed in {came:%Y-%m-%d %H:%M}"
    return (
        f"{when}, in time." if late <= timedelta(0) else f"{when}, {how_long(late)} after the due date ({due_at:%Y-%m-%d %H:%M})."
    )


def _due(table: dict) -> str:
    own = [(user.get("assignment") or {}).get("due_date") for user in table.get("users") or []]
    # Of a group, the latest: nobody is late by another one's date.
    return max(filter(None, own), default="", key=_time) or table["assignment"].get("due_date") or ""


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))  # which Python 3.10 does not read
