"""Evidence kept up: told once, late reports healed, and the same however it is computed."""

import logging
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.services.test_simulated_year import HOUR, MINUTE, POLICY, START, Year, a_change, a_change_past_the_gate
from tracker.domain.claims import Claim
from tracker.domain.errors import Conflict, Invalid, NotFound
from tracker.domain.policy import Verdict
from tracker.services import deployments, evidence, history, proofs, said
from tracker.services.action_items import find, join, set_claim, set_fields
from tracker.services.policies_in_force import of_deployment
from tracker.store.models import Event, Evidence, GateRun

DAY = timedelta(days=1)


@pytest.fixture
def year(session, cast):
    made = Year(session, cast)
    a_change(made, START + HOUR)
    return made


def item(year, key="A2"):
    return find(year.session, key, year.cast.admin)


def kept(year, key="A2"):
    year.session.expire_all()
    return year.session.get(Evidence, item(year, key).id)


def events(year, verb, key="A2"):
    wanted = sa.select(Event).where(Event.action_item_id == item(year, key).id, Event.verb == verb).order_by(Event.id)
    return year.session.scalars(wanted).all()


def test_it_holds_from_the_first_judged_change_and_is_verified_after_its_time(year):
    state = kept(year)
    assert (state.standing, state.since) == ("holding", START + HOUR + MINUTE)
    assert state.verified_from == state.since + 14 * DAY


def test_its_owner_is_told_of_each_break_once_and_no_more_than_once_a_day(year, caplog):
    set_fields(year.session, item(year), {"owner": "Rosa"}, by=year.cast.admin, at=START)
    with caplog.at_level(logging.WARNING, "tracker.told"):
        a_change_past_the_gate(year, START + DAY, refused=False)
        a_change_past_the_gate(year, START + DAY + HOUR, refused=False)
        assert len(events(year, "broke")) == 2
        assert len(events(year, "told")) == 1
        evidence.refresh(year.session, at=START + DAY + 2 * HOUR)
        assert len(events(year, "told")) == 1
        evidence.refresh(year.session, at=START + 2 * DAY + 2 * HOUR)
        assert len(events(year, "told")) == 2, "of the second break, a day later"
        for day in range(3, 9):
            evidence.refresh(year.session, at=START + day * DAY + 2 * HOUR)
        assert len(events(year, "told")) == 2
    assert [one.new["owners"] for one in events(year, "told")] == [["Rosa"], ["Rosa"]]
    assert sum("A2 is done and no longer in force (told Rosa)" in one.message for one in caplog.records) == 2


def test_a_renamed_check_goes_on_guarding_and_one_that_only_looks_renamed_does_not(year):
    named = "  - id: one-hub-named\n"
    year.push(POLICY.replace(named, "  - id: one-hub\n    was: one-hub-named\n"), START + DAY, "a" * 40)
    year.push(POLICY.replace(named, "  - id: hub-named\n    was: one-hub\n"), START + 2 * DAY, "b" * 40)
    evidence.refresh(year.session, at=START + 3 * DAY, whole=True)
    assert kept(year).standing == "holding" and events(year, "broke") == []
    year.push(POLICY.replace(named, "  - id: another\n"), START + 4 * DAY, "c" * 40)
    assert [one.because for one in events(year, "broke")] == ["hub-named was removed from the policy in cccccccc by Rosa"]


def test_nobody_is_told_of_what_is_not_claimed_to_be_done(year):
    set_claim(year.session, [item(year)], Claim.OPEN, by=year.cast.admin, at=START + HOUR, today=START.date())
    a_change_past_the_gate(year, START + DAY, refused=False)
    assert kept(year).standing == "broken" and events(year, "told") == []


def test_the_next_judged_change_holds_again_and_says_so_once(year):
    a_change_past_the_gate(year, START + DAY, refused=True)
    a_change(year, START + 2 * DAY)
    a_change(year, START + 3 * DAY)
    state = kept(year)
    assert (state.standing, state.since) == ("holding", START + 2 * DAY + MINUTE)
    assert len(events(year, "holds_again")) == 1
    evidence.seen(year.session, item(year), by=year.cast.admin, at=START + 4 * DAY)
    with pytest.raises(Conflict):
        evidence.seen(year.session, item(year), by=year.cast.admin, at=START + 4 * DAY)


def test_a_run_that_is_handed_in_weeks_later_heals_its_change(year):
    change = year.change()
    year.reach(change, START + DAY)
    for day in range(5, 20, 3):
        a_change(year, START + day * DAY)
    assert kept(year).broke_at == START + DAY
    assert year.ask(change, START + DAY - MINUTE, received_at=START + 20 * DAY) is Verdict.ALLOW
    state = kept(year)
    assert (state.broke_at, state.since) == (None, START + HOUR + MINUTE)


def test_a_waiver_is_a_decision_and_holds_everything_still(year):
    a_change_past_the_gate(year, START + DAY, refused=False)
    there, row = of_deployment(year.session, "hub")
    year.push(
        POLICY.replace("enforcement: hard\n    proves: [A2 obvious]", "proves: [A2 obvious]"), START + DAY + HOUR, "a" * 40
    )
    there, row = of_deployment(year.session, "hub")
    at, until = START + 2 * DAY, START + 9 * DAY
    said.waive(
        year.session,
        there,
        row,
        "prod",
        "one-hub-named",
        reason="We move to another cluster",
        until=until,
        by=year.cast.admin,
        at=at,
    )
    state = kept(year)
    assert (state.decided_at, state.waived_until) == (at, until)
    change = year.change()
    year.reach(change, START + 3 * DAY)
    evidence.refresh(year.session, at=START + 12 * DAY)
    assert len(events(year, "broke")) == 1 and kept(year).verified_from is None


