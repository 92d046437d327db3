"""Given, nothing to write here: lets `pytest checks` find your files and says what it found in a few lines.

Whole tracebacks: `pytest checks --tb=short`.
"""

import os
import re
import sys
import traceback
from pathlib import Path

import pytest

PART = Path(__file__).resolve().parents[1]
MOST_LINES = 12  # of one message
sys.path.insert(0, str(PART))
# What is computed here is small: several threads only wait for each other, 20 times longer on a busy laptop.
# PyTorch and numpy read this when they are loaded, which is after this file.
os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1"))
if "torch" in sys.modules:
    sys.modules["torch"].set_num_threads(1)


def pytest_configure(config):
    """Switch pytest's own long reports off, unless you asked for a certain kind."""
    if config.option.tbstyle == "auto":
        config.option.tbstyle = "no"
        config.option.checks_in_words = True


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Put a few words in the place of a check's traceback."""
    outcome = yield
    report = outcome.get_result()
    report.part, report.title = str(PART), title_of(item)
    if report.failed and call.excinfo is not None and in_words_wanted(item.config):
        report.longrepr = in_words(call.excinfo.value)


@pytest.hookimpl(hookwrapper=True)
def pytest_make_collect_report(collector):
    """The same for a file of checks that cannot even be read."""
    outcome = yield
    report = outcome.get_result()
    failure = getattr(getattr(report, "call", None), "excinfo", None)
    if report.failed and failure is not None and in_words_wanted(collector.config):
        report.part, report.title = str(PART), "the checks cannot be read"
        report.longrepr = in_words(failure.value.__cause__ or failure.value)


def pytest_terminal_summary(terminalreporter, config):
    """Say what failed, each message once, and how many checks passed."""
    if not in_words_wanted(config):
        return
    terminalreporter.reportchars = ""  # pytest's own summary would say it all again
    stats = terminalreporter.stats
    passed, failed = (
        [report for name in names for report in stats.get(name, []) if getattr(report, "part", None) == str(PART)]
        for names in (["passed"], ["failed", "error"])
    )
    if failed:
        terminalreporter.section(PART.name)
        show(terminalreporter, failed)
    if passed or failed:
        terminalreporter.write_line(last_line(len(passed), len(failed)))


def in_words_wanted(config):
    """Whether reports are shortened in this run."""
    return getattr(config.option, "checks_in_words", False)


def title_of(item):
    """The first line of a check's docstring, and which of its cases this is."""
    text = (getattr(item.function, "__doc__", None) or item.name).strip().split("\n")[0].rstrip(".")
    return f"{text} [{item.callspec.id}]" if hasattr(item, "callspec") else text


def show(terminalreporter, reports):
    """Print each file's failures; checks with the same message share it."""
    shown_file = None
    titles = {}
    for report in sorted(reports, key=lambda report: report.nodeid.split("::")[0]):
        titles.setdefault((report.nodeid.split("::")[0], str(report.longrepr)), []).append(report.title)
    for (file, message), checks in titles.items():
        if file != shown_file:
            terminalreporter.write_line(file)
            shown_file = file
        unwritten = message.endswith("is not written yet")
        word = "TO DO" if unwritten else "FAILED"
        terminalreporter.write(f"  {word:8}", yellow=unwritten, red=not unwritten, bold=True)
        if unwritten:
            terminalreporter.write_line(f"{message} ({len(checks)} check{'s' if len(checks) > 1 else ''})")
            continue
        terminalreporter.write_line(f"\n{' ' * 10}".join(checks))
        for line in message.split("\n"):
            terminalreporter.write_line(" " * 12 + line)


def last_line(n_passed, n_failed):
    """What the run comes to."""
    n_checks = n_passed + n_failed
    part = f"{n_passed} of {n_checks}" if n_failed else str(n_passed)
    return f"{part} public check{'s' if n_checks > 1 else ''} passed; the hidden checks run after the deadline."


def in_words(error):
    """What went wrong: the check's message, or the exception with the line of yours where it happened."""
    text = str(getattr(error, "msg", None) or error)
    if isinstance(error, NotImplementedError) and text.startswith("Task "):
        return text
    if isinstance(error, SyntaxError) and error.filename:
        code = (error.text or "").strip()
        return f"{place(error.filename, error.lineno)} is not valid Python: {text}\n        {code}"
    frames = traceback.extract_tb(error.__traceback__)
    yours = [frame for frame in frames if is_yours(frame.filename)]
    if not yours and isinstance(error, AssertionError):
        # pytest indents all lines of a message but the first, and adds its own comparison of the values.
        return shortened(text.split("\nassert ")[0].replace("\n  ", "\n"))
    if not yours and isinstance(error, pytest.fail.Exception):
        return shortened(text)
    if not yours and missing_name(text):
        return missing_name(text)
    stops = yours or [frame for frame in frames if Path(frame.filename).parent.name == "checks"] or frames
    said = shortened(f"{type(error).__name__}: {text}" if text else type(error).__name__)
    return f"stopped in {place(stops[-1].filename, stops[-1].lineno)}: {said}\n        {stops[-1].line}"


def missing_name(text):
    """Words for a name that one of your files should have; empty when it is about something else."""
    match = re.match(r"cannot import name '(?P<name>\w+)' from '(?P<module>[\w.]+)'", text)
    match = match or re.match(r"module '(?P<module>[\w.]+)' has no attribute '(?P<name>\w+)'", text)
    path = match["module"].replace(".", "/") + ".py" if match else ""
    if path and (PART / path).is_file():
        return f"{path} has no `{match['name']}`."
    match = re.match(r"No module named '([\w.]+)'", text)
    return f"There is no module `{match[1]}`: is a file missing here, or a package not installed?" if match else ""


def is_yours(filename):
    """Whether a file is one of this part, but none of the checks or of an environment in the folder."""
    inside = Path(filename).parts[len(PART.parts) :] if PART in Path(filename).parents else ()
    return bool(inside) and inside[0] != "checks" and "site-packages" not in inside


def place(filename, line):
    """File and line, the file as seen from this part."""
    path = Path(filename)
    name = path.relative_to(PART).as_posix() if PART in path.parents else path.name
    return f"{'your ' if is_yours(filename) else ''}{name}, line {line}"


def shortened(text):
    """The first lines of a text."""
    lines = text.strip().split("\n")
    return "\n".join(lines[:MOST_LINES] + ["..."] * (len(lines) > MOST_LINES))
