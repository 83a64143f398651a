"""A text area changes no byte that nobody touched."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.postmortem.typed import for_text_area, from_text_area


def browser(text):
    """What a text area holding `text` sends: every line end as CRLF (HTML, "constructing the entry list")."""
    return re.sub(r"\r\n|\r|\n", "\r\n", text)


texts = st.lists(st.sampled_from(["a", "b", "# c", "", "é", "\u2028", "\x0c", "\r\n", "\n", "\r", "\n\n"])).map("".join)


@given(st.booleans(), texts)
def test_what_nobody_touched_comes_back_to_the_byte(bom, text):
    data = (b"\xef\xbb\xbf" if bom else b"") + text.encode()
    assert from_text_area(browser(for_text_area(data)), data) == data


@given(texts, texts)
def test_what_was_typed_is_all_there(before, after):
    data = from_text_area(browser(after), before.encode())
    assert browser(data.decode()) == browser(after)


@pytest.mark.parametrize(
    ("before", "typed", "after"),
    [
        (b"a\r\nb\r\nc", "a\r\nB\r\nc", b"a\r\nB\r\nc"),
        (b"a\nb\nc", "a\r\nB\r\nnew\r\nc", b"a\nB\nnew\nc"),
        (b"a\nb\r\nc\n", "a\r\nb\r\nd\r\nc\r\n", b"a\nb\r\nd\nc\n"),
        (b"a\nb", "a\r\nb\r\n", b"a\nb\n"),
        (b"a\r\nb\r\n", "a\r\nb", b"a\r\nb"),
        (b"\xef\xbb\xbfa\n", "b\r\n", b"\xef\xbb\xbfb\n"),
        (b"", "\ufeffa\r\nb", b"a\nb"),
        (b"a\rb\n\nc", "a\r\n\r\nc", b"a\r\rc"),
        (b"one line", "one line\r\nand another", b"one line\nand another"),
    ],
)
def test_new_lines_get_the_line_end_that_the_document_has(before, typed, after):
    assert from_text_area(typed, before) == after


def test_every_real_document_comes_back(corpus):
    for path in corpus.rglob("*.md"):
        data = path.read_bytes()
        assert from_text_area(browser(for_text_area(data)), data) == data, path