def test_a_proof_is_made_once_by_a_check_that_stops_something_and_taken_away_for_good(year):
    a2, admin = item(year), year.cast.admin
    with pytest.raises(NotFound, match="has no check nothing: it has one-hub-named, prod-merges-gated, staging-online"):
        proofs.place(year.session, "hub", "prod", "nothing")
    with pytest.raises(NotFound, match="does not apply to hub/staging: it applies to prod"):
        proofs.place(year.session, "hub", "staging", "staging-online")
    place = proofs.place(year.session, "hub", "prod", "staging-online")
    made = proofs.prove(year.session, a2, place.check, place.stage, by=admin, at=START + DAY)
    with pytest.raises(Conflict):
        proofs.prove(year.session, a2, place.check, place.stage, by=admin, at=START + DAY)
    assert [words for _, words in proofs.of_item(year.session, a2)] == [
        "one-hub-named on hub/prod",
        "staging-online on hub/prod",
    ]
    year.push(POLICY.replace("ENFORCEMENT", "advisory"), START + 2 * DAY, "b" * 40)
    assert [one.because for one in events(year, "broke")] == ["staging-online was softened to advisory in bbbbbbbb by Rosa"]
    with pytest.raises(Invalid, match="it stops nothing"):
        proofs.place(year.session, "hub", "prod", "staging-online")
    proofs.remove(year.session, made, by=admin, at=START + 3 * DAY)
    state = kept(year)
    assert (state.standing, state.decided_at, state.broke_at) == ("holding", START + 3 * DAY, START + 2 * DAY)


def test_a_refresh_asks_as_little_after_a_hundred_changes_as_after_ten(year, engine):
    def cost(day):
        rows = []

        def note(_connection, _cursor, _statement, *_rest):
            rows.append(1)

        change = year.change()
        year.ask(change, START + day * DAY)
        sa.event.listen(engine, "before_cursor_execute", note)
        try:
            year.reach(change, START + day * DAY + MINUTE)
        finally:
            sa.event.remove(engine, "before_cursor_execute", note)
        return len(rows)

    for day in range(1, 11):
        a_change(year, START + day * DAY)
    few = cost(11)
    for day in range(12, 100):
        a_change(year, START + day * DAY)
    assert cost(101) <= few + 3  # the fold is carried on now and then


def test_an_item_that_is_joined_to_another_takes_its_proofs_there_and_back(year):
    a_change_past_the_gate(year, START + DAY, refused=False)
    a1, a2 = item(year, "A1"), item(year, "A2")
    batch = join(year.session, a2, a1, by=year.cast.admin, at=START + 2 * DAY)
    checks = [words.split()[0] for _, words in proofs.of_item(year.session, a1)]
    assert checks == ["one-hub-named", "prod-merges-gated", "staging-online"]
    year.push(POLICY + " ", START + 3 * DAY, "c" * 40)
    assert len(events(year, "broke", "A1")) == 1, "the policy still names it by its other key"
    history.undo(year.session, batch, by=year.cast.admin, at=START + 4 * DAY)
    assert [words for _, words in proofs.of_item(year.session, item(year, "A2"))] == ["one-hub-named on hub/prod"]
    assert kept(year, "A2").broke_at == START + DAY + MINUTE


def test_a_push_past_the_hook_counts_though_deploys_are_recorded(year):
    """The hook guards the branch and `gate exec` the deploy: each alone would see only its own way round."""
    at = START + DAY
    deployed(year, a_change(year, at), at + HOUR)
    merged = year.change()
    assert year.ask(merged, at + 2 * HOUR, phase="hook") is Verdict.ALLOW
    year.reach(merged, at + 2 * HOUR + MINUTE)
    waiting = year.change()
    assert year.ask(waiting, at + 3 * HOUR, phase="hook") is Verdict.ALLOW
    year.reach(waiting, at + 3 * HOUR + MINUTE)
    deployed(year, merged, at + 4 * HOUR)
    deployed(year, waiting, at + 5 * HOUR)
    assert kept(year).standing == "holding" and events(year, "broke") == []
    refused = year.change()
    assert year.ask(refused, at + 6 * HOUR, online=False, phase="hook") is Verdict.DENY
    year.reach(refused, at + 6 * HOUR + MINUTE)
    told = [one.because for one in events(year, "broke")]
    assert len(told) == 1 and refused.new[:8] in told[0] and "which had refused it" in told[0]
    evidence.refresh(year.session, at=at + 7 * HOUR, whole=True)
    assert len(events(year, "broke")) == 1


def test_a_merge_is_no_deploy_where_no_hook_asks(session, cast):
    made = Year(session, cast)
    deployed(made, made.change(), START + HOUR)
    made.reach(made.change(), START + 2 * HOUR)  # merged, and refused where it would have been deployed
    assert kept(made).standing == "holding" and events(made, "broke") == []


def deployed(year, change, at):
    """Through `gate exec`: asked once more, and recorded."""
    assert year.ask(change, at, phase="exec") is Verdict.ALLOW
    gate = year.session.scalars(sa.select(GateRun).order_by(GateRun.id.desc()).limit(1)).one().public_id
    told = deployments.Deployed(status="success", commit=change.new, content_id=change.content_id, gate=gate, started_at=at)
    deployments.record(year.session, year.prod, told, at=at)
