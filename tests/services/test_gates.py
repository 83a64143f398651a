"""The gate with the store behind it: what weighs, what relaxes, what overrides, and that asking twice is once."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.policy_world import NOW, POLICY, change, incident_of, make_policy_world, push
from tracker.domain.claims import Visibility
from tracker.domain.errors import Conflict, Forbidden, Invalid, NotFound
from tracker.domain.policy import ChangeType, Enforcement, Outcome, Verdict
from tracker.policy.values import Result
from tracker.services import deployments, gates, incidents, policies, said, tokens
from tracker.services.deployments import Deployed
from tracker.services.policy_places import stage_row
from tracker.store.models import (
    ActionItem,
    Check,
    CheckState,
    Event,
    GateResult,
    GateRun,
    Observation,
    Override,
    PolicyVersion,
    Waiver,
)

AFTER_LABS = NOW.replace(day=25, hour=4)  # Tuesday 20:00 in Los Angeles
CODE = {"reason": "Production is down and staging is broken, too"}


def result(check, outcome=Outcome.PASS, **more):
    return Result(check=check, title="", kind="", outcome=outcome, summary="said", enforcement=Enforcement.SOFT, **more)


FINE = [result("online"), result("one-hub")]


@pytest.fixture
def world(session, cast):
    return make_policy_world(session, cast)


@pytest.fixture
def token(session, world):
    return tokens.of(session, world.ci, NOW)


@pytest.fixture
def there(session, world):
    return policies.of_deployment(session, "datahub")


@pytest.fixture
def ask(session, token):
    def ask(results=FINE, *, at=AFTER_LABS, **how):
        made = how.pop("change", None) or change()
        opened = gates.open(session, gates.GateRequest(change=made, **how), token=token, at=at)
        return opened.run, gates.decide(session, opened.run, results, at=at)

    return ask


@pytest.fixture
def tried(session, cast, there):
    """The content ran on staging for long enough, and somebody tried it."""

    def tried(content="e08a", at=AFTER_LABS):
        in_force, row = there
        told = Deployed(status="success", commit="e" * 40, content_id=content, started_at=at - timedelta(hours=2))
        deployments.record(session, stage_row(session, row, "staging"), told, at=at - timedelta(hours=1))
        said.attest(session, in_force, row, "tested", content_id=content, by=cast.admin, at=at - timedelta(minutes=50))

    return tried


def blocking(decision):
    return set(decision.blocking)


def declare(session, slug, **facts):
    """An incident of datahub that is open: born here, not over."""
    incident = incident_of(session, slug)
    incident.declared_at, incident.resolved_at = AFTER_LABS - timedelta(hours=1), None
    known = incidents.facts(session, incident)
    incidents.set_facts(session, incident, replace(known, deployments=("DataHub",), **facts), by=None, at=AFTER_LABS)
    return incident


def test_what_was_tried_goes_through_after_labs(ask, tried):
    tried()
    run, decision = ask()
    assert decision.verdict is Verdict.ALLOW, decision
    assert run.expires_at == AFTER_LABS + timedelta(minutes=10)


def test_the_accident_is_refused_by_three_checks(ask):
    _, decision = ask([result("online", Outcome.FAIL), result("one-hub")], at=NOW + timedelta(hours=7))
    assert blocking(decision) == {"online", "tested", "soak", "labs"}
    assert decision.verdict is Verdict.DENY


def test_the_policy_says_what_weighs_and_not_the_job(session, ask, tried):
    tried()
    softened = [replace(result("online", Outcome.FAIL), enforcement=Enforcement.ADVISORY, on_error_fails=False, waived="me")]
    _, decision = ask([*softened, result("one-hub")])
    assert blocking(decision) == {"online"}
    assert {one.check: one.enforcement for one in decision.results}["online"] is Enforcement.HARD


def test_a_job_cannot_answer_for_the_server(ask):
    _, decision = ask(
        [*FINE, result("tested"), result("soak"), result("labs"), result("made-up")], at=NOW + timedelta(hours=7)
    )
    assert blocking(decision) == {"tested", "soak", "labs"}
    assert "made-up" not in {one.check for one in decision.results}


def test_what_nobody_answered_for_blocks(ask, tried):
    tried()
    _, decision = ask([result("online")])
    assert decision.verdict is Verdict.UNDECIDED
    assert blocking(decision) == {"one-hub"}


def test_deciding_again_gives_the_same_answer_whatever_is_sent(session, ask, tried):
    run, first = ask()
    tried()
    again = gates.decide(session, run, [], at=AFTER_LABS + timedelta(hours=1))
    assert (again.verdict, again.because, again.blocking) == (first.verdict, first.because, first.blocking)
    assert [(one.check, one.outcome, one.waived) for one in again.results] == [
        (one.check, one.outcome, one.waived) for one in first.results
    ]
    assert session.scalar(sa.select(sa.func.count()).select_from(Observation).where(Observation.gate_run_id == run.id)) == 6


def test_a_gate_with_a_known_key_is_the_same_gate(session, token, ask):
    run, _ = ask(key="one")
    again, _ = ask(key="one")
    other, _ = ask(key="two")
    assert run.id == again.id != other.id
    with pytest.raises(Conflict, match="another gate"):
        ask(key="one", change=change(new="f" * 40))


def test_a_key_is_only_its_token_s(session, cast, ask):
    run, _ = ask(key="one")
    others = tokens.of(session, tokens.make(session, by=cast.admin, name="x", policy="datahub", at=NOW), NOW)
    request = gates.GateRequest(change=change(), key="one")
    assert gates.open(session, request, token=others, at=AFTER_LABS).run.id != run.id


@pytest.mark.parametrize(
    ("kind", "reason", "ran", "refused"),
    [
        (ChangeType.ROLLBACK, "back to yesterday", True, None),
        (ChangeType.ROLLBACK, "back to yesterday", False, "never ran on datahub/prod"),
        (ChangeType.ROLLBACK, "", True, "needs a reason"),
        (ChangeType.RECOVERY, "it is down", True, "no incident of datahub is open"),
    ],
)
def test_a_rollback_is_content_that_ran_there_before(session, there, ask, kind, reason, ran, refused):
    if ran:
        told = Deployed(status="success", content_id="e08a", commit="1" * 40, started_at=AFTER_LABS - timedelta(days=1))
        deployments.record(session, stage_row(session, there[1], "prod"), told, at=AFTER_LABS)
    _, decision = ask(change=change(change_type=kind, reason=reason))
    assert decision.verdict is (Verdict.DENY if refused else Verdict.ALLOW)
    if refused:
        assert refused in decision.because
    else:
        assert {one.check for one in decision.results if one.waived} == {"tested", "soak"}


def test_a_deploy_that_failed_never_ran_there(session, there, ask):
    told = Deployed(status="failure", content_id="e08a", commit="1" * 40, started_at=AFTER_LABS - timedelta(days=1))
    deployments.record(session, stage_row(session, there[1], "prod"), told, at=AFTER_LABS)
    _, decision = ask(change=change(change_type=ChangeType.ROLLBACK, reason="back to yesterday"))
    assert "never ran" in decision.because


def test_a_recovery_takes_an_open_incident_of_that_deployment(session, world, cast, there, ask):
    recovery = change(change_type=ChangeType.RECOVERY, reason="it is down")
    incident = declare(session, world.incident)
    run, decision = ask(change=recovery)
    assert blocking(decision) == {"tested"}, "soak is relaxed, trying is not"
    assert run.incident_id == incident.id
    said.attest(session, *there, "tested", content_id="e08a", by=cast.admin, at=AFTER_LABS)
    assert ask(change=recovery)[1].verdict is Verdict.ALLOW
    incident.resolved_at = AFTER_LABS
    assert "no incident" in ask(change=recovery)[1].because


def test_a_restricted_incident_lets_its_recovery_through_and_has_no_name(session, world, ask):
    declare(session, world.incident, visibility=Visibility.RESTRICTED)
    run, decision = ask(change=change(change_type=ChangeType.RECOVERY, reason="it is down"))
    assert blocking(decision) == {"tested"}
    told = repr(decision) + repr(run.context)
    assert world.incident not in told and "Accidental" not in told


def test_a_hard_check_is_never_relaxed(session, world, ask):
    declare(session, world.incident)
    recovery = change(change_type=ChangeType.RECOVERY, reason="down")
    _, decision = ask([result("online", Outcome.FAIL), result("one-hub")], change=recovery)
    assert "online" in blocking(decision)


def test_a_waived_check_does_not_block_until_its_day_and_is_noted_as_used(session, cast, there, ask, tried):
    tried()
    until = AFTER_LABS + timedelta(days=7)
    waiver = said.waive(
        session,
        *there,
        "prod",
        "labs",
        reason="Exams are over",
        until=until,
        by=cast.admin,
        at=AFTER_LABS - timedelta(hours=9),
    )
    during = AFTER_LABS - timedelta(hours=3)
    tried(at=during)
    _, decision = ask(at=during)
    assert decision.verdict is Verdict.ALLOW
    assert "Exams are over" in {one.check: one.waived for one in decision.results}["labs"]
    session.expire_all()
    assert session.get_one(Waiver, waiver.id).used_at == during
    later = until + timedelta(hours=15)  # the Wednesday after, at noon
    tried(at=later)
    _, decision = ask(at=later)
    assert blocking(decision) == {"labs"}


@pytest.mark.parametrize(
    ("check", "days", "reason", "error"),
    [
        ("online", 7, "It is not needed now", "hard"),
        ("labs", 31, "It is not needed now", "30 days"),
        ("labs", 0, "It is not needed now", "30 days"),
        ("labs", 7, "because", "at least 10"),
    ],
)
def test_what_cannot_be_waived_is_refused(session, cast, there, check, days, reason, error):
    until = NOW + timedelta(days=days)
    with pytest.raises(Invalid, match=error):
        said.waive(session, *there, "prod", check, reason=reason, until=until, by=cast.admin, at=NOW)


def test_only_an_admin_waives_and_breaks_the_glass(session, cast, there):
    for by in (cast.editor, cast.reader):
        with pytest.raises(Forbidden):
            said.waive(session, *there, "prod", "labs", reason="x" * 20, until=NOW + timedelta(days=1), by=by, at=NOW)
        with pytest.raises(Forbidden):
            said.break_glass(session, *there, "prod", **CODE, by=by, at=NOW)


def test_a_broken_glass_lets_one_gate_through_and_asks_why(session, cast, there, ask):
    code = said.break_glass(session, *there, "prod", **CODE, by=cast.admin, at=AFTER_LABS)
    assert code not in repr([event.new for event in session.scalars(sa.select(Event))])
    run, decision = ask([result("online", Outcome.FAIL)], break_glass=code)
    assert decision.verdict is Verdict.OVERRIDDEN
    assert {one.outcome for one in decision.results if one.check == "online"} == {Outcome.FAIL}, (
        "it was checked all the same"
    )
    override = session.get_one(Override, run.override_id)
    item = session.get_one(ActionItem, override.action_item_id)
    assert (item.priority, item.owner, item.claim.value) == ("P1", "Ada", "open")
    assert item.due == (AFTER_LABS + timedelta(days=3)).date()
    with pytest.raises(Forbidden, match="has been used"):
        ask(break_glass=code)
    assert "overridden" in [event.verb for event in session.scalars(sa.select(Event))]


def test_the_second_override_of_a_stage_asks_in_the_same_document(session, cast, there, ask):
    items = []
    for _ in range(2):
        code = said.break_glass(session, *there, "prod", **CODE, by=cast.admin, at=AFTER_LABS)
        run, _ = ask([], break_glass=code)
        items.append(session.get_one(Override, run.override_id).action_item_id)
    assert len(set(items)) == 2
    declared = "SELECT count(*) FROM incident WHERE name LIKE 'overrides-%'"
    assert session.scalar(sa.text(declared)) == 1
    assert "no incident" in ask(change=change(change_type=ChangeType.RECOVERY, reason="x"))[1].because


def test_of_two_gates_with_one_code_one_gets_through(session, cast, there, token):
    code = said.break_glass(session, *there, "prod", **CODE, by=cast.admin, at=AFTER_LABS)
    request = gates.GateRequest(change=change(), break_glass=code)
    first, second = (gates.open(session, request, token=token, at=AFTER_LABS).run for _ in range(2))
    assert gates.decide(session, first, [], at=AFTER_LABS).verdict is Verdict.OVERRIDDEN
    with pytest.raises(Conflict, match="meanwhile"):
        gates.decide(session, second, [], at=AFTER_LABS)


def test_a_code_is_not_used_up_where_nothing_had_to_be_overridden(session, cast, there, ask, tried):
    tried()
    code = said.break_glass(session, *there, "prod", **CODE, by=cast.admin, at=AFTER_LABS)
    run, decision = ask(break_glass=code)
    assert decision.verdict is Verdict.ALLOW
    assert session.get_one(Override, run.override_id).used_at is None


@pytest.mark.parametrize(
    ("how", "at", "refused"),
    [
        ({}, AFTER_LABS + timedelta(minutes=30), "was good until"),
        ({"content_id": "other"}, AFTER_LABS, "another content"),
    ],
)
def test_a_code_is_good_for_its_time_and_content(session, cast, there, ask, how, at, refused):
    code = said.break_glass(session, *there, "prod", **CODE, **how, by=cast.admin, at=AFTER_LABS)
    with pytest.raises(Forbidden, match=refused):
        ask(break_glass=code, at=at)
    with pytest.raises(Forbidden, match="not known"):
        ask(break_glass="trk_bg_made-up")


def test_a_dry_run_uses_nothing_up_and_observes_nothing(session, cast, there, ask):
    code = said.break_glass(session, *there, "prod", **CODE, by=cast.admin, at=AFTER_LABS)
    run, decision = ask(break_glass=code, dry_run=True)
    assert decision.verdict is Verdict.OVERRIDDEN and run.dry_run
    assert session.get_one(Override, run.override_id).used_at is None
    assert session.scalar(sa.select(sa.func.count()).select_from(Observation)) == 0


def test_another_time_is_for_dry_runs_only(session, token, tried):
    tried()
    at_noon = NOW + timedelta(hours=7)
    for dry_run in (False, True):
        request = gates.GateRequest(change=change(), dry_run=dry_run, at=AFTER_LABS)
        if not dry_run:
            with pytest.raises(Invalid, match="dry run"):
                gates.open(session, request, token=token, at=at_noon)
            continue
        run = gates.open(session, request, token=token, at=at_noon).run
        assert "labs" not in gates.decide(session, run, FINE, at=at_noon).blocking


def test_a_text_that_was_never_pushed_judges_all_the_same_and_is_not_in_force(session, token, there):
    from hashlib import sha256

    yaml = POLICY.replace("min_age: 30m", "min_age: 45m")
    digest = sha256(yaml.encode()).hexdigest()
    request = gates.GateRequest(change=change(), digest=digest)
    with pytest.raises(Conflict, match="send yaml"):
        gates.open(session, request, token=token, at=AFTER_LABS)
    with pytest.raises(Invalid, match="digest"):
        gates.open(session, replace(request, yaml=POLICY), token=token, at=AFTER_LABS)
    opened = gates.open(session, replace(request, yaml=yaml), token=token, at=AFTER_LABS)
    assert opened.prepared.text.in_force and not opened.prepared.text.same
    gates.decide(session, opened.run, FINE, at=AFTER_LABS)
    known = gates.open(session, request, token=token, at=AFTER_LABS)
    assert known.run.version_id == opened.run.version_id != there[0].version.id
    assert policies.in_force(session, "datahub").version.id == there[0].version.id


def test_the_first_text_of_a_policy_can_judge_before_anybody_pushed_it(session, cast, world):
    yaml = POLICY.replace("name: datahub", "name: new").replace("id: datahub", "id: fresh").replace("[datahub]", "[fresh]")
    request = gates.GateRequest(change=change(deployment="fresh"), yaml=yaml)
    anyone = tokens.of(session, tokens.make(session, by=cast.admin, name="x", policy=None, at=NOW), NOW)
    run = gates.open(session, request, token=anyone, at=AFTER_LABS).run
    assert gates.decide(session, run, FINE, at=AFTER_LABS).verdict is Verdict.DENY
    with pytest.raises(NotFound):
        policies.in_force(session, "new")
    assert session.scalar(sa.select(sa.func.count()).select_from(PolicyVersion)) == 2


RENAMED = POLICY.replace("  - id: online\n", "  - id: staging-online\n    was: online\n")


def rows_of_check(session):
    """Every answer that was kept of what is `online` in the first version, by the slugs of its check's row."""
    query = sa.select(Check.slug, sa.func.count()).join(GateResult, GateResult.check_id == Check.id)
    return dict(session.execute(query.where(Check.kind == "http").group_by(Check.slug)).all())


