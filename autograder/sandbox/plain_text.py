"""Make text that a student's code produced harmless before anybody's terminal, page or spreadsheet shows it."""

import re
import unicodedata

_HIDDEN_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn"}  # control, direction marks, surrogates, private use, unassigned
_ESCAPE_SEQUENCE = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)?|[@-_])")


def harmless(text: str, most: int = 2000) -> str:
    """The text without terminal codes, invisible or direction-changing characters, and no longer than `most`."""
    text = _ESCAPE_SEQUENCE.sub("", text[: 4 * most])
    clean = "".join(
        char if char in "\n\t" or unicodedata.category(char) not in _HIDDEN_CATEGORIES else "\N{REPLACEMENT CHARACTER}"
        for char in text.replace("\r\n", "\n")
    )
    return clean if len(clean) <= most else clean[: most - 1] + "…"


def one_line(text: str, most: int = 200) -> str:
    """The same on a single line."""
    return " ".join(harmless(text, most).split())
