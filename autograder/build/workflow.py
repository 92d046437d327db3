"""The workflow that runs the public checks at each push, where the assignment is a repository of GitHub's, as in GitHub Classroom.

It stands in the assignment's own `.github/workflows`; GitHub runs what stands there in the repository of each student
(docs.github.com, "Workflow syntax for GitHub Actions"). A part that was not released is passed over.
"""

from pathlib import Path

from ..course import Part
from ..sandbox.confined.modules import PACKAGES

PLACE = ".github/workflows/checks.yml"
TEMPLATE = Path(__file__).with_name("templates") / "checks.yml"
APART = ("torch", "torchvision")  # these come before, in builds without CUDA


def workflow(parts: tuple[Part, ...], more: list[str]) -> str:
    """The workflow as text.

    Args:
        parts: of the course.
        more: packages of the index that the course's own packages for students need.
    """
    text = TEMPLATE.read_text(encoding="utf-8").replace("@PARTS@", ", ".join(part.id for part in parts))
    packages = [name.lower() for name in PACKAGES.values() if name not in APART]
    return text.replace("@PACKAGES@", " ".join((*packages, "pytest", *more)))
