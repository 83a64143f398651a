"""What of a page could do something: judged from outside, by the HTML parser of the standard library."""

import re
from html.parser import HTMLParser

HARMLESS_SCHEMES = {"http", "https", "mailto"}
URLS = {"href", "src", "action", "formaction", "data", "poster", "background", "xlink:href", "srcset", "ping", "cite"}
# fmt: off
ACTIVE_TAGS = {
    "script", "style", "link", "meta", "base", "iframe", "frame", "frameset", "object", "embed", "applet", "form", "input",
    "button", "select", "textarea", "img", "image", "picture", "source", "video", "audio", "track", "svg", "math",
    "template", "noscript", "marquee", "dialog", "portal", "canvas", "isindex", "keygen", "body", "html", "head", "title",
    "plaintext", "xmp", "listing", "noembed", "noframes", "slot",
}
ATTRIBUTES = {
    "href", "rel", "title", "class", "id", "lang", "dir", "open", "start", "colspan", "rowspan", "scope", "datetime", "role",
    "aria-label",
}
# fmt: on


class _Watch(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ACTIVE_TAGS or not re.fullmatch("[a-z][a-z0-9]*", tag):
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            if name not in ATTRIBUTES:
                self.found.append(f"{tag}@{name}")
            if name in URLS and not _harmless(value or ""):
                self.found.append(f"{tag}@{name}={value}")
            if name == "id" and not (value or "").startswith("doc-"):
                self.found.append(f"#{value}")

    def handle_comment(self, data: str) -> None:
        self.found.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.found.append(f"<!{decl}>")

    def unknown_decl(self, data: str) -> None:
        self.found.append(f"<![{data}]>")

    def handle_pi(self, data: str) -> None:
        self.found.append(f"<?{data}>")


def _harmless(url: str) -> bool:
    """A browser takes tabs and newlines out of an address, and control characters and spaces off its ends."""
    seen = re.sub(r"[\t\r\n]", "", url).strip("".join(map(chr, range(33))))
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", seen)
    return scheme is None or scheme[1].lower() in HARMLESS_SCHEMES


def activity(page: str) -> list[str]:
    """Everything in `page` that a document has no business with; an empty list for a safe page."""
    watch = _Watch()
    watch.feed(page)
    watch.close()
    return watch.found
