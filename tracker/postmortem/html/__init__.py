"""Safe HTML of documents: whole, one line of them, or their source with what was understood marked in it."""

from tracker.postmortem.html.code import pygments_css
from tracker.postmortem.html.coloured import highlight
from tracker.postmortem.html.page import render, render_inline

__all__ = ["highlight", "pygments_css", "render", "render_inline"]
