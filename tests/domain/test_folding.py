"""Words are the same however they are written, and whatever text is folded, its words are found in it again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.folding import LONGEST_WORD, folded, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Déjà-vu, A47!", ["deja", "vu", "a47"]),
        ("STRASSE Straße", ["strasse", "strasse"]),
        ("hub_staging v1.2", ["hub", "staging", "v1", "2"]),
        ("障害 report", ["障", "害", "report"]),
        ("ＦＵＬＬ width", ["full", "width"]),
        ("…", []),
        ("", []),
    ],
)
def test_words_are_without_case_marks_and_punctuation(text, expected):
    assert words(text) == expected


def test_texts_that_differ_in_punctuation_only_are_equal_folded():
    assert folded("Write  the *runbook*.") == folded("write the runbook")


def test_a_text_without_words_is_not_equal_to_another_such():
    assert folded("???") != folded("!!!")


@given(st.text())
def test_folding_is_done_once(text):
    assert words(" ".join(words(text))) == words(text)


@given(st.text(), st.text())
def test_a_space_between_two_texts_parts_their_words(one, other):
    assert words(f"{one} {other}") == words(one) + words(other)


@given(st.text(alphabet="ab1", min_size=LONGEST_WORD, max_size=3 * LONGEST_WORD))
def test_what_is_no_word_that_anybody_types_is_cut(text):
    assert words(text) == [text[:LONGEST_WORD]]
