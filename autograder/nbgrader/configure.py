"""What an nbgrader course with marks from the harness needs; `nbgrader_config.py` calls it with its configuration object.

nbgrader reads that file in every process of its own, the formgrader's server too, so this is where the kit enters.
"""

from pathlib import Path

import nbgrader
from traitlets.config import Config

from ..course import parts

TEMPLATES = Path(__file__).with_name("templates")
STEPS = [
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]


def configure(c: Config) -> None:
    """Set everything in `c` and let nbgrader's commands use the kit's converter.

    Args:
        c: the object that `get_config()` gives in `nbgrader_config.py`.
    """
    from . import converter

    converter.install()
    kit = __name__.rpartition(".")[0]
    c.Autograde.exporter_class = f"{kit}.converter.TolerantExporter"
    c.Autograde.sanitize_preprocessors = [f"{kit}.repair.RepairNotebook", *STEPS]
    c.Autograde.autograde_preprocessors = [
        f"{kit}.execution.RunConfined",
        f"{kit}.preprocessors.HarnessMarks",
        f"{kit}.preprocessors.SaveHarnessMarks",
        "nbgrader.preprocessors.AssignLatePenalties",
        "nbgrader.preprocessors.CheckCellMetadata",
    ]
    c.Autograde.exclude_overwriting = {
        part.id: [name for problem in part.problems for name in (*problem.files, *problem.optional_files)] for part in parts()
    }
    # What students write in Markdown is shown to graders in a page that may change marks: no HTML of theirs gets there.
    c.HTMLExporter.filters = {
        "markdown2html": f"{kit}.markdown.markdown2html",
        "with_titles": f"{kit}.feedback_page.with_titles",
    }
    theirs = str(Path(nbgrader.__file__).parent / "server_extensions" / "formgrader" / "templates")
    c.HTMLExporter.extra_template_basedirs = [str(TEMPLATES), theirs]  # of one name, the first is taken
    c.HTMLExporter.extra_template_paths = [theirs]  # where ours finds the one that it extends
    c.GenerateFeedback.exporter_class = f"{kit}.feedback_page.FeedbackExporter"
    c.ExportApp.plugin_class = f"{kit}.export.GradesCsv"
    c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback", ".pytest_cache", "data", "runs"]
