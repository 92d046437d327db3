"""Connects pytest with the harness: options, the grading plugin, fixtures, and the page at the end."""

import gc
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from .installation import ONLY_FOR_CLASSES, trouble

if words := trouble(ONLY_FOR_CLASSES):
    print(f"autograder: {words}", file=sys.stderr)
    sys.exit(3)  # as when something cannot be graded; what follows would fail with a traceback

import pytest

from . import places
from .course import CHECKS, SOLUTIONS, CourseError
from .grading.options import Options, add_options, read_options
from .results.record import SubmissionResult
from .sandbox.faults import SandboxFault

if TYPE_CHECKING:  # PyTorch comes with it, which takes seconds: what is wrong in the command is said before
    from .grading.plugin import GradingPlugin


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
    if not places.IS_OWN:
        config.args = [str(CHECKS) if Path(name).resolve() == Path(__file__).resolve().parent else name for name in config.args]
    options = None
    if not (config.option.collectonly or brought(config)):
        try:
            options = read_options(config)
        except CourseError as error:
            raise pytest.UsageError(str(error)) from None
        gc.set_threshold(20_000, 20, 100)  # with Python's own, looking for cycles takes an eighth of the imports' time
    from .grading import fixtures
    from .grading.plugin import RUN

    config.pluginmanager.register(fixtures, "autograder-fixtures")  # for the checks of a course that stands elsewhere, too
    if plugin := grade_one(config, options) if options else brought(config):
        config.stash[RUN] = plugin


def brought(config: pytest.Config) -> "GradingPlugin | None":
    """The plugin that a class run has brought; where there is one, its module has been imported."""
    if f"{__package__}.grading.plugin" not in sys.modules:
        return None
    from .grading.plugin import GradingPlugin

    return next((plugin for plugin in config.pluginmanager.get_plugins() if isinstance(plugin, GradingPlugin)), None)


def grade_one(config: pytest.Config, options: Options) -> "GradingPlugin":
    """Let this session grade the one submission that its options name."""
    from .grading.plugin import GradingPlugin

    finished: list[SubmissionResult] = []
    own = options.submission.resolve() == SOLUTIONS.resolve()
    try:
        plugin = GradingPlugin(options, [(options.submission.resolve().name, options.submission)], finished.append, own_proof=own)
    except (CourseError, SandboxFault) as error:
        raise pytest.UsageError(str(error)) from None
    config.pluginmanager.register(plugin, "autograder-grading")
    config.pluginmanager.register(Pages(plugin, finished), "autograder-pages")
    quiet(config)
    return plugin


def quiet(config: pytest.Config) -> None:
    """The page says it all: no second summary."""
    config.option.reportchars = "N"  # none
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None:
        reporter.reportchars = ""


class Pages:
    """Shows and writes the results at the end of the session."""

    def __init__(self, plugin: "GradingPlugin", finished: list[SubmissionResult]):
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
            from .grading.plugin import EXIT_NOT_GRADED

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
