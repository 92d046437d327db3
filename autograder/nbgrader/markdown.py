"""Markdown as HTML for formgrader and feedback, without any HTML, script or link of code that a student put into it.

nbconvert passes raw HTML, `javascript:` links and Mermaid diagrams through. The formgrader shows students' cells in a page
whose scripts may enter marks, so there any of these would be a way to a mark of one's own choice.
"""

import re

from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

# What MathJax makes links, attributes, styles or loaded code from. A control word ends where its letters end: a digit or `_` may follow.
# A macro of the student's own cannot put such a name together, since MathJax parts what would run into it (`\csname` could).
_ACTIVE_MATH = re.compile(
    r"\\(?=(?:href|url|mmlToken|cssId|class|style|data|bbox|unicode|require|csname|includegraphics|special)(?![A-Za-z]))"
)


class PlainRenderer(IPythonRenderer):
    """nbconvert's renderer, less what could become a script."""

    def block_mermaidjs(self, code: str) -> str:
        """A diagram's source as code: nbconvert would put it into the page as it is."""
        return self.block_code(code, None)


@pass_context
def markdown2html(context: Context, source: str) -> str:
    """The filter of this name for nbconvert's HTML exporter.

    Args:
        context: the page that is being made, with its cell.
        source: the Markdown text.
    """
    cell = context.get("cell", {})
    renderer = PlainRenderer(escape=True, allow_harmful_protocols=False, attachments=cell.get("attachments", {}))
    # Of the page, not of the source: there a backslash may stand as an entity, which becomes one on the way.
    return _ACTIVE_MATH.sub(r"\\ ", MarkdownWithMath(renderer=renderer).render(source))