def test_an_older_text_judges_by_the_check_that_was_renamed_since(session, cast, ask):
    push(session, RENAMED, by=cast.admin)
    _, decision = ask([result("online", Outcome.FAIL)], yaml=POLICY)
    assert "online" in decision.blocking
    assert rows_of_check(session) == {"staging-online": 1}


def test_a_newer_text_that_renames_a_check_judges_by_it_before_and_after_its_push(session, cast, ask):
    _, decision = ask([result("staging-online", Outcome.FAIL)], yaml=RENAMED)
    assert "staging-online" in decision.blocking
    push(session, RENAMED, by=cast.admin)
    ask([result("staging-online")])
    assert rows_of_check(session) == {"staging-online": 2}
    assert session.scalar(sa.select(Check.removed_at).where(Check.kind == "http")) is None


def test_a_check_that_is_renamed_between_question_and_verdict_stays_the_same(session, cast, token):
    opened = gates.open(session, gates.GateRequest(change=change()), token=token, at=AFTER_LABS)
    push(session, RENAMED, by=cast.admin)
    decision = gates.decide(session, opened.run, FINE, at=AFTER_LABS)
    assert {one.check for one in decision.results} >= {"online", "one-hub"}
    assert rows_of_check(session) == {"staging-online": 1}


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"deployment": "nowhere"}, NotFound),
        ({"stage": "nowhere"}, NotFound),
        ({"deployment": "other"}, Forbidden),
    ],
)
def test_a_place_that_is_not_there_or_not_the_token_s_is_refused(ask, values, error):
    with pytest.raises(error):
        ask(change=change(**values))


