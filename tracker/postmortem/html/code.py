"""Code blocks in colour: Python-Markdown's codehilite, given the language of each fence."""

import functools
import html
import re
import xml.etree.ElementTree as etree

import markdown
from markdown.extensions.codehilite import CodeHilite
from markdown.treeprocessors import Treeprocessor
from pygments.formatters import HtmlFormatter
from pygments.lexers import find_lexer_class_by_name
from pygments.util import ClassNotFound

CSS_CLASS = "codehilite"
MAX_CHARACTERS = 20_000  # some of Pygments' lexers are slow on long input; longer code stays plain
MAX_TOTAL = 200_000
BACKGROUND = re.compile(r";? *background-color: #\w+| /\*.*\*/")
BLOCK_COSTS = 200  # a highlighter for each block takes as long as so many characters


class Colours(Treeprocessor):
    """Replaces each `<pre lang="x"><code>` by Pygments' HTML, where it knows the language and the code is not too long.

    Codehilite's own step would guess a language and take a first line such as `:::python` away.
    """

    def run(self, root: etree.Element) -> None:
        left = MAX_TOTAL
        for pre in root.iter("pre"):
            language = pre.attrib.pop("lang", "")
            code = html.unescape(pre[0].text or "") if len(pre) else ""
            if not language or not code.strip() or len(code) > min(MAX_CHARACTERS, left) or not _known(language):
                continue
            left -= len(code) + BLOCK_COSTS
            coloured = CodeHilite(code, lang=language, guess_lang=False, css_class=CSS_CLASS, stripnl=False).hilite()
            tail = pre.tail
            pre.clear()
            pre.tag, pre.text, pre.tail = "p", self.md.htmlStash.store(coloured), tail


class ColoursExtension(markdown.Extension):
    def extendMarkdown(self, md: markdown.Markdown) -> None:
        md.treeprocessors.register(Colours(md), "hilite", 30)


@functools.lru_cache(maxsize=512)
def _known(language: str) -> bool:
    try:
        return find_lexer_class_by_name(language) is not None
    except ClassNotFound:
        return False


def pygments_css() -> str:
    """The style sheet for highlighted code, light and dark, without backgrounds: the page has its own."""
    light = _rules("default")
    dark = _rules("github-dark")
    return f"{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}\n"


def _rules(style: str) -> str:
    formatter = HtmlFormatter(style=style, nobackground=True)
    lines: list[str] = formatter.get_token_style_defs(f".{CSS_CLASS}")  # type: ignore[no-untyped-call]
    return "\n".join(BACKGROUND.sub("", line) for line in lines)
