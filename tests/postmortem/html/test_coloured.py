import re

from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.postmortem import Span
from tracker.postmortem.html import highlight


def test_each_line_has_its_number_and_marks_do_not_cross_lines():
    assert highlight(b"one\ntwo <three>\n", [(Span(1, 7), "item")]) == (
        '<span class="line" id="L1">o<mark class="role-item">ne</mark></span>\n'
        '<span class="line" id="L2"><mark class="role-item">two</mark> &lt;three&gt;</span>'
    )


def test_the_innermost_span_counts():
    assert highlight(b"abcdef", [(Span(0, 6), "entry"), (Span(2, 4), "date")]) == (
        '<span class="line" id="L1"><mark class="role-entry">ab</mark>'
        '<mark class="role-date">cd</mark><mark class="role-entry">ef</mark></span>'
    )


def test_a_span_that_cuts_a_letter_begins_before_it():
    assert '<mark class="role-item">é</mark>b' in highlight("aéb".encode(), [(Span(2, 3), "item")])


def test_a_role_cannot_break_out_of_its_attribute():
    assert '"x"' not in highlight(b"a", [(Span(0, 1), 'item" onclick="x"')])


@given(st.text(max_size=40), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=6))
def test_the_source_is_all_there(text, spans):
    page = highlight(text.encode(), [(Span(*span), "item") for span in spans])
    lines = re.findall(r'<span class="line" id="L\d+">(.*?)</span>', page, re.DOTALL)
    shown = [re.sub("</?mark[^>]*>", "", line) for line in lines]
    assert "\n".join(shown).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == text.removesuffix(
        "\n"
    ).replace("\r", "")
