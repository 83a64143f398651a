"""What of a document's HTML may reach a page. Only nh3 decides; everything that is rendered goes through `clean` last."""

import nh3
from pygments.token import STANDARD_TYPES

PREFIX = "doc-"  # ids of a document cannot take the place of ids of the page
TOKENS = set(STANDARD_TYPES.values()) - {""}  # the classes that Pygments gives
TABLE_CELL = {"align-left", "align-center", "align-right"}
# fmt: off
TAGS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "center", "cite", "code", "dd", "del", "details", "dfn", "div", "dl",
    "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "ins", "kbd", "li", "mark", "ol",
    "p", "pre", "q", "s", "samp", "section", "small", "span", "strike", "strong", "sub", "summary", "sup", "table", "tbody",
    "td", "tfoot", "th", "thead", "time", "tr", "tt", "u", "ul", "var", "wbr",
}
# fmt: on
AMPERSAND = "\x02"
VOID = {"br", "hr", "wbr"}

_cleaner = nh3.Cleaner(
    tags=TAGS,
    attributes={
        "*": {"id", "title", "lang", "dir"},
        "a": {"href"},
        "details": {"open"},
        "ol": {"start"},
        "td": {"colspan", "rowspan"},
        "th": {"colspan", "rowspan", "scope"},
        "time": {"datetime"},
        "span": {"aria-label"},
    },
    tag_attribute_values={"span": {"role": {"img"}}},
    allowed_classes={
        "a": {"headerlink", "image"},
        "div": {"codehilite", "footnote-definition"},
        "li": {"task-list-item"},
        "span": {"task", "done"} | TOKENS,
        "sup": {"footnote-reference", "footnote-label"},
        "td": TABLE_CELL,
        "th": TABLE_CELL,
    },
    url_schemes={"http", "https", "mailto"},
    link_rel="noopener noreferrer",
    id_prefix=PREFIX,
)


def clean(markup: str) -> str:
    """Return `markup` without anything active: no script, style, handler, frame, form or image.

    `markup` must not nest deeper than 100 elements, since nh3 is quadratic in depth; nor may it hold U+0002, which stands
    for `&amp;` on the way, since nh3 is quadratic in these too. An ampersand is a part of no tag's name and no scheme, so
    nothing becomes active when it comes back.
    """
    return _cleaner.clean(markup.replace("&amp;", AMPERSAND)).replace(AMPERSAND, "&amp;")
