"""The command `autograder`; each subcommand lives beside what it does and is imported only when it is used."""

import importlib
import sys

from .installation import trouble

if words := trouble():
    sys.exit(f"autograder: {words}")

import click  # noqa: E402   it may be what is missing

COMMANDS = {
    "build": "autograder.build.command:build",
    "compare": "autograder.classes.compare:command",
    "decide": "autograder.decisions.command:command",
    "demo": "autograder.demo:demo",
    "doctor": "autograder.doctor:doctor",
    "explain": "autograder.explain.command:explain",
    "grade": "autograder.classes.command:grade",
    "gradebook": "autograder.gradebook.command:gradebook",
    "gradescope": "autograder.gradescope.command:gradescope",
    "new": "autograder.authoring.command:new",
    "nbgrader": "autograder.nbgrader.command:nbgrader",
    "show": "autograder.results.command:show",
}


class LazyCommands(click.Group):
    """A group whose commands are imported when they are called, so that `--help` does not load torch."""

    def list_commands(self, context: click.Context) -> list[str]:
        """The names of all commands."""
        return sorted(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """Import one command."""
        if name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[name].partition(":")
        return getattr(importlib.import_module(module), attribute)


@click.command(cls=LazyCommands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="autograder")
def main() -> None:
    """Build an assignment from its solutions, and grade what students hand in."""


if __name__ == "__main__":
    main()
