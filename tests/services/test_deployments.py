"""Deploys and what reaches a branch: each once, whoever tells it and however often."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.policy_world import NOW, change, make_policy_world
from tracker.domain.errors import Conflict, Invalid, NotFound
from tracker.domain.policy import Verdict
from tracker.services import deployments, gate_facts, gates, policies
from tracker.services.deployments import Deployed, Update
from tracker.services.policy_places import stage_row
from tracker.store.models import DeploymentRecord, Gap, GateRun

HOUR = timedelta(hours=1)


@pytest.fixture
def world(session, cast):
    return make_policy_world(session, cast)


@pytest.fixture
def prod(session, world):
    return stage_row(session, policies.of_deployment(session, "datahub")[1], "prod")


@pytest.fixture
def record(session, prod):
    return lambda status, **how: deployments.record(
        session, prod, Deployed(status=status, **{k: v for k, v in how.items() if k not in ("key", "at")}),
        key=how.get("key"), at=how.get("at", NOW),
    )  # fmt: skip


def update(commit, at=NOW, **more):
    return Update(ref="refs/heads/prod", commit=commit * 40, at=at, **{"content_id": f"content of {commit}", **more})


def a_run(session, verdict=Verdict.ALLOW, at=NOW - HOUR, **how):
    run = gates.open(session, gates.GateRequest(change=change(**how), phase="exec"), at=at).run
    run.verdict = verdict
    session.flush()
    return run


def ran(session, prod):
    there, row = policies.of_deployment(session, "datahub")
    return [one.commit for one in gate_facts.facts(session, there.row, row, at=NOW + HOUR).ran["prod"]]


def test_a_deploy_is_one_record_from_its_beginning_to_its_end(session, prod, record):
    run = a_run(session)
    began = record("started", commit="b" * 40, gate=run.public_id)
    ended = record("success", commit="b" * 40, content_id="e08a", gate=run.public_id, at=NOW + HOUR)
    late = record("started", commit="b" * 40, gate=run.public_id, at=NOW + 2 * HOUR)
    assert began.id == ended.id == late.id
    assert (ended.status, ended.finished_at, ended.content_id, ended.gate_run_id) == ("success", NOW + HOUR, "e08a", run.id)
    with pytest.raises(Conflict, match="ended as success"):
        record("failure", commit="b" * 40, gate=run.public_id)


def test_a_deploy_without_a_gate_is_known_by_its_key(session, record):
    first = record("started", commit="b" * 40, key="k")
    assert record("success", commit="b" * 40, key="k").id == first.id
    assert record("success", commit="b" * 40).id != first.id
    assert session.scalar(sa.select(sa.func.count()).select_from(DeploymentRecord)) == 2


def test_only_a_success_ran_there(session, prod, record):
    record("failure", commit="1" * 40)
    record("started", commit="2" * 40)
    assert ran(session, prod) == []
    record("success", commit="3" * 40)
    assert ran(session, prod) == ["3" * 40]


def test_where_nobody_records_deploys_what_reached_the_branch_ran_there(session, prod, record):
    deployments.reached(session, prod, [update("1"), update("2", NOW + HOUR)], source="hook", at=NOW + HOUR)
    assert ran(session, prod) == ["2" * 40, "1" * 40]
    record("success", commit="3" * 40)
    assert ran(session, prod) == ["3" * 40], "from the first record on those say it"


@pytest.mark.parametrize(
    ("told", "error"),
    [
        ({"status": "fine"}, Invalid),
        ({"status": "success", "started_at": NOW + HOUR}, Invalid),
        ({"status": "success", "started_at": NOW - timedelta(days=31)}, Invalid),
        ({"status": "success", "started_at": NOW, "finished_at": NOW - HOUR}, Invalid),
        ({"status": "success", "gate": "no-such"}, NotFound),
    ],
)
def test_what_cannot_be_is_refused(record, told, error):
    with pytest.raises(error):
        record(**told)


def test_a_gate_of_another_stage_let_nothing_through_here(session, prod, record):
    run = a_run(session, stage="staging")
    with pytest.raises(Conflict, match="another stage"):
        record("success", gate=run.public_id)


def test_a_change_that_no_gate_let_through_is_past_it(session, prod):
    a_run(session, new="1" * 40, content_id="content of 1")
    a_run(session, Verdict.DENY, new="2" * 40, content_id="content of 2")
    dry = a_run(session, new="3" * 40, content_id="content of 3")
    session.get_one(GateRun, dry.id).dry_run = True
    told = [update(name, NOW + n * timedelta(minutes=1)) for n, name in enumerate("123")]
    deployments.reached(session, prod, told, source="hook", at=NOW + HOUR)
    past = deployments.ungated(session, prod, at=NOW + HOUR)
    assert [one.change.commit[0] for one in past] == ["3", "2"]


def test_what_came_while_this_server_was_away_is_unknown_and_can_be_confirmed(session, prod):
    session.add(Gap(start=NOW - HOUR, end=NOW + HOUR))
    [new] = deployments.reached(session, prod, [update("1")], source="hook", at=NOW + HOUR)
    assert deployments.ungated(session, prod, at=NOW + HOUR) == []
    deployments.confirm(session, new, by="Ada", at=NOW + HOUR)
    with pytest.raises(Conflict, match="Ada has confirmed"):
        deployments.confirm(session, new, by="Edith", at=NOW + HOUR)


def test_updates_from_the_future_or_too_many_at_once_are_refused(session, prod):
    for updates, source in (
        ([update("1", NOW + HOUR)], "hook"),
        ([update("1")] * 1001, "hook"),
        ([update("1")], "rumour"),
    ):
        with pytest.raises(Invalid):
            deployments.reached(session, prod, updates, source=source, at=NOW)
