"""Cut `assignment/` from `solutions/`: marked regions become named gaps, the rest is copied, handouts are rendered.

errors -> markers -> cut      one file: find the regions, replace them
questions -> handout          pages and lists with numbers and points
tree                          the whole assignment, in memory, then on disk; `build` and `stale`
complete                      what a build would leave out, with file and remedy
command                       `autograder build [--check]`
"""

from .errors import BuildError
from .tree import build, stale

__all__ = ["BuildError", "build", "stale"]