def test_a_protected_stage_without_any_check_is_denied(session, cast, world):
    anyone = tokens.of(session, tokens.make(session, by=cast.admin, name="x", policy="datahub", at=NOW), NOW)
    request = gates.GateRequest(change=change(deployment="other"))
    run = gates.open(session, request, token=anyone, at=AFTER_LABS).run
    decision = gates.decide(session, run, [], at=AFTER_LABS)
    assert decision.verdict is Verdict.DENY and "no_checks" in decision.because


def test_each_answer_is_an_observation_of_its_check(session, ask):
    run, _ = ask([result("online", Outcome.FAIL), result("one-hub")])
    rows = session.scalars(sa.select(Observation).where(Observation.gate_run_id == run.id)).all()
    assert {one.source for one in rows} == {"ci", "server"}
    assert session.scalar(sa.select(sa.func.count()).select_from(CheckState).where(CheckState.last_id.is_not(None))) == 6
    assert session.scalar(sa.select(sa.func.count()).select_from(GateResult)) == 6


def test_a_simulation_stores_nothing_and_says_what_it_cannot_know(session, token, tried):
    tried()
    session.commit()
    before = session.scalar(sa.select(sa.func.count()).select_from(GateRun))
    prepared, decision = gates.simulate(
        session, gates.GateRequest(change=change(), at=AFTER_LABS + timedelta(hours=16)), token=token, at=AFTER_LABS
    )
    outcomes = {one.check: one.outcome for one in decision.results}
    assert outcomes["labs"] is Outcome.FAIL and outcomes["soak"] is Outcome.PASS
    assert outcomes["online"] is Outcome.SKIP and outcomes["one-hub"] is Outcome.SKIP
    assert decision.verdict is Verdict.DENY and prepared.at == AFTER_LABS + timedelta(hours=16)
    assert session.scalar(sa.select(sa.func.count()).select_from(GateRun)) == before and not session.dirty


