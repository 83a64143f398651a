"""Words are the same however they are written, and whatever text is folded, its words are found in it again."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.folding import LONGEST_WORD, distinct_words, folded, spaced_words, words


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


@given(st.text() | st.text(alphabet="aB1_- é“障カ٣ⅷ\u0301ßǅ", max_size=30))
def test_words_are_runs_of_letters_and_digits_of_the_text_without_marks(text):
    """The same, said slowly: on the whole text, by a pattern."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", text).casefold())
    plain = re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFKD", plain))
    alone = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
    assert words(text) == [one.lower() if one.isascii() else one for one in re.findall(f"[{alone}]|[^\\W_{alone}]+", plain)]


def test_many_characters_fold_as_few_do():
    letters = [chr(code) for code in range(0xC0, 0x250)]
    assert words(" ".join(letters)) == [word for one in letters for word in words(one)]


@given(st.text())
def test_distinct_words_are_the_words_each_once(text):
    assert distinct_words(text) == set(words(text))
    assert sorted(spaced_words(text).split(" ")) == sorted(set(words(text)) or [""])


def test_a_script_that_is_written_with_spaces_keeps_its_words_whole():
    """Hangul lies between the Han of U+9FFF and the compatibility Han of U+F900."""
    assert words("데이터베이스 장애") == unicodedata.normalize("NFKD", "데이터베이스 장애").split()
