"""Times as course platforms write them; one without a zone stays without one, for whoever knows it."""

from datetime import datetime

# Moodle's worksheets, Brightspace's folders, nbgrader's timestamp.txt, spreadsheets.
FORMS = (
    "%A, %d %B %Y, %I:%M %p",
    "%A, %d %B %Y, %H:%M",
    "%d %B %Y, %I:%M %p",
    "%b %d, %Y %I:%M %p",
    "%m/%d/%Y %H:%M",
)


def parse_time(text: str) -> datetime | None:
    """A time as platforms write it, with a zone where it names one as a number or as UTC; None where it is none."""
    text = " ".join(text.split())
    for name in (" UTC", " GMT", " Z", "Z"):
        if text.endswith(name):
            text = f"{text.removesuffix(name)}+00:00"
    text = _with_colon(text)
    try:
        return datetime.fromisoformat(_in_microseconds(text))
    except ValueError:
        return next((found for form in FORMS if (found := moment(text, form))), None)


def moment(text: str, form: str) -> datetime | None:
    """A time in one form, None where it is not written so."""
    try:
        return datetime.strptime(text, form)
    except (ValueError, OverflowError):
        return None


def _with_colon(text: str) -> str:
    """`12:00 +0100` as `12:00+01:00`, which every Python reads."""
    head, sign, zone = text[:-5].rstrip(), text[-5:-4], text[-4:]
    if sign in ("+", "-") and zone.isdigit() and ":" in head:
        return f"{head}{sign}{zone[:2]}:{zone[2:]}"
    head, zone = text[:-6].rstrip(), text[-6:]
    return f"{head}{zone}" if zone[:1] in ("+", "-") and zone[3:4] == ":" else text


def _in_microseconds(text: str) -> str:
    """Gradescope writes nanoseconds."""
    head, dot, rest = text.partition(".")
    if not dot:
        return text
    digits = rest[: len(rest) - len(rest.lstrip("0123456789"))]
    return f"{head}.{digits[:6].ljust(6, '0')}{rest[len(digits) :]}"
