"""Items of a document read again are the ones known before, or new, or doubtful; never somebody else's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.services.matching import Found, Known, match


def known(*rows):
    """Known mentions 100, 101, … from (text, group, stated), texts, or (text, group, stated, n)."""
    full = [(row, None, {}, n) if isinstance(row, str) else (*row, n)[:4] for n, row in enumerate(rows)]
    return [Known(100 + i, text, group, stated, n) for i, (text, group, stated, n) in enumerate(full)]


def found(*rows):
    full = [(row, None, {}) if isinstance(row, str) else row for row in rows]
    return [Found(n, text, group, stated) for n, (text, group, stated) in enumerate(full)]


A, B, C = "Add an alert on disk space", "Write the upgrade runbook", "Ask the vendor for a refund"


def test_what_has_not_changed_is_the_same():
    matched = match(known(A, B, C), found(A, B, C))
    assert matched.pairs == {0: 100, 1: 101, 2: 102}
    assert not matched.newcomers and not matched.vanished and not matched.doubts


def test_order_punctuation_and_case_do_not_matter():
    assert match(known(A, B, C), found(C.upper(), f"*{A}.*", B)).pairs == {0: 102, 1: 100, 2: 101}


def test_one_that_left_is_vanished_and_one_that_came_is_new():
    matched = match(known(A, B), found(B, C))
    assert (matched.pairs, matched.newcomers, matched.vanished, matched.doubts) == ({0: 101}, [1], [100], [])


def test_a_reworded_one_is_the_same():
    matched = match(known(A, B), found("Add alerts on disk space", B))
    assert matched.pairs == {0: 100, 1: 101}


def test_one_reworded_beyond_doubt_is_asked_about_not_paired():
    matched = match(known(A), found("Add a check of memory and disk"))
    assert matched.pairs == {} and matched.newcomers == [0] and matched.vanished == [100]
    assert [(doubt.n, doubt.known_id) for doubt in matched.doubts] == [(0, 100)]


def test_two_that_are_equally_similar_are_a_doubt():
    matched = match(known("Upgrade hub A to version 2", "Upgrade hub B to version 2"), found("Upgrade hub C to version 2"))
    assert matched.pairs == {} and len(matched.doubts) == 1


def test_a_shared_ticket_pairs_what_is_reworded_a_lot():
    ticket = {"links": ["https://example.org/7"]}
    other = "Alert people when a disk has little space left"
    assert match(known((A, None, ticket)), found((other, None, ticket))).pairs == {0: 100}
    assert match(known((A, None, {})), found((other, None, {}))).pairs == {}


def test_a_ticket_that_two_items_share_pairs_nothing_by_itself():
    ticket = {"links": ["https://example.org/7"]}
    matched = match(known((A, None, ticket), (B, None, ticket)), found((C, None, ticket)))
    assert matched.pairs == {}


def test_a_vanished_one_comes_back_as_itself():
    assert match(known((A, None, {}, None), (B, None, {}, 0)), found(B, A)).pairs == {0: 101, 1: 100}


def test_a_present_one_goes_before_a_vanished_one_of_the_same_text():
    assert match(known((A, None, {}, None), (A, None, {}, 0)), found(A)).pairs == {0: 101}


@pytest.mark.parametrize("text", [A, "TBD"])
def test_equal_texts_pair_by_group(text):
    matched = match(known((text, "Process", {}), (text, "Tooling", {})), found((text, "Tooling", {}), (text, "Process", {})))
    assert matched.pairs == {0: 101, 1: 100}


def test_equal_texts_pair_by_what_they_state():
    done, open_ = {"claim": "done"}, {"claim": "open"}
    matched = match(known((A, None, done), (A, None, open_)), found((A, None, open_), (A, None, done)))
    assert matched.pairs == {0: 101, 1: 100}


def test_equal_texts_pair_by_neighbours():
    matched = match(known(A, "Same", B, "Same"), found(B, "Same", A, "Same"))
    assert matched.pairs == {0: 102, 1: 103, 2: 100, 3: 101}


def test_one_of_two_equal_texts_that_changes_its_state_stays_itself():
    done, open_ = {"claim": "done"}, {"claim": "open"}
    rows = ((A, None, open_), ("Same", None, open_), ("Same", None, done), (B, None, open_))
    assert match(known(*rows), found(rows[0], ("Same", None, done), *rows[2:])).pairs == {n: 100 + n for n in range(4)}


def test_equal_texts_that_nothing_tells_apart_pair_in_order():
    matched = match(known((A, None, {}, None), (A, None, {}, None), (A, None, {}, None)), found(A, A))
    assert matched.pairs == {0: 100, 1: 101} and matched.vanished == [102]


def test_of_equal_texts_the_first_and_the_last_stay_what_they_are():
    assert match(known(A, A, A), found(A, A)).vanished == [101]


TEXTS = st.lists(st.sampled_from([A, B, C, "Same", f"{A} soon", ""]), max_size=8)


@given(TEXTS, TEXTS)
def test_each_is_in_one_pair_at_most_and_nothing_is_lost(before, after):
    matched = match(known(*before), found(*after))
    assert len(set(matched.pairs.values())) == len(matched.pairs)
    assert sorted([*matched.pairs, *matched.newcomers]) == list(range(len(after)))
    assert sorted([*matched.pairs.values(), *matched.vanished]) == [100 + n for n in range(len(before))]
    assert {doubt.n for doubt in matched.doubts} <= set(matched.newcomers)
    assert {doubt.known_id for doubt in matched.doubts} <= set(matched.vanished)


@given(TEXTS, st.randoms(use_true_random=False))
def test_moving_items_about_pairs_each_with_an_equal_text(before, random):
    after = before[:]
    random.shuffle(after)
    matched = match(known(*before), found(*after))
    assert not matched.newcomers and not matched.vanished
    assert all(before[known_id - 100] == after[n] for n, known_id in matched.pairs.items())


def test_thousands_of_changed_items_are_compared_no_further():
    many = match(known(*(f"old thing {n}" for n in range(1500))), found(*(f"new matter {n}" for n in range(1500))))
    assert many.pairs == {} and many.doubts == []
