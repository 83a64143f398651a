"""What happens by itself: each job once, whoever runs it, and without a transaction while the network is asked."""

import threading
import time
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.policy_world import NOW, POLICY, make_policy_world, push
from tracker.domain.policy import Outcome, State
from tracker.policy.http_client import Client
from tracker.policy.values import Observation as Seen
from tracker.services import observations, policies, ticks
from tracker.services.policy_places import check_row, stage_row
from tracker.services.server_checks import Surroundings
from tracker.services.sweeping import sweep
from tracker.store.engine import sessions
from tracker.store.models import Check, CheckState, Gap, Observation

HARD = "    enforcement: hard\n"
SCHEDULED = POLICY.replace(
    f"{HARD}    with: {{url", f"{HARD}    mode: guard\n    schedule: 10m\n    fresh_for: 1h\n    with: {{url"
)
DAY = timedelta(days=1)


class Web(Client):
    """Answers without a network; `inside` runs while it is asked."""

    def __init__(self, inside=lambda: None, status=200):
        object.__setattr__(self, "inside", inside)
        object.__setattr__(self, "status", status)

    def ask(self, url, **_):
        from tracker.policy.http_client import Answer

        self.inside()
        return Answer(url, self.status, {}, b"ok", False, 1)


@pytest.fixture
def both(engine):
    return sessions(engine)


@pytest.fixture
def world(session, cast):
    return make_policy_world(session, cast, yaml=SCHEDULED)


def run(both, at=NOW, web=None, **how):
    return ticks.tick(both, at=at, around=Surroundings(web or Web()), **how)


def observed(session, slug="online"):
    session.rollback()
    query = sa.select(Observation).join(Check, Check.id == Observation.check_id).where(Check.slug == slug)
    found = session.scalars(query.order_by(Observation.id)).all()
    session.rollback()
    return found


def test_a_scheduled_check_runs_when_it_is_due_and_not_before(session, both, world):
    said = run(both)
    assert any(line.startswith("datahub/prod online: pass") for line in said), said
    assert run(both, NOW + timedelta(minutes=9)) == []
    run(both, NOW + timedelta(minutes=10))
    assert [one.observed_at - NOW for one in observed(session)] == [timedelta(0), timedelta(minutes=10)]
    assert {one.source for one in observed(session)} == {"server"}
    states = dict(
        session.execute(sa.select(Check.slug, CheckState.state).join(Check, Check.id == CheckState.check_id)).all()
    )
    assert states == {"online": State.PASS, "acknowledged": State.FAIL}, "nobody has read the text"


def test_two_schedulers_never_run_a_check_twice(session, both, world):
    barrier = threading.Barrier(4)

    def work():
        barrier.wait()
        run(both, web=Web(lambda: time.sleep(0.05)))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(observed(session)) == 1
    assert len(observed(session, "acknowledged")) == 1


def test_no_transaction_is_open_while_the_network_is_asked(session, both, world):
    """Whoever asks can write meanwhile: on SQLite that takes the one write lock."""
    waited = []

    def write():
        start = time.monotonic()
        with both.writing() as other:
            other.execute(sa.text("UPDATE counter SET last = last"))
            other.commit()
        waited.append(time.monotonic() - start)

    run(both, web=Web(write))
    assert len(observed(session)) == 1 and waited and max(waited) < 2


def test_one_that_dies_between_claim_and_answer_loses_one_observation_only(session, both, world):
    with both.writing() as other:
        assert len(ticks.claim(other, at=NOW)) == 2
        other.commit()
    run(both, NOW + timedelta(minutes=1))
    assert observed(session) == []
    run(both, NOW + timedelta(minutes=10))
    assert len(observed(session)) == 1


def test_a_check_that_left_the_policy_runs_no_more(session, cast, both, world):
    push(session, POLICY, by=cast.admin)
    session.commit()
    assert not any("online" in line for line in run(both))
    assert observed(session) == []


def test_a_fault_in_one_part_does_not_keep_the_rest(session, both, world, monkeypatch, caplog):
    monkeypatch.setattr(ticks, "_run_stage", lambda *_: 1 / 0)
    run(both)
    assert "a part of the tick failed" in caplog.text
    with both.reading() as other:
        assert other.scalar(sa.text("SELECT count(*) FROM beat")) == 3


def gaps(session):
    session.rollback()
    found = [(one.start, one.end) for one in session.scalars(sa.select(Gap))]
    session.rollback()
    return found


@pytest.mark.parametrize(
    ("minutes", "gap"), [(1, False), (5, False), (15, False), (16, True), (600, True)]
)  # expected every 5 minutes
def test_a_long_silence_is_a_gap(session, cast, both, minutes, gap):
    run(both)
    later = NOW + timedelta(minutes=minutes)
    run(both, later)
    assert gaps(session) == ([(NOW, later)] if gap else [])


def test_the_first_tick_of_all_is_no_gap_and_two_at_once_make_one(session, cast, both):
    run(both)
    assert gaps(session) == []
    barrier = threading.Barrier(3)

    def work():
        barrier.wait()
        ticks.beat(both, at=NOW + DAY)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert gaps(session) == [(NOW, NOW + DAY)]


@pytest.fixture
def place(session, world):
    there, deployment = policies.of_deployment(session, "datahub")
    return check_row(session, there, "load"), stage_row(session, deployment, "staging")


def keep(session, place, outcomes, start):
    for n, outcome in enumerate(outcomes):
        at = start + timedelta(minutes=n)
        observations.add(session, *place, Seen(outcome, "s"), observed_at=at, at=at, source="ci")
    observations.refold(session, *place, None, at=start)
    return session.scalars(sa.select(CheckState).where(CheckState.check_id == place[0].id)).one()


def test_old_observations_go_and_those_that_turned_a_state_stay(session, place):
    outcomes = [Outcome.PASS] * 150 + [Outcome.FAIL] * 150 + [Outcome.PASS]
    state = keep(session, place, outcomes, NOW - 120 * DAY)
    before = (state.state, state.since, state.last_id)
    assert before[0] is State.FAIL
    assert sweep(session, at=NOW) == 100, "fifty of each long row"
    observations.refold(session, *place, None, at=NOW)
    session.refresh(state)
    assert (state.state, state.since, state.last_id) == before
    assert sweep(session, at=NOW) == 0


def test_young_observations_and_the_last_one_stay(session, place):
    keep(session, place, [Outcome.PASS] * 130, NOW - 89 * DAY)
    assert sweep(session, at=NOW) == 0
    assert sweep(session, at=NOW + 10 * DAY) == 29


def test_the_sweep_is_part_of_a_tick_once_a_day(session, both, place):
    keep(session, place, [Outcome.PASS] * 130, NOW - 99 * DAY)
    session.commit()
    assert "29 old observations that changed no state are swept" in run(both)
    assert not any("swept" in line for line in run(both, NOW + timedelta(hours=23)))
