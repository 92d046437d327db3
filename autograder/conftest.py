"""Connects pytest with the harness: options, the grading plugin, fixtures, and the page at the end."""

import sys
from pathlib import Path

from .installation import ONLY_FOR_CLASSES, trouble

if words := trouble(ONLY_FOR_CLASSES):
    print(f"autograder: {words}", file=sys.stderr)
    sys.exit(3)  # as when something cannot be graded; what follows would fail with a traceback

import pytest

from . import places
from .course import CHECKS, SOLUTIONS, CourseError
from .grading import fixtures
from .grading.options import add_options, read_options
from .grading.plugin import EXIT_NOT_GRADED, RUN, GradingPlugin
from .results.record import SubmissionResult
from .sandbox.faults import SandboxFault


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options of grading."""
    add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Grade one submission, unless a class run has brought its own plugin."""
    config.addinivalue_line(
        "markers",
        "check(weight, needs, seconds, shares): points by weight, the check without which "
        "there is nothing to judge, its time, what its cases count",
    )
    config.pluginmanager.register(fixtures, "autograder-fixtures")  # for the checks of a course that stands elsewhere, too
    if not places.IS_OWN:
        config.args = [str(CHECKS) if Path(name).resolve() == Path(__file__).resolve().parent else name for name in config.args]
    for plugin in config.pluginmanager.get_plugins():
        if isinstance(plugin, GradingPlugin):
            config.stash[RUN] = plugin
            return
    if config.option.collectonly:
        return
    finished: list[SubmissionResult] = []
    try:
        options = read_options(config)
        own = options.submission.resolve() == SOLUTIONS.resolve()
        plugin = GradingPlugin(options, [(options.submission.resolve().name, options.submission)], finished.append, own_proof=own)
    except (CourseError, SandboxFault) as error:
        raise pytest.UsageError(str(error)) from None
    config.stash[RUN] = plugin
    config.pluginmanager.register(plugin, "autograder-grading")
    config.pluginmanager.register(Pages(plugin, finished), "autograder-pages")
    quiet(config)


def quiet(config: pytest.Config) -> None:
    """The page says it all: no second summary."""
    config.option.reportchars = "N"  # none
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None:
        reporter.reportchars = ""


class Pages:
    """Shows and writes the results at the end of the session."""

    def __init__(self, plugin: GradingPlugin, finished: list[SubmissionResult]):
        self.plugin, self.finished = plugin, finished
        self.results, self.feedback = plugin.options.results, plugin.options.feedback

    @pytest.hookimpl(tryfirst=True)
    def pytest_terminal_summary(self) -> None:
        """Print the page, and what only staff read: this terminal is theirs."""
        from .results.terminal import print_causes, print_page

        for result in self.finished:
            print()
            print_page(result)
            print_causes(result)
        if self.plugin.unproved:
            print(f"\n{self.plugin.unproved}")

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self):
        """Write the files, after everybody else has finished and the page was shown."""
        yield
        try:
            for result in self.finished:
                self._write(result)
        except OSError as error:
            pytest.exit(f"the result cannot be written ({error.strerror}: {error.filename})", returncode=EXIT_NOT_GRADED)

    def _write(self, result: SubmissionResult) -> None:
        from .results import gradescope, html
        from .results.atomic import write_atomically

        if self.results:
            options = self.plugin.options
            measures = self.plugin.measures if options.leaderboard else {}
            write_atomically(self.results, gradescope.text(result, visibility=options.visibility, measures=measures))
        if self.feedback:
            write_atomically(self.feedback, html.page(result))
