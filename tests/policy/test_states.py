"""A check's state is a fold over the set of its observations."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.policy import Outcome, State
from tracker.policy.states import Seen, fold

START = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
LETTERS = {"p": Outcome.PASS, "f": Outcome.FAIL, "e": Outcome.ERROR, "s": Outcome.SKIP}


def seen(letters):
    """One observation an hour."""
    return [Seen(START + n * HOUR, n, LETTERS[letter]) for n, letter in enumerate(letters)]


def state(letters, **how):
    return fold(seen(letters), now=START + len(letters) * HOUR, **how)


@pytest.mark.parametrize(
    ("letters", "expected"),
    [
        ("", "unknown"),
        ("p", "pass"),
        ("f", "fail"),
        ("e", "unknown"),
        ("s", "unknown"),
        ("pff", "pass"),
        ("pfff", "fail"),
        ("pfpffp", "pass"),
        ("pfffp", "fail"),
        ("pfffpp", "pass"),
        ("pffff", "fail"),
        ("pffsf", "fail"),
        ("pfeff", "fail"),
        ("peeee", "pass"),
        ("feeeeeeee", "fail"),
    ],
)
def test_it_turns_after_so_many_in_a_row_and_by_no_error(letters, expected):
    assert state(letters).state == expected


def test_since_is_the_observation_that_tipped_it():
    standing = state("pfff")
    assert standing.since == START + 3 * HOUR
    assert [turn.state for turn in standing.turns] == [State.PASS, State.FAIL]


def test_errors_let_it_grow_stale_and_raise_an_alert_and_a_skip_keeps_it_fresh():
    assert state("peee", fresh_for=10 * HOUR).stale is False
    assert state("peee", fresh_for=2 * HOUR).stale is True
    assert state("pees", fresh_for=2 * HOUR).stale is False
    assert (state("peee").alert, state("peeee").alert) == (False, True)
    assert state("peeee").errors_since == START + HOUR


observations = st.lists(
    st.builds(
        Seen,
        st.integers(0, 30).map(lambda n: START + n * HOUR),
        st.integers(0, 60),
        st.sampled_from(Outcome),
    ),
    max_size=40,
    unique_by=lambda one: one.id,
)
limits = st.fixed_dictionaries({"fail_after": st.integers(1, 4), "pass_after": st.integers(1, 4)})


@given(observations, limits, st.randoms())
def test_any_order_of_arrival_and_any_repetition_gives_the_same(those, how, random):
    now = START + 40 * HOUR
    shuffled = [*those, *those[:5]]
    random.shuffle(shuffled)
    assert fold(shuffled, now=now, **how) == fold(those, now=now, **how)


@given(observations, limits, st.integers(-1, 31))
def test_going_on_from_where_it_stood_is_the_same_as_from_the_beginning(those, how, hour):
    now, then = START + 40 * HOUR, START + hour * HOUR
    before = fold([one for one in those if one.observed_at <= then], now=now, **how)
    after = fold([one for one in those if one.observed_at > then], now=now, carried=before, **how)
    whole = fold(those, now=now, **how)
    assert before.turns + after.turns == whole.turns
    assert (after.state, after.since, after.fails, after.passes) == (whole.state, whole.since, whole.fails, whole.passes)
