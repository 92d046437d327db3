"""Runs a student's notebook in the sandbox, before the marks are entered, so that graders see what it prints and draws.

No kernel and no socket take part: the cells run one after the other in a confined child, with the same walls and limits as a check's. Of
what comes back only texts and pictures are taken, each of limited size. No mark depends on any of it.
"""

import base64
import json
from pathlib import Path
from typing import Any

import nbformat
from nbformat.notebooknode import NotebookNode
from nbgrader import utils
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool, Integer

from ..course import Part, part_of, parts, problems
from ..sandbox.faults import SandboxFault, StudentFault
from ..sandbox.limits import Limits
from ..sandbox.plain_text import harmless
from ..sandbox.warm import WarmProcess
from ..submission.locate import part_files
from ..submission.reader import Unreadable, read
from .repair import cell_name
from .story import BOXES

RUNNER = BOXES.with_name("notebook_cells.py")
PACKAGES = [
    "IPython",
    "traitlets",
]  # what runs the cells, and the boxes around them, need it; no mark depends on what a notebook shows
SIGNATURES = {"image/png": b"\x89PNG\r\n", "image/jpeg": b"\xff\xd8\xff"}
MOST_CHARACTERS = 20_000
PICTURE_LIMIT_BYTES = 2 << 20
MOST_OUTPUTS = 50
_warm: list[WarmProcess] = []  # started once a process


class RunConfined(NbGraderPreprocessor):
    """Gives the cells the output that they have in the sandbox, where a course wants that."""

    run_notebooks = Bool(False, help="Run students' notebooks, confined, so that graders see their output.").tag(config=True)
    cell_timeout_s = Integer(60, help="Seconds that one cell may take; the notebook ends at the cell that takes longer.").tag(
        config=True
    )
    notebook_cpu_s = Integer(300, help="Seconds of processor time for the whole notebook.").tag(config=True)
    memory_mib = Integer(2048, help="Memory for the whole notebook, in MiB.").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """Run the code cells that the harness does not grade."""
        part = part_of_notebook(nb)
        if not self.run_notebooks or part is None:
            return nb, resources
        about, coursedir = resources["nbgrader"], self.parent.parent.coursedir
        folder = coursedir.format_path(coursedir.submitted_directory, about["student"], about["assignment"])
        try:
            self._run(nb, Path(folder), part)
        except (SandboxFault, Unreadable, OSError) as trouble:
            self.log.warning("The notebook of %s was not run: %s", about["student"], trouble)
        return nb, resources

    def _run(self, nb: NotebookNode, folder: Path, part: Part) -> None:
        from ..sandbox.student import Student  # it needs torch, and most courses run no notebooks

        limits = Limits(
            check_s=self.cell_timeout_s,
            problem_s=2 * self.notebook_cpu_s,
            cpu_s=self.notebook_cpu_s,
            memory_mib=self.memory_mib,
            reply_characters=1 << 20,
        )  # pictures are text there
        student = Student(
            _warm_process(),
            notebook_files(folder, part),
            [],
            {"declared": declared_names(part), "packages": PACKAGES, "seed": 0, "device": "cpu"},
            limits,
        )
        stopped = ""
        try:
            for cell in nb.cells:
                if cell.cell_type != "code" or utils.is_grade(cell):
                    continue
                if stopped:
                    cell.outputs = []
                    continue
                student.start_check()
                try:
                    cell.outputs = outputs_from(student.notebook_cells.run(cell.source))
                except StudentFault as fault:  # the process is gone, and the variables of earlier cells with it
                    stopped = harmless(fault.message)
                    cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text=f"The notebook ended here: {stopped}\n")]
        finally:
            student.close()


def part_of_notebook(nb: NotebookNode) -> Part | None:
    """The part whose problems a notebook has cells for."""
    known = problems()
    return next((part_of(known[name]) for cell in nb.cells if (name := cell_name(cell)) in known), None)


def notebook_files(folder: Path, part: Part) -> dict[str, bytes]:
    """What a notebook finds beside itself: the student's files, those of the course, and the boxes."""
    wanted = [name for other in parts() for problem in other.problems for name in (*problem.files, *problem.optional_files)]
    own = part_files(read(folder, wanted), part)
    ours = {name: (part.folder / name).read_bytes() for name in part.given} | {
        BOXES.name: BOXES.read_bytes(),
        RUNNER.name: RUNNER.read_bytes(),
    }
    return {name: data for name, data in own.items() if name.endswith((".py", ".cfg", ".csv", ".json"))} | ours


def declared_names(part: Part) -> list[str]:
    """Top-level names that are the course's and not an installed package's."""
    return sorted({name.split("/")[0].removesuffix(".py") for name in (*part.files, *part.given, BOXES.name, RUNNER.name)})


def _warm_process() -> WarmProcess:
    if not _warm:
        _warm.append(WarmProcess("cpu"))
    if _warm[0].isolation.level == "process":
        raise SandboxFault(f"this machine cannot confine it ({_warm[0].isolation})")
    return _warm[0]


def outputs_from(said: Any) -> list[NotebookNode]:
    """Outputs for a cell from what the child says they are."""
    try:
        found = json.loads("".join(piece for piece in said if isinstance(piece, str)))
    except (TypeError, ValueError, RecursionError):
        return []
    made = [_output(item) for item in found[:MOST_OUTPUTS] if isinstance(item, dict)] if isinstance(found, list) else []
    return [output for output in made if output is not None]


def _output(item: dict) -> NotebookNode | None:
    text = harmless(item["text"], MOST_CHARACTERS) if isinstance(item.get("text"), str) else ""
    if item.get("stream") in ("stdout", "stderr"):
        return nbformat.v4.new_output("stream", name=item["stream"], text=text) if text else None
    if isinstance(item.get("error"), str):
        kind = harmless(item["error"], 100)
        return nbformat.v4.new_output("error", ename=kind, evalue=text, traceback=[f"{kind}: {text}"])
    data = (
        {kind: kept for kind, value in item["data"].items() if (kept := _kept(kind, value))}
        if isinstance(item.get("data"), dict)
        else {}
    )
    return nbformat.v4.new_output("display_data", data) if data else None


def _kept(kind: str, value: Any) -> str:
    """A text, or a picture that is one; empty for anything else."""
    if not isinstance(value, str):
        return ""
    if kind == "text/plain":
        return harmless(value, MOST_CHARACTERS)
    if kind not in SIGNATURES or len(value) > PICTURE_LIMIT_BYTES:
        return ""
    try:
        data = base64.b64decode(value)
    except ValueError:
        return ""
    return base64.b64encode(data).decode() if data.startswith(SIGNATURES[kind]) else ""
