"""Given, nothing to write here: shows what happens in the notebook in boxes instead of long error messages.

`public_checks("softmax")` runs the checks of a problem on your files as they are saved now.
`with task("..."):` around some code turns a gap that is still open, or a mistake, into one box.
"""

import html
import os
import re
import subprocess
import sys
import time
import traceback
from pathlib import Path

from IPython.display import display

HERE = Path(__file__).resolve().parent
COLOURS = {"passed": ("#17693a", "#e7f5ec"), "to do": ("#7d4d00", "#fdf3df"), "failed": ("#b3231a", "#fdeeec")}
CHECKS_TIMEOUT_S = 300
TERMINAL_CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def box(kind: str, title: str, text: str = "") -> None:
    """Show one box.

    Args:
        kind: `passed`, `to do` or `failed`.
        title: the line that stands alone.
        text: more lines, shown as they are.
    """
    ink, back = COLOURS[kind]
    more = (
        f'<pre style="margin:.5em 0 0;background:none;color:inherit;white-space:pre-wrap">{html.escape(text)}</pre>' if text else ""
    )
    page = (
        f'<div style="border-left:4px solid {ink};background:{back};color:#1b1e24;padding:.6em 1em;margin:.3em 0">'
        f'<b style="color:{ink}">{kind.upper()}</b> {html.escape(title)}{more}</div>'
    )
    plain = f"{kind.upper()}  {title}" + (f"\n{text}" if text else "")
    display({"text/html": page, "text/plain": plain}, raw=True)


def public_checks(problem: str) -> None:
    """Run the public checks of a problem in a process of their own and show what they say."""
    command = [sys.executable, "-m", "pytest", "-q", "--color=no", "-p", "no:cacheprovider", f"checks/test_{problem}.py"]
    try:
        ran = subprocess.run(
            command,
            cwd=HERE,
            capture_output=True,
            text=True,
            timeout=CHECKS_TIMEOUT_S,
            env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
        )
    except subprocess.TimeoutExpired:
        box(
            "failed",
            f"The checks of {problem} took longer than {CHECKS_TIMEOUT_S} seconds.",
            "Is there a loop that never ends?",
        )
        return
    except OSError as error:
        box("failed", f"The checks of {problem} could not be started here: {error}")
        return
    lines = [line for line in TERMINAL_CODES.sub("", ran.stdout).splitlines() if _says_something(line)]
    text = "\n".join(lines) or "\n".join(ran.stderr.strip().splitlines()[-5:])
    if ran.returncode == 0:
        box("passed", text)
    elif "TO DO" in text and "FAILED" not in text:
        box("to do", f"The checks of {problem} wait for code that is not written yet.", text)
    else:
        box("failed", f"Some checks of {problem} did not pass.", text)


def _says_something(line: str) -> bool:
    """Whether a line of pytest's output is more than decoration."""
    return bool(line.strip()) and not re.fullmatch(r"[.FEsx ]*\[ *\d+%\]|[=_ ]*|=+ .* =+|\d+ (?:passed|failed).*", line.strip())


class task:
    """`with task("Train it"):` ends in a box when the code inside stops, so that the notebook goes on.

    Args:
        title: what the code inside does.
    """

    def __init__(self, title: str):
        self.title = title
        self.started = 0.0

    def __enter__(self) -> "task":
        self.started = time.monotonic()
        return self

    def __exit__(self, kind, error, trace) -> bool:
        """Show what happened; True keeps the exception from going on."""
        if error is None:
            box("passed", f"{self.title} ({time.monotonic() - self.started:.1f} s)")
        elif isinstance(error, NotImplementedError):
            box("to do", f"{self.title}: {error}")
        elif isinstance(error, NameError) and not _own_line(trace):
            box("to do", f"{self.title}: waits for a task further up in this notebook ({error}).")
        elif isinstance(error, Exception):
            box("failed", f"{self.title}: {type(error).__name__}: {error}", _own_line(trace))
        else:
            return False  # Ctrl-C and the end of the kernel are nobody's mistake
        return True


def _own_line(trace) -> str:
    """The last line of your files that took part in an exception."""
    frames = [
        frame
        for frame in traceback.extract_tb(trace)
        if frame.filename.startswith(str(HERE)) and not frame.filename.startswith(__file__)
    ]
    if not frames:
        return ""
    last = frames[-1]
    return f"{Path(last.filename).relative_to(HERE).as_posix()}, line {last.lineno}\n        {last.line}"
