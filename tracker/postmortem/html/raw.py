"""Raw HTML within Markdown, made regular: tags in one plain form, everything else text.

This decides nothing about safety, which is the sanitiser's part (`safe.py`); it makes its work small. HTML's rules for
broken markup can copy every open tag into every paragraph, so that a short text becomes a huge page.
"""

import html
import re

from tracker.postmortem.html.safe import TAGS

SWALLOWED = ("script", "style", "textarea", "title", "iframe", "noscript", "noembed", "noframes", "template", "svg", "math")
UNWANTED = re.compile("[\x00\x02\x03]")  # as character references; they stand for something else on the way
ATTRIBUTE = re.compile(r"""([^\s"'<>/=\x00]++)(?:\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s"'=<>`]++))?""")
TAG = re.compile(
    r"""<(/?)([A-Za-z][A-Za-z0-9-]*+)((?:[\s/]++[^\s"'<>/=\x00]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'=<>`]++))?)*+)[\s/]*+>"""
)


def canonical(markup: str) -> str:
    """Return `markup` with its tags as `<name a="b">` or `</name>` and any other `<` escaped.

    Comments, declarations and elements whose content is not text (a script, a style) go with what they hold; tags that a
    document has no use for go and leave their text.
    """
    out: list[str] = []
    at = 0
    closers = _Closers(markup)
    while (opening := markup.find("<", at)) >= 0:
        out.append(_text(markup[at:opening]))
        at, piece = _next(markup, opening, closers)
        out.append(piece)
    out.append(_text(markup[at:]))
    return UNWANTED.sub("", "".join(out))


def _text(markup: str) -> str:
    return html.escape(html.unescape(markup), quote=False) if "&" in markup else markup


class _Closers:
    """Where the next closing mark stands; looks no further once there is none, so that the whole stays linear."""

    def __init__(self, markup: str) -> None:
        self.markup = markup
        self.lower = markup.lower() if markup.isascii() else _lower(markup)
        self.none: set[str] = set()

    def after(self, mark: str, at: int) -> int:
        """The end of the first `mark` at or behind `at`, or -1."""
        if mark in self.none:
            return -1
        found = self.lower.find(mark, at)
        if found < 0:
            self.none.add(mark)
            return -1
        return found + len(mark)


def _lower(markup: str) -> str:
    """Lower case of ASCII letters only: other letters may change their length."""
    return re.sub("[A-Z]+", lambda match: match[0].lower(), markup)


def _next(markup: str, at: int, closers: _Closers) -> tuple[int, str]:
    """What stands at the `<` at `at`: where it ends, and what to write for it."""
    for start, end in (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<!", ">"), ("<?", ">")):
        if markup.startswith(start, at):
            closed = closers.after(end, at + len(start))
            return (closed if closed >= 0 else len(markup)), ""
    tag = TAG.match(markup, at)
    if tag is None:
        return at + 1, "&lt;"
    name = tag[2].lower()
    if name in SWALLOWED and not tag[1]:
        closed = closers.after(f"</{name}", tag.end())
        return (closers.after(">", closed) if closed >= 0 else tag.end()), ""
    if name not in TAGS and name != "img":
        return tag.end(), ""
    if tag[1]:
        return tag.end(), f"</{name}>"
    return tag.end(), f"<{name}{_attributes(tag[3])}>"


def _attributes(written: str) -> str:
    seen: dict[str, str] = {}
    for match in ATTRIBUTE.finditer(written):
        value = match[2] or ""
        seen.setdefault(match[1].lower(), value[1:-1] if value[:1] in ("'", '"') else value)
    return "".join(f' {name}="{html.escape(html.unescape(value))}"' for name, value in seen.items())