def handed_in(results=FINE, at=AFTER_LABS, **request):
    from tracker.policy.wire import to_json

    asked = gates.GateRequest(change=change(), phase="exec", **request)
    return {"version": 1, "request": to_json(asked), "results": to_json(tuple(results)), "at": to_json(at)}


def test_a_run_made_without_the_server_is_judged_by_what_it_knows_of_that_time(session, token, tried):
    tried()
    later = AFTER_LABS + timedelta(days=3)
    run, decision = gates.hand_in(session, handed_in(), token=token, at=later)
    assert decision.verdict is Verdict.ALLOW, decision
    assert (run.at, run.received_at) == (AFTER_LABS, later)
    again, _ = gates.hand_in(session, handed_in(), token=token, at=later + timedelta(days=1))
    assert again.id == run.id
    said_now, _ = gates.hand_in(session, handed_in(at=AFTER_LABS - timedelta(hours=8)), token=token, at=later)
    assert said_now.verdict is Verdict.DENY, "neither tried nor on staging at that time"


@pytest.mark.parametrize("days", [31, -1])
def test_a_run_of_long_ago_or_of_tomorrow_is_not_taken(session, token, days):
    with pytest.raises(Invalid, match="observed"):
        gates.hand_in(session, handed_in(at=AFTER_LABS - timedelta(days=days)), token=token, at=AFTER_LABS)


def test_what_is_no_file_of_a_run_is_refused(session, token):
    for file in ({}, {"version": 1}, {**handed_in(), "version": 2}, {**handed_in(), "results": "all fine"}):
        with pytest.raises(Invalid):
            gates.hand_in(session, file, token=token, at=AFTER_LABS)
