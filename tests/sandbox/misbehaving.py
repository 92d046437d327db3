"""Submissions of a few lines that do what they should not, and tight limits for them."""

from autograder.sandbox.limits import Limits

SHORT = Limits(check_s=0.6, cpu_s=30, memory_mib=600, timeouts=9)
PRELUDE = "import ctypes, os, signal, sys, threading, time, torch\n"


def f(body: str) -> str:
    """A work.py with f() of this body and an honest g()."""
    return f"{PRELUDE}def f():\n    {body}\ndef g(): return 'g'\n"
