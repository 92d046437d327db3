"""Markdown as HTML for formgrader and feedback, without any HTML, script or link of code that a student put into it.

nbconvert passes raw HTML, `javascript:` links and Mermaid diagrams through. The formgrader shows students' cells in a page
whose scripts may enter marks, so there any of these would be a way to a mark of one's own choice.
"""

import re

from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

# MathJax makes links and attributes from these.
_ACTIVE_MATH = re.compile(r"\\(?=(?:href|cssId|class|style|require|url|unicode|data)\b)")


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
    return MarkdownWithMath(renderer=renderer).render(_ACTIVE_MATH.sub(r"\\ ", source))
