"""The questions that students answer in words, from `written.toml`: number, title, points and question.

Model answers and rubrics stand in the same file and are for graders: they are not read here at all.
"""

from dataclasses import dataclass
from pathlib import Path

from ..course import tomllib
from .errors import BuildError


@dataclass(frozen=True)
class Question:
    """What a student sees of one question."""

    number: str
    title: str
    points: int
    question: str
    optional: bool


def questions(folder: Path) -> list[Question]:
    """The questions of the part in `folder`; none where it has no `written.toml`.

    Raises:
        BuildError: the file is not valid, or a question lacks something.
    """
    path = folder / "written.toml"
    where = f"solutions/{folder.name}/written.toml"
    if not path.is_file():
        return []
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8")).get("question", [])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BuildError(f"{where} is not valid TOML: {error}.") from None
    return [_question(row, where) for row in rows]


def _question(row: dict, where: str) -> Question:
    missing = {"number", "title", "points", "question"} - row.keys()
    if missing:
        raise BuildError(f"{where}: question {row.get('number', '?')} has no {', '.join(sorted(missing))}; add it.")
    optional = bool(row.get("optional", False))
    return Question(row["number"], row["title"], row["points"], row["question"].strip(), optional)
