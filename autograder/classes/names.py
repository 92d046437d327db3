"""Names of students as file names that no shell, page, spreadsheet or file system can be harmed by."""

import hashlib
import re
import unicodedata
from collections import Counter

from ..sandbox.plain_text import one_line

LONGEST = 80  # characters; with a suffix and UTF-8 still below the 255 bytes that file systems allow
WINDOWS_DEVICES = {"con", "prn", "aux", "nul", *(f"{name}{digit}" for name in ("com", "lpt") for digit in range(10))}
_UNSAFE = re.compile(r"[^\w .@+-]+")


def safe_name(name: str) -> str:
    """The name itself where it can be a file name anywhere, else a near one that ends in a digest of the original."""
    text = unicodedata.normalize("NFC", one_line(name.encode("utf-8", "replace").decode("utf-8"), 300))
    clean = _UNSAFE.sub("_", text).lstrip(" .-+@").rstrip(" .")[:LONGEST].rstrip(" .")
    if not clean or clean.split(".")[0].lower() in WINDOWS_DEVICES:
        clean = f"student {clean}".strip()
    return clean if clean == name else with_digest(clean, name)


def with_digest(clean: str, original: str) -> str:
    """The name made different from others by six digits that depend on nothing but the original."""
    digest = hashlib.sha256(original.encode("utf-8", "surrogateescape")).hexdigest()[:6]
    return f"{clean}~{digest}"


def distinct_names(originals: list[tuple[str, str]]) -> list[str]:
    """One name for each (name, place) pair, no two of them alike even where upper and lower case are one.

    Args:
        originals: what a student is called, and the entry's own name, which differs where the first does not.
    """
    names = [safe_name(name) for name, _ in originals]
    taken = Counter(name.casefold() for name in names)
    return [name if taken[name.casefold()] == 1 else with_digest(name, place) for name, (_, place) in zip(names, originals)]


def spreadsheet_text(text: str) -> str:
    """Text that no spreadsheet takes for a formula (a leading apostrophe, as OWASP's page on CSV injection advises)."""
    text = one_line(text)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")) else text
