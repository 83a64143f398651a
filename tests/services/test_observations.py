"""Observations: kept as they came, folded to the same state in whatever order they come."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.policy_world import NOW, POLICY, make_policy_world, push
from tracker.domain.errors import Conflict, Invalid
from tracker.domain.policy import Outcome, State
from tracker.policy.values import Observation as Seen
from tracker.services import observations, policies
from tracker.services.policy_places import check_row, stage_row
from tracker.store.models import CheckState, Observation

MINUTE = timedelta(minutes=1)
FAIL, PASS, ERROR, SKIP = Outcome.FAIL, Outcome.PASS, Outcome.ERROR, Outcome.SKIP


@pytest.fixture
def world(session, cast):
    return make_policy_world(session, cast)


@pytest.fixture
def place(session, world):
    there, deployment = policies.of_deployment(session, "datahub")
    return check_row(session, there, "load"), stage_row(session, deployment, "staging")


@pytest.fixture
def record(session, place):
    def record(outcome, observed_at=NOW, **how):
        how = {"at": observed_at, "source": "ci", **how}
        return observations.record(session, *place, Seen(outcome, "said"), observed_at=observed_at, **how)

    return record


def state_of(session, place):
    session.flush()
    return session.scalars(sa.select(CheckState).where(CheckState.check_id == place[0].id)).one()


def test_it_takes_three_fails_in_a_row_and_two_passes(session, place, record):
    states = []
    for n, outcome in enumerate([PASS, FAIL, PASS, FAIL, FAIL, ERROR, FAIL, PASS, PASS]):
        record(outcome, NOW + n * MINUTE)
        states.append(state_of(session, place).state)
    assert states == [State.PASS] * 6 + [State.FAIL] * 2 + [State.PASS]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(
    st.lists(st.sampled_from([PASS, FAIL, ERROR, SKIP]), min_size=1, max_size=9).flatmap(
        lambda outcomes: st.tuples(st.just(outcomes), st.permutations(range(len(outcomes))))
    )
)
def test_any_order_of_arrival_gives_the_same_state(session, place, record, told):
    outcomes, order = told
    kept = []
    for arrival in (range(len(outcomes)), order):
        session.execute(sa.delete(CheckState))
        session.execute(sa.delete(Observation))
        for n in arrival:
            record(outcomes[n], NOW + n * MINUTE, at=NOW + 10 * MINUTE)
        state = state_of(session, place)
        kept.append((state.state, state.since, state.fails, state.passes, state.errors))
        session.expire_all()
    assert kept[0] == kept[1]


def test_a_known_key_is_the_same_observation(session, record):
    first = record(PASS, key="k")
    assert record(PASS, NOW + MINUTE, key="k").id == first.id
    with pytest.raises(Conflict):
        record(FAIL, key="k")
    assert session.scalar(sa.select(sa.func.count()).select_from(Observation)) == 1


@pytest.mark.parametrize(
    ("ago", "by_file", "fine"),
    [
        (timedelta(minutes=-5), False, True),
        (timedelta(minutes=-6), False, False),
        (timedelta(hours=24), False, True),
        (timedelta(hours=25), False, False),
        (timedelta(hours=25), True, True),
        (timedelta(days=31), True, False),
    ],
)
def test_an_observation_is_of_now_or_of_not_long_ago(session, place, ago, by_file, fine):
    def keep():
        observations.record(session, *place, Seen(PASS, "s"), observed_at=NOW - ago, at=NOW, source="ci", by_file=by_file)

    if fine:
        keep()
    else:
        with pytest.raises(Invalid):
            keep()


def test_what_is_kept_is_one_line_and_not_too_large(session, place):
    seen = Seen(PASS, "a\r\nb\x1b[31m‮ " + "x" * 400, {"much": "y" * 20_000})
    row = observations.record(session, *place, seen, observed_at=NOW, at=NOW, source="ci")
    assert row.summary.startswith("a b [31m x") and len(row.summary) == 300
    assert "left_out" in row.evidence
    with pytest.raises(Invalid):
        seen = Seen(PASS, "s", {"half": "\ud83d"})
        observations.record(session, *place, seen, observed_at=NOW, at=NOW, source="ci")


def test_other_thresholds_fold_the_state_anew(session, cast, place, record):
    for n, outcome in enumerate([PASS, FAIL, FAIL]):
        record(outcome, NOW + n * MINUTE)
    assert state_of(session, place).state is State.PASS
    stricter = POLICY.replace("    title: The load test passes\n", "    title: The load test passes\n    fail_after: 2\n")
    push(session, stricter, by=cast.admin, at=NOW + timedelta(hours=1))
    session.expire_all()
    state = state_of(session, place)
    assert (state.state, state.since) == (State.FAIL, NOW + 2 * MINUTE)


def test_an_old_result_grows_stale_by_the_policy(session, cast, place, record):
    fresh = POLICY.replace("    title: The load test passes\n", "    title: The load test passes\n    fresh_for: 2h\n")
    push(session, fresh, by=cast.admin)
    record(PASS, NOW)
    assert state_of(session, place).fresh_until == NOW + timedelta(hours=2)
    record(ERROR, NOW + 90 * MINUTE)
    assert state_of(session, place).fresh_until == NOW + timedelta(hours=2), "an error tells nothing"
    record(FAIL, NOW + 100 * MINUTE)
    assert state_of(session, place).fresh_until == NOW + 100 * MINUTE + timedelta(hours=2)
