"""Runs the cells of a notebook in this process, one after the other, and gives back what they print and draw.

The kit puts this file beside a student's files in the sandbox; students do not get it. It stands alone there, and everything it
says may have been twisted by the cells that ran before: whoever reads it takes texts and pictures from it and nothing else.
"""

import json
import os

MOST_OUTPUTS = 50
MOST_CHARACTERS = 20_000
KINDS = ("text/plain", "image/png", "image/jpeg")
_shells: list = []


def run(source: str) -> list:
    """Run one cell.

    Args:
        source: its text.
    Returns: its outputs as JSON, in pieces that are short enough to travel.
    """
    from IPython.utils.capture import capture_output

    shell = _shell()
    with capture_output() as captured:
        result = shell.run_cell(source, store_history=False)
    error = result.error_before_exec or result.error_in_exec
    found: list[dict] = [
        {"stream": "stdout", "text": captured.stdout[:MOST_CHARACTERS]},
        {"stream": "stderr", "text": captured.stderr[:MOST_CHARACTERS]},
    ]
    found += [
        {"data": {kind: output.data[kind] for kind in KINDS if kind in output.data}} for output in captured.outputs[:MOST_OUTPUTS]
    ]
    if error is not None:
        found.append({"error": type(error).__name__, "text": str(error)[:MOST_CHARACTERS]})
    text = json.dumps(found, default=_as_text)
    return [text[start : start + MOST_CHARACTERS] for start in range(0, len(text), MOST_CHARACTERS)]


def _as_text(value: object) -> str:
    """A picture's bytes as a notebook holds them."""
    if isinstance(value, bytes):
        import base64

        return base64.b64encode(value).decode()
    return str(value)


def _show(value: object) -> None:
    """Show the value of a cell's last line without a number beside it."""
    if value is not None:
        from IPython.display import display

        display(value)


def _shell():
    if not _shells:
        os.environ["IPYTHONDIR"] = os.path.join(os.environ.get("TMPDIR", "/tmp"), "ipython")
        from IPython.core.interactiveshell import InteractiveShell
        from traitlets.config import Config

        config = Config()
        config.HistoryManager.enabled = False
        config.InteractiveShell.colors = "nocolor"
        shell = InteractiveShell.instance(config=config)
        shell.enable_gui = lambda gui=None: None  # `%matplotlib inline` asks for one
        shell.display_trap.hook = _show
        shell.showtraceback = shell.showsyntaxerror = lambda *arguments, **options: None  # the error itself is given back
        _shells.append(shell)
    return _shells[0]
