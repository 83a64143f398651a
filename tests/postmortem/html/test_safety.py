"""No document makes a page do anything. The attacks are made by combination, as the public lists of them are."""

import html
import itertools
from collections.abc import Iterator

import nh3
import pyromark
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.postmortem.html.activity import activity
from tracker.domain.postmortem import Span
from tracker.postmortem.events import OPTIONS
from tracker.postmortem.html import highlight, render, render_inline

# fmt: off
TAGS = [
    "script", "img", "svg", "iframe", "body", "video", "audio", "object", "embed", "form", "input", "button", "math",
    "style", "link", "meta", "base", "a", "div", "details", "marquee", "p", "table", "template", "textarea", "select", "x",
    "image",
]
HANDLERS = ["onerror", "onload", "onclick", "ONMOUSEOVER", "onfocus", "ontoggle", "onbegin", "onpointerenter"]
SCHEMES = [
    "javascript:", "JaVaScRiPt:", "java\tscript:", "java\nscript:", " javascript:", "\x01javascript:", "vbscript:",
    "data:text/html,",
    "data:image/svg+xml;base64,", "javascript&colon;", "&#106;avascript:", "&#x6A;avascript:", "&#0000106avascript:",
    "java&Tab;script:", "java&NewLine;script:", "feed:javascript:", "view-source:javascript:", "file:///", "blob:",
    "\u2028javascript:",
    "jar:", "ftp://", "intent:",
]
# fmt: on
PAYLOAD = "alert(1)"
SINKS = {
    "paragraph": "{}",
    "within words": "before {} after",
    "heading": "# {}",
    "item": "- {}",
    "table": "|a|b|\n|-|-|\n|{}|x|",
    "quote": "> {}",
    "code": "`{}`",
    "fence": "```html\n{}\n```",
    "fence name": "```{}\nx\n```",
    "link text": "[{}](https://a.example)",
    "link title": '[a](https://a.example "{}")',
    "image text": "![{}](https://a.example/i.png)",
    "footnote": "a[^1]\n\n[^1]: {}",
    "front matter": "---\ntitle: {}\n---\ntext",
    "html block": "<div>\n{}\n</div>",
    "details": "<details><summary>{}</summary>\n\n- a\n",
}


def tag_attacks() -> Iterator[str]:
    for n, (tag, handler) in enumerate(itertools.product(TAGS, HANDLERS)):
        quote = ['"', "'", "", "`"][n % 4]
        gap = [" ", "/", "\t", "\n", "\f", " x=y "][n % 6]
        name = [tag, tag.upper(), tag[0].upper() + tag[1:]][n % 3]
        end = [">", "/>", f">x</{tag}>", "", " //", f">{PAYLOAD}</{name} >"][n % 6]
        more = f"src=x href=javascript:{PAYLOAD} style=position:fixed id=top name=csrf"
        yield f"<{name}{gap}{handler}={quote}{PAYLOAD}{quote} {more}{end}"


def address_attacks() -> Iterator[str]:
    for scheme in SCHEMES:
        yield from (
            f"[a]({scheme}{PAYLOAD})",
            f"[a](<{scheme}{PAYLOAD}>)",
            f"<{scheme}{PAYLOAD}>",
            f"[a][r]\n\n[r]: {scheme}{PAYLOAD}",
            f"[a][r]\n\n[r]: <{scheme}{PAYLOAD}> 'x'",
            f"![a]({scheme}{PAYLOAD})",
            f"![a](<{scheme}{PAYLOAD}>)",
            f"[![a]({scheme}{PAYLOAD})]({scheme}{PAYLOAD})",
            f'<a href="{scheme}{PAYLOAD}">a</a>',
            f"<a href={scheme}{PAYLOAD}>a</a>",
            f'<img src="{scheme}{PAYLOAD}">',
            f'<iframe src="{scheme}{PAYLOAD}">',
            f'<object data="{scheme}{PAYLOAD}">',
            f'<form action="{scheme}{PAYLOAD}"><button formaction="{scheme}{PAYLOAD}">',
            f'<svg><a xlink:href="{scheme}{PAYLOAD}"><text>a</text></a></svg>',
        )


