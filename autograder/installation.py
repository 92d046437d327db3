"""Whether the kit and what it needs are here, said in one sentence before anything fails half-way.

Nothing is imported for it that needs a package, so that it works where little else does.
"""

import configparser
import importlib.util
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from .places import IS_OWN, KIT_ROOT as ROOT

IMPORTED_AS = {"pillow": "PIL", "pyyaml": "yaml", "nvidia-ml-py": "pynvml"}
ONLY_FOR_CLASSES = {"nbgrader", "copydetect", "pyyaml", "tomlkit"}  # what grading one submission does not need


def trouble(without: Iterable[str] = ()) -> str:
    """What is missing and what helps, as one sentence; empty when everything is there.

    Args:
        without: packages that are not needed now, in small letters.
    """
    missing = sorted(name for name in requirements() if name.lower() not in set(without) and not _is_installed(name))
    here = ROOT / ".venv" / "bin"
    remedy = f"call it from {here}" if here.is_dir() and Path(sys.prefix) != ROOT / ".venv" else f"run ./install in {ROOT}"
    if missing:
        listed = ", ".join(missing[:4]) + (f" and {len(missing) - 4} more" if len(missing) > 4 else "")
        return f"{listed} {'is' if len(missing) == 1 else 'are'} not installed for {sys.executable}; {remedy}."
    if IS_OWN and not any(ROOT.glob("solutions/*/part.toml")):
        return (
            f"The kit in {ROOT} has no solutions/, which `pip install .` leaves behind; "
            "run `pip install -e .` or ./install in a checkout of the kit."
        )
    return ""


def requirements() -> Iterator[str]:
    """The packages that the kit needs here, as `setup.cfg` names them, or what the installed package says."""
    settings = configparser.ConfigParser()
    settings.read(ROOT / "setup.cfg", encoding="utf-8")
    lines = settings.get("options", "install_requires", fallback="").splitlines() or _installed_requirements()
    for line in filter(str.strip, lines):
        name, _, condition = line.partition(";")
        if 'sys_platform == "linux"' in condition and sys.platform != "linux" or "extra ==" in condition:
            continue
        if "python_version <" in condition and sys.version_info >= (3, 11):
            continue
        yield re.split(r"[^\w.-]", name.strip())[0]


def _installed_requirements() -> list[str]:
    from importlib.metadata import PackageNotFoundError, requires

    try:
        return list(requires("autograder") or ())
    except PackageNotFoundError:
        return []


def _is_installed(name: str) -> bool:
    module = IMPORTED_AS.get(name.lower(), name.lower().replace("-", "_"))
    try:
        return importlib.util.find_spec(module) is not None
    except (ImportError, ValueError):
        return False
