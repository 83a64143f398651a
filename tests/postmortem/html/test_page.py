from pathlib import Path

import nh3
import pyromark
import pytest

from tests.postmortem.html.structure import structure
from tracker.postmortem.events import OPTIONS
from tracker.postmortem.html import page, pygments_css, render, render_inline
from tracker.postmortem.html.safe import TAGS

# pyromark's own HTML with what a browser would make of it, and nothing else of ours
REFERENCE = nh3.Cleaner(tags=TAGS | {"input", "img"}, attributes={"ol": {"start"}, "input": {"type"}, "img": {"alt"}})

DOCUMENT = """\
---
title: An outage
---
# An *outage* & more

- [ ] open
- [x] done
  1. nested with two spaces
     ```python
     if a < b and "&lt;": pass
     ```

7) seven
8) eight

|a|b|
|--|:-:|
|c|d[^1]|

[^1]: foo

> quoted ~~struck~~
lazy

See [below](#an-outage-more) ![a picture](https://elsewhere.example/p.png) ![](here/own.png)

<details><summary>Log</summary>

    indented &amp;

</details>
"""


def documents(corpus: Path) -> list[Path]:
    return [path for path in sorted(corpus.rglob("*")) if path.is_file()]


def compare(data: bytes) -> None:
    ours = structure(page.render(data))
    theirs = structure(REFERENCE.clean(pyromark.html(page.body(data), options=OPTIONS)))
    assert ours.tags == theirs.tags
    assert ours.boxes == theirs.boxes
    assert ours.words == theirs.words
    assert +ours.marks == +theirs.marks


def test_the_page_has_the_structure_and_the_words_that_were_understood():
    compare(DOCUMENT.encode())


def test_every_real_document_has_the_structure_and_the_words_that_were_understood(corpus):
    for path in documents(corpus):
        try:
            compare(path.read_bytes())
        except AssertionError as error:
            error.add_note(str(path))
            raise


def test_front_matter_is_not_shown():
    assert "title:" not in render(DOCUMENT.encode())


def test_ids_are_prefixed_and_links_within_the_document_lead_to_them():
    html = render(DOCUMENT.encode())
    assert '<h1 id="doc-an-outage-more">' in html
    assert 'href="#doc-an-outage-more"' in html
    assert 'id="doc-note-1"' in html
    assert 'href="#doc-note-1"' in html


def test_without_anchors_headings_have_no_ids():
    assert "id=" not in render(b"# A\n\n## B\n", anchors=False)


def test_an_image_becomes_a_link_with_its_text():
    html = render(DOCUMENT.encode())
    assert "<img" not in html
    assert 'href="https://elsewhere.example/p.png"' in html
    assert ">a picture</a>" in html
    assert ">own.png</a>" in html


def test_an_image_within_a_link_is_the_links_text():
    assert ">badge</a>" in render(b"[![badge](https://x.example/b.svg)](https://ci.example)")
    assert "b.svg" not in render(b"[![badge](https://x.example/b.svg)](https://ci.example)")


def test_a_task_is_an_item_with_a_box_that_says_what_it_is():
    html = render(b"- [ ] open\n\n- [x] done\n")
    assert html.count('<li class="task-list-item">') == 2
    assert '<span aria-label="done" class="task done" role="img">' in html
    assert "<input" not in html


def test_code_is_coloured_by_classes_and_says_what_was_written():
    html = render(DOCUMENT.encode())
    assert 'class="codehilite"' in html
    assert "style=" not in html
    assert 'if a < b and "&lt;": pass' in structure(html).words


@pytest.mark.parametrize("first", [":::python", "#!python"])
def test_the_first_line_of_code_is_never_taken_away(first):
    assert first in structure(render(f"```\n{first}\nx\n```\n".encode())).words


def test_a_document_over_the_limit_is_shown_as_its_source():
    html = render(b"# <b>\n" + b"a" * page.MAX_BYTES)
    assert html.startswith("<pre># &lt;b&gt;")


def test_the_same_bytes_are_rendered_once(monkeypatch):
    calls = []
    monkeypatch.setattr(page, "convert", lambda text, anchors: calls.append(text) or "x")
    data = b"asked for twice, and never before"
    assert render(data) == render(data) == "x"
    assert len(calls) == 1
    render(data, anchors=False)
    assert len(calls) == 2


def test_the_cache_holds_no_more_characters_than_it_may():
    cache = page._Cache(10)
    for n in range(5):
        cache.put((b"%d" % n, True), "12345")
    assert [cache.get((b"%d" % n, True)) for n in range(5)] == [None, None, None, "12345", "12345"]


@pytest.mark.parametrize(
    ("line", "html"),
    [
        ("write a *good* `runbook`", "write a <em>good</em> <code>runbook</code>"),
        ("_begin_ with a mark", "<em>begin</em> with a mark"),
        ("1. not a list", "1. not a list"),
        ("# not a heading", "# not a heading"),
        ("```not a fence", "```not a fence"),
        ("    not code", "not code"),
        ("two\nlines", "two lines"),
        ("a < b && c", "a &lt; b &amp;&amp; c"),
        ("<script>alert(1)</script>", "alert(1)"),
        ("", ""),
    ],
)
def test_one_line_is_never_a_block(line, html):
    assert render_inline(line) == html


def test_the_style_sheet_colours_code_in_light_and_dark_and_sets_no_background():
    css = pygments_css()
    assert ".codehilite .k " in css
    assert "@media (prefers-color-scheme: dark)" in css
    assert "background" not in css
