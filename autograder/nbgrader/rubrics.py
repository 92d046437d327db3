"""Rubrics and model answers of a part's written questions, as one page for whoever grades by hand."""

from ..build.errors import BuildError
from ..course import Part, tomllib


def rubric_page(part: Part) -> str:
    """The page as Markdown; empty for a part without written questions.

    Raises:
        BuildError: `written.toml` is wrong.
    """
    path = part.folder / "written.toml"
    if not path.is_file():
        return ""
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8")).get("question", [])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BuildError(f"solutions/{part.id}/written.toml is not valid TOML: {error}.") from None
    head = f"# Part {part.number}: {part.title}: rubrics\n\nFor graders only: this file is outside of `source/` and is never released.\n"
    return "\n".join([head, *(_question(row) for row in rows)]) if rows else ""


def _question(row: dict) -> str:
    optional = ", optional: enter its points as extra credit" if row.get("optional") else ""
    lines = [f"## {row['number']} {row['title']} ({row['points']} points{optional})", "", row.get("question", "").strip(), ""]
    if row.get("model_answer"):
        lines += ["### Model answer", "", row["model_answer"].strip(), ""]
    if row.get("rubric"):
        lines += ["### Rubric", "", *(f"- {item['points']}: {item['criterion']}" for item in row["rubric"]), ""]
    return "\n".join(lines)