SPECIAL = [
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<<script>script>alert(1)</script>",
    "<script\x00>alert(1)</script>",
    "<!--><script>alert(1)</script>-->",
    "<!-- --!><img src=x onerror=alert(1)>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo '<script>alert(1)</script>' ?>",
    "<!DOCTYPE html><script>alert(1)</script>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<title><a title='</title><img src=x onerror=alert(1)>'>",
    "<textarea><a title='</textarea><img src=x onerror=alert(1)>'>",
    "<a title='<img src=x onerror=alert(1)>'>x</a>",
    "<a href='#' title=\"'><script>alert(1)</script>\">x</a>",
    "<img src='https://evil.example/p.png' alt='\"><script>alert(1)</script>'>",
    '!["><script>alert(1)</script>](https://evil.example/\'"><script>.png)',
    '[a](https://a.example "x\\" onmouseover=alert(1) y=\\"")',
    "[a](https://a.example/\"onmouseover='alert(1)')",
    "\x02wzxhzdk:0\x03 <b onclick=alert(1)>x</b> \x02wzxhzdk:0\x03",
    "\x02amp\x03lt;script>alert(1)</script>",
    "&#2;lt;script&#3;",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&amp;lt;img src=x onerror=alert(1)&amp;gt;",
    "# x {#id onclick=alert(1)}",
    "<h1 id=csrf_token name=body>x</h1>",
    "<div class='flash error' style='background:url(//evil.example)'>x</div>",
    "<base href=//evil.example><a href=x>x</a>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<details open ontoggle=alert(1)>",
    "<table background=javascript:alert(1)><td background=x>",
    "<p lang=x onlang=alert(1)>",
    "<xmp><p title='</xmp><script>alert(1)</script>'>",
    "<plaintext><script>alert(1)</script>",
    "<select><script>alert(1)</script></select>",
    "<a\u2028onclick=alert(1)>x</a>",
    '<a href="https://a.example" target=_blank rel=opener>x</a>',
]
ATTACKS = [*tag_attacks(), *address_attacks(), *SPECIAL]


def all_documents() -> Iterator[tuple[str, str]]:
    """Each attack as a whole document and in three of the sinks, in turn, plain and with its marks as references."""
    sinks = itertools.cycle(SINKS)
    for n, attack in enumerate(ATTACKS):
        yield "alone", attack
        for sink in itertools.islice(sinks, 3):
            yield sink, SINKS[sink].format(attack)
        yield "escaped", html.escape(attack) if n % 2 else attack.replace("<", "&#60;").replace(">", "&#x3e;")


def test_there_are_enough_attacks():
    assert len(set(ATTACKS)) >= 500
    assert len({document for _, document in all_documents()}) >= 2_000


def test_no_attack_leaves_anything_active_on_the_page():
    for sink, document in all_documents():
        assert activity(render(document.encode())) == [], (sink, document)


def test_no_attack_leaves_anything_active_in_one_line():
    for attack in ATTACKS:
        assert activity(render_inline(attack)) == [], attack


def test_no_attack_leaves_anything_active_in_the_coloured_source():
    for attack in ATTACKS:
        page = highlight(attack.encode(), [(Span(1, 4), "item"), (Span(2, len(attack.encode())), "entry")])
        assert [found for found in activity(page) if not found.startswith("#L")] == [], attack


def test_without_the_sanitiser_the_same_attacks_are_found():
    """The control: what judges the pages can see an attack, in nearly all that are not mere text."""
    raw = [attack for attack in ATTACKS if activity(pyromark.html(attack, options=OPTIONS))]
    assert len(raw) >= 400


@pytest.mark.parametrize("sink", ["paragraph", "html block", "table", "heading"])
def test_with_a_sanitiser_that_lets_handlers_through_the_same_attacks_are_found(sink, monkeypatch):
    careless = nh3.Cleaner(tags={"a", "p", "div", "details"}, attributes={"*": {"onclick", "href", "style"}}, link_rel=None)
    monkeypatch.setattr("tracker.postmortem.html.page.clean", careless.clean)
    found = [attack for attack in ATTACKS if activity(render(SINKS[sink].format(attack).encode() + b" \n"))]
    assert len(found) >= 5


def test_links_do_not_give_the_page_away():
    assert render(b"[a](https://a.example)") == '<p><a href="https://a.example" rel="noopener noreferrer">a</a></p>'


# fmt: off
PIECES = st.sampled_from([
    "<", ">", "</", "/>", "a", "b", "p", "div", "table", "td", "script", "style", "img", " ", "\n", "\n\n", '"', "'", "=",
    "onclick", "href", "src", "javascript:", "!--", "-->", "![", "](", ")", "[", "`", "```", "|", "-", "&lt;", "&#60;", "&",
    ";", "\x02", "\x00", "title", "svg", "math", "<p>", "<b>", "</p>", "</b>", "<a href=x>", "</a>", "<li>", "<td>", "> ",
    "- ", "# ", "alert(1)",
])
# fmt: on


@given(st.lists(PIECES, max_size=40).map("".join))
def test_no_jumble_of_marks_leaves_anything_active(document):
    assert activity(render(document.encode())) == []
    assert activity(render_inline(document)) == []
