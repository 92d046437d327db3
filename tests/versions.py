"""The oldest and the newest Python and torch that the kit is for: the solutions graded and the quick tests run with each.

python -m tests.versions                            # both; environments of some gigabytes each, made below --folder and kept there
python -m tests.versions --python 3.12 --torch 2.8.0
python -m tests.versions --whole                    # all of the kit's own tests in the place of the quick ones
"""

import argparse
import configparser
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

KIT = Path(__file__).resolve().parents[1]
NEWEST = "newest"
COMMANDS = {"solutions": ["autograder", "-q"], "quick tests": ["-q", "-m", "quick"]}
WHOLE = {"solutions": COMMANDS["solutions"], "all tests": ["-q", "-n", "auto", "--dist", "loadfile"]}


def oldest() -> tuple[str, str]:
    """Python and torch as `setup.cfg` bounds them below."""
    settings = configparser.ConfigParser()
    settings.read(KIT / "setup.cfg", encoding="utf-8")
    python = re.search(r">=\s*([\d.]+)", settings["options"]["python_requires"])
    torch = re.search(r"^torch>=([\d.]+)$", settings["options"]["install_requires"], re.MULTILINE)
    assert python and torch, "setup.cfg names no lower bounds"
    return python[1], torch[1] if torch[1].count(".") == 2 else f"{torch[1]}.0"


def interpreters() -> dict[str, str]:
    """Every Python 3 that can be started here, by its version, the oldest first; pyenv's, too, which are not on the path."""
    found = {}
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    for minor in range(10, 30):
        own = sorted(map(str, pyenv.glob(f"3.{minor}.*/bin/python")))
        program = own[-1] if own else shutil.which(f"python3.{minor}")
        if program and not subprocess.run([program, "-c", "import venv, ssl"], capture_output=True).returncode:
            found[f"3.{minor}"] = program
    return found


def tried(python: str, torch: str, folder: Path, commands: dict[str, list[str]]) -> bool:
    """Whether everything passes with this Python and this torch; says what did not.

    Args:
        python: a version such as 3.10, of an interpreter that is installed.
        torch: a version, or `newest`.
        folder: where the environment is made, or is there from before.
        commands: arguments of pytest by what they run.
    """
    programs = interpreters()
    if python not in programs:
        print(f"There is no Python {python} on the path; install it, or name one of {', '.join(programs)} with --python.")
        return False
    environment = folder / f"python{python}-torch{torch}"
    own = environment / "bin" / "python"
    print(f"Python {python}, torch {torch}: {environment}", flush=True)
    if not own.exists():
        subprocess.run([programs[python], "-m", "venv", environment], check=True)
    wanted = "torch" if torch == NEWEST else f"torch=={torch}"
    if subprocess.run([own, "-m", "pip", "install", "-q", "-e", f"{KIT}[test]", wanted]).returncode:
        print("It could not be installed; pip's words are above.")
        return False
    passed = True
    for what, arguments in commands.items():
        done = subprocess.run(
            [own, "-m", "pytest", *arguments],
            cwd=KIT,
            capture_output=True,
            text=True,
            env=os.environ | {"PATH": f"{own.parent}{os.pathsep}{os.environ.get('PATH', '')}"},
        )
        print(f"  {what}: {(done.stdout.strip().splitlines() or ['nothing was printed'])[-1]}", flush=True)
        if done.returncode:
            print(done.stdout[-4000:], done.stderr[-2000:], sep="\n")
            passed = False
    return passed


def main() -> None:
    """Try the versions that were asked for; the exit status is 1 when something did not pass."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.versions", description="The kit with other versions of Python and torch."
    )
    parser.add_argument("--python", help="a version of Python instead of the oldest and the newest")
    parser.add_argument("--torch", default=NEWEST, help="with --python: a version of torch (default: the newest)")
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path(tempfile.gettempdir()) / "autograder-versions",
        help="where environments are made (default: %(default)s)",
    )
    parser.add_argument("--whole", action="store_true", help="all of the kit's own tests instead of the quick ones")
    options = parser.parse_args()
    pairs = [(options.python, options.torch)] if options.python else [oldest(), (list(interpreters())[-1], NEWEST)]
    passed = [
        tried(*pair, options.folder, WHOLE if options.whole else COMMANDS) for pair in pairs
    ]  # all of them, whatever the first one gives
    sys.exit(not all(passed))


if __name__ == "__main__":
    main()
