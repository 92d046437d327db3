"""Where a new problem goes in files that are there already: its text is added, and every other byte stays."""

import re

# A problem's section begins with its heading, or with the line that says which problem the text is about.
SECTION = re.compile(r"## \{\{ p\.number|\{%-? (set|with) p = part\[")
AFTER_SECTIONS = re.compile(r"## (?!\{\{ p\.)|\{%-? if questions")
PROBLEM = re.compile(r"# %% problem ")
AFTER_PROBLEMS = re.compile(r"# %% (\[markdown\]|questions)")
# What the first of them comes before.
AT_LAST_SECTION, AT_LAST_CELL = re.compile(r"\{%-? if questions|## Hand in"), re.compile(r"# %% questions")


def with_table(part_toml: str, table: str) -> str:
    """A `part.toml` with one more `[[problem]]`, at its end: TOML lets the entries of such a list stand apart."""
    return f"{_ended(part_toml)}\n{table}"


def with_section(page: str, section: str) -> str:
    """A handout with one more section, behind those of the other problems."""
    return _inserted(page, section, SECTION, AFTER_SECTIONS, AT_LAST_SECTION, apart=True)


def with_cell(story: str, cell: str) -> str:
    """A notebook's story with one more cell, behind those of the other problems and what belongs to them."""
    return _inserted(story, cell, PROBLEM, AFTER_PROBLEMS, AT_LAST_CELL, apart=False)


def _inserted(text: str, added: str, begins: re.Pattern, after: re.Pattern, without: re.Pattern, apart: bool) -> str:
    """A text with some more behind what begins in this way last, before what comes after; at the end where nothing does."""
    lines = _ended(text).splitlines(keepends=True)
    last = max((place for place, line in enumerate(lines) if begins.match(line)), default=-1)
    bound = after if last >= 0 else without
    place = next((place for place in range(last + 1, len(lines)) if bound.match(lines[place])), len(lines))
    space = "\n" if apart and place and lines[place - 1].strip() else ""
    return "".join([*lines[:place], space, added, *lines[place:]])


def _ended(text: str) -> str:
    return text if text.endswith("\n") or not text else text + "\n"
