"""Proof without a policy file, with a forge on the loopback: what it tells is evidence, what it does not tell is no “no”."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.policy.servers.forge_stub import ForgeStub
from tests.policy.servers.github_repo import ACTIONS, GitHubRepo
from tracker.domain.claims import Claim
from tracker.domain.errors import Conflict, Invalid, NotFound
from tracker.domain.policy import Outcome, Standing, Verdict
from tracker.policy.addresses import Allowed
from tracker.policy.forge import Forges
from tracker.policy.http_client import Client
from tracker.services import forge_watches
from tracker.services.forge_watches import Target
from tracker.store.engine import sessions
from tracker.store.models import (
    ActionItem,
    CheckState,
    Event,
    Evidence,
    ForgeWatch,
    GateRun,
    Observation,
    Policy,
    Proof,
    ProofState,
    RefUpdate,
)

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ONLINE = Target("github", "acme/hub", "prod", ("staging-online",))


@dataclass
class World:
    """A repo on a forge, this server's database, and a clock that a test moves."""

    forge: ForgeStub
    session: Session
    by: Any
    at: datetime = AT
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def repo(self) -> GitHubRepo:
        return self.forge.github("acme/hub")

    @property
    def forges(self) -> Forges:
        client = Client(Allowed.parse("127.0.0.1"))
        return Forges(http=client, github_api=self.forge.github_api, gitlab_api=self.forge.gitlab_api, **self.tokens)

    def item(self, key: str = "A47", claim: Claim = Claim.DONE) -> ActionItem:
        item = ActionItem(key=key, claim=claim)
        self.session.add(item)
        self.session.flush()
        return item

    def prove(self, target: Target = ONLINE, item: ActionItem | None = None) -> ActionItem:
        item = item or self.item()
        self.forge.remaining = 60
        looked = forge_watches.first_look(self.forges, target)
        forge_watches.prove(self.session, item, target, looked, by=self.by, at=self.at)
        self.session.commit()
        return item

    def later(self, by: timedelta = HOUR, *, refill: bool = True) -> list[str]:
        """Time passes, and a tick asks what is due."""
        self.at += by
        self.session.commit()
        self.forge.remaining = 60 if refill else self.forge.remaining
        engine = self.session.get_bind()
        assert isinstance(engine, sa.Engine)
        told = forge_watches.run_due(sessions(engine), forges=self.forges, at=self.at)
        self.session.expire_all()
        return told

    def merge(self, conclusion: str | None = "success", *, at: datetime | None = None, title: str = "Change") -> str:
        """A pull request that `staging-online` judged so before it was merged; None: it was not asked."""
        at = at or self.at
        pull = self.repo.open("prod", at=at - 20 * MINUTE, title=title)
        if conclusion is not None:
            self.repo.check(pull["head"]["sha"], "staging-online", conclusion, at=at - 10 * MINUTE)
        return self.repo.merge(pull, at=at)

    def evidence(self, item: ActionItem) -> Evidence:
        return self.session.get_one(Evidence, item.id, populate_existing=True)

    def answers(self, item: ActionItem) -> dict[str, str]:
        """What the item's first proof says: question -> answer."""
        state = self.session.scalars(sa.select(ProofState).join(Proof).where(Proof.action_item_id == item.id)).first()
        assert state is not None
        return {name: one["answer"] for name, one in state.answers.items()}

    def text(self, item: ActionItem, question: str) -> str:
        state = self.session.scalars(sa.select(ProofState).join(Proof).where(Proof.action_item_id == item.id)).one()
        return str(state.answers[question]["text"])

    def count(self, kind: type[Any]) -> int:
        return self.session.scalar(sa.select(sa.func.count()).select_from(kind)) or 0

    def breaks(self) -> list[str]:
        """What was told to have broken, in its order."""
        return [
            str(one)
            for one in self.session.scalars(sa.select(Event.because).where(Event.verb == "broke").order_by(Event.id))
        ]


@pytest.fixture
def world(session: Session, cast: Any) -> Iterator[World]:
    with ForgeStub() as forge:
        forge.github("acme/hub").push("prod", at=AT - 30 * DAY)
        yield World(forge, session, cast.admin)


def test_what_ci_did_all_along_holds_the_item_at_once(world: World) -> None:
    world.repo.require("prod", "staging-online")
    for days in (9, 6, 3):
        world.merge(at=AT - days * DAY)
    item = world.prove()
    assert world.evidence(item).standing is Standing.HOLDING
    assert world.evidence(item).since == AT - 9 * DAY
    assert world.answers(item) == {"defined": "yes", "required": "yes", "exercised": "yes", "last_bit": "none"}
    assert "prod of acme/hub requires staging-online" in world.text(item, "required")
    assert len(world.forge.asked) <= 20
    assert [world.count(kind) for kind in (Policy, RefUpdate)] == [1, 4]  # the first push is older than the context
    assert all(token is None for token in world.forge.seen_tokens)


def test_nothing_is_verified_before_one_change_was_judged(world: World) -> None:
    world.repo.require("prod", "staging-online")
    item = world.prove()
    assert world.evidence(item).standing is Standing.NONE
    world.merge(at=AT + 30 * MINUTE)
    world.later()
    assert world.evidence(item).standing is Standing.HOLDING and world.evidence(item).since == AT + 30 * MINUTE


def test_a_refusal_is_shown_and_breaks_nothing(world: World) -> None:
    world.repo.require("prod", "staging-online")
    world.merge(at=AT - DAY)
    item = world.prove()
    refused = world.repo.open("prod", at=AT + 10 * MINUTE, title="Raise the limit")
    world.repo.check(refused["head"]["sha"], "staging-online", "failure", at=AT + 20 * MINUTE)
    world.later()
    assert world.evidence(item).standing is Standing.HOLDING and world.breaks() == []
    assert "Raise the limit" in world.text(item, "last_bit") and "failed" in world.text(item, "last_bit")


def test_a_push_past_the_check_brings_the_item_back_and_names_it_once(world: World) -> None:
    world.repo.require("prod", "staging-online")
    world.merge(at=AT - DAY)
    item = world.prove()
    commit = world.repo.push("prod", at=AT + 10 * MINUTE, subject="Quick fix", login="mallory")
    for _ in range(3):
        world.later()
    assert world.evidence(item).standing is Standing.BROKEN
    assert world.breaks() == [f"“Quick fix” ({commit[:8]}, mallory) reached acme.hub/prod past the gate: nobody asked it"]
    world.merge(at=world.at)
    world.later()
    assert world.evidence(item).standing is Standing.HOLDING and len(world.breaks()) == 1
    assert world.evidence(item).broke_at == AT + 10 * MINUTE


@pytest.mark.parametrize(
    ("conclusion", "says"),
    [
        ("failure", "past the gate, which had refused it"),
        ("skipped", "past the gate, which had not decided"),
        ("neutral", "past the gate, which had not decided"),
        ("cancelled", "past the gate, which had not decided"),
        (None, "past the gate: nobody asked it"),
    ],
)
def test_a_merge_without_success_went_past_the_gate(world: World, conclusion: str | None, says: str) -> None:
    world.repo.require("prod", "staging-online")
    world.merge(at=AT - DAY)
    item = world.prove()
    world.merge(conclusion, at=AT + 30 * MINUTE)
    world.later()
    assert world.evidence(item).standing is Standing.BROKEN
    (told,) = world.breaks()
    assert told.endswith(says)


def test_what_ran_after_the_push_did_not_gate_it(world: World) -> None:
    """CI runs on the branch after a push as well; that is a report, and no gate."""
    world.repo.require("prod", "staging-online")
    world.merge(at=AT - DAY)
    item = world.prove()
    commit = world.repo.push("prod", at=AT + 10 * MINUTE)
    world.repo.check(commit, "staging-online", "success", at=AT + 12 * MINUTE)
    world.later()
    assert world.evidence(item).standing is Standing.BROKEN


def test_a_check_that_still_ran_at_the_merge_did_not_gate_it(world: World) -> None:
    world.repo.require("prod", "staging-online")
    world.merge(at=AT - DAY)
    item = world.prove()
    pull = world.repo.open("prod", at=AT)
    world.repo.check(pull["head"]["sha"], "staging-online", "success", at=AT + 11 * MINUTE)
    world.repo.merge(pull, at=AT + 10 * MINUTE)
    world.later()
    assert world.evidence(item).standing is Standing.BROKEN


def test_another_ci_s_clock_may_differ_a_little(world: World) -> None:
    world.repo.require("prod", "staging-online")
    world.merge(at=AT - DAY)
    item = world.prove()
    pull = world.repo.open("prod", at=AT)
    world.repo.check(pull["head"]["sha"], "staging-online", "success", at=AT + 11 * MINUTE, app=99)
    world.repo.merge(pull, at=AT + 10 * MINUTE)
    world.later()
    assert world.evidence(item).standing is not Standing.BROKEN and world.breaks() == []


def test_a_run_of_before_the_push_gates_a_branch_that_is_moved_forward(world: World) -> None:
    """`git push origin staging:prod`: the commit was judged on staging."""
    world.repo.require("prod", "staging-online")
    item = world.prove()
    commit = world.repo.push("staging", at=AT + MINUTE)
    world.repo.check(commit, "staging-online", "success", at=AT + 5 * MINUTE)
    world.repo.forward("prod", "staging", at=AT + 10 * MINUTE)
    world.later()
    assert world.evidence(item).standing is Standing.HOLDING and world.breaks() == []


def test_where_the_forge_does_not_tell_when_it_was_pushed_nothing_is_concluded(world: World) -> None:
    world.repo.require("prod", "staging-online")
    world.repo.tells_activity = False
    world.merge(at=AT - DAY)
    item = world.prove()
    commit = world.repo.push("prod", at=AT + 10 * MINUTE)
    world.repo.check(commit, "staging-online", "success", at=AT + 12 * MINUTE)  # before the push, or set off by it?
    world.later()
    asked = len(world.forge.asked)
    world.later()
    assert world.evidence(item).standing is Standing.HOLDING and world.breaks() == []
    assert [path for path in world.forge.asked[asked:] if commit in path] == []  # settled, and not asked again
    world.repo.push("prod", at=world.at + MINUTE, subject="Nobody judged this")
    world.later()
    assert "Nobody judged this" in world.breaks()[0]


def test_a_squash_a_rebase_and_a_merge_queue_are_one_change_each(world: World) -> None:
    world.repo.require("prod", "staging-online")
    item = world.prove()
    squashed = world.repo.open("prod", at=AT)
    world.repo.check(squashed["head"]["sha"], "staging-online", "success", at=AT + MINUTE)
    world.repo.merge(squashed, at=AT + 2 * MINUTE, squash=True)
    queued = world.repo.open("prod", at=AT)
    merge = world.repo.merge(queued, at=AT + 9 * MINUTE)
    world.repo.check(merge, "staging-online", "success", at=AT + 8 * MINUTE)  # the queue's own commit
    world.later()
    assert world.evidence(item).standing is Standing.HOLDING and world.breaks() == []
    told = world.session.scalars(sa.select(RefUpdate.pull_request).where(RefUpdate.at >= AT)).all()
    assert sorted(map(str, told)) == sorted([str(squashed["number"]), str(queued["number"])])


def test_a_dropped_requirement_breaks_after_it_was_seen_three_times(world: World) -> None:
    world.repo.require("prod", "staging-online")
    world.merge(at=AT - DAY)
    item = world.prove()
    world.repo.drop_rules("prod")
    for expected in (Standing.HOLDING, Standing.HOLDING, Standing.BROKEN):
        world.later()
        assert world.evidence(item).standing is expected
    assert "staging-online is not required" in world.breaks()[0]
    world.repo.require("prod", "staging-online")
    for _ in range(3):
        world.later()
    world.merge(at=world.at + MINUTE)
    world.later()
    assert world.evidence(item).standing is Standing.HOLDING and len(world.breaks()) == 1


def refuses(piece: str, status: int, **headers: str) -> Callable[[ForgeStub], None]:
    return lambda forge: forge.refuse(piece, status, **headers)


@pytest.mark.parametrize(
    "trouble",
    [
        refuses("/rules/", 403),
        refuses("/rules/", 404),
        refuses("/repos/", 500),
        refuses("/repos/", 401),
        refuses("/repos/", 403, retry_after="600"),
        refuses("/check-runs", 403),
        refuses("/check-runs", 502),
        refuses("/pulls", 403),
        refuses("/commits", 500),
        lambda forge: forge.stop(),
        lambda forge: setattr(forge, "remaining", 0),
        lambda forge: setattr(forge, "remaining", 8),
    ],
)
def test_a_forge_that_does_not_tell_breaks_nothing_and_nothing_is_missed(
    world: World, trouble: Callable[[ForgeStub], None]
) -> None:
    world.repo.require("prod", "staging-online")
    world.merge(at=AT - DAY)
    item = world.prove()
    trouble(world.forge)
    world.merge(at=AT + 20 * MINUTE)
    commit = world.repo.push("prod", at=AT + 40 * MINUTE)
    for _ in range(2):
        world.later(refill=False)
    told = world.breaks()
    assert all(commit[:8] in one for one in told)  # what can be told although something else cannot is told
    world.forge.relent()
    world.forge.start()
    for _ in range(2):
        world.later(12 * HOUR)  # past the time that a forge which is asked too much wants to be left alone
    assert len(world.breaks()) == 1 and commit[:8] in world.breaks()[0]
    assert world.evidence(item).standing is Standing.BROKEN


def test_long_silence_lapses_and_does_not_break(world: World) -> None:
    world.repo.require("prod", "staging-online")
    world.merge(at=AT - DAY)
    item = world.prove()
    world.forge.refuse("/repos/", 500)
    for _ in range(32):
        world.later(12 * HOUR)
    assert world.evidence(item).standing is Standing.LAPSED and world.breaks() == []


def test_a_look_asks_no_more_than_it_may_and_goes_on_next_time(world: World) -> None:
    world.repo.require("prod", "staging-online")
    item = world.prove()
    for number in range(40):
        world.merge(at=AT + number * MINUTE)
    asked = len(world.forge.asked)
    world.later()
    assert len(world.forge.asked) - asked <= 50
    for _ in range(3):
        world.later()
    assert world.session.scalar(sa.select(sa.func.count()).where(RefUpdate.pull_request.is_not(None))) == 40
    assert world.evidence(item).standing is Standing.HOLDING and world.breaks() == []
    assert world.evidence(item).since == AT


def test_a_quiet_repo_costs_few_requests(world: World) -> None:
    world.repo.require("prod", "staging-online")
    world.merge(at=AT - DAY)
    world.prove()
    asked = len(world.forge.asked)
    world.later()
    assert len(world.forge.asked) - asked <= 5
    assert world.count(GateRun) == 1 and world.count(RefUpdate) == 2


def test_a_watch_is_asked_when_it_is_due_by_one_who_claims_it(world: World) -> None:
    world.merge(at=AT - DAY)
    world.prove()
    assert world.later(30 * MINUTE) == []  # a first look was made just now; without a token it is hourly
    assert len(world.later(30 * MINUTE)) == 1
    assert world.later(timedelta(0)) == []
    world.tokens["github_token"] = "member"
    world.forge.token = "member"
    world.later(HOUR)
    assert len(world.later(15 * MINUTE)) == 1
    assert world.forge.seen_tokens[-1] == "member"


def test_a_spent_limit_is_waited_for(world: World) -> None:
    world.prove()
    world.forge.refuse("/rules/", 403, "secondary rate limit", retry_after="36000")
    world.later()
    watch = world.session.scalars(sa.select(ForgeWatch)).one()
    assert watch.next_run_at is not None and watch.next_run_at > world.at + HOUR and "no more requests" in watch.problem


def test_nobody_is_asked_for_what_nothing_is_proven_by(world: World) -> None:
    item = world.prove()
    world.session.execute(sa.update(Proof).values(until=AT))
    assert world.later() == [] and world.later() == []
    world.session.execute(sa.update(Proof).values(until=AT))
    world.at += DAY
    again = forge_watches.first_look(world.forges, ONLINE)
    forge_watches.prove(world.session, item, ONLINE, again, by=world.by, at=world.at)
    assert len(world.later()) == 1


def test_several_contexts_are_judged_each_by_its_own_rule(world: World) -> None:
    world.repo.require("prod", "staging-online", "lint (3.11)")
    first = world.prove()
    both = Target("github", "ACME/hub", "prod", ("staging-online", "lint (3.11)"))
    second = world.prove(both, world.item("A48"))
    assert world.count(Policy) == 1 and world.count(ForgeWatch) == 1 and world.count(Proof) == 3
    pull = world.repo.open("prod", at=AT + MINUTE)
    world.repo.check(pull["head"]["sha"], "staging-online", "success", at=AT + 2 * MINUTE)
    world.repo.merge(pull, at=AT + 3 * MINUTE)
    world.later()
    assert world.evidence(first).standing is Standing.HOLDING
    assert world.evidence(second).standing is Standing.BROKEN
    assert [one.partition(" reached ")[2] for one in world.breaks()] == ["acme.hub/prod without being judged by lint-3.11"]


def test_another_branch_of_the_repo_is_another_policy(world: World) -> None:
    world.repo.push("main", at=AT - DAY)
    world.prove()
    world.prove(Target("github", "acme/hub", "main", ("tests",)), world.item("A48"))
    assert set(world.session.scalars(sa.select(Policy.name))) == {"forge:acme/hub", "forge:acme/hub@main"}


def test_the_same_twice_is_a_conflict_and_a_look_twice_nothing_new(world: World) -> None:
    world.merge(at=AT - DAY)
    item = world.prove()
    kept = [world.count(kind) for kind in (GateRun, RefUpdate, Policy)]
    with pytest.raises(Conflict):
        world.prove(item=item)
    world.session.rollback()
    world.later()
    assert [world.count(kind) for kind in (GateRun, RefUpdate, Policy)] == kept


def test_what_is_not_there_is_refused_with_a_way_on(world: World) -> None:
    for target in (Target("github", "acme/none", "prod", ("x",)), Target("github", "acme/hub", "none", ("x",))):
        with pytest.raises(NotFound, match="TRACKER_GITHUB_TOKEN"):
            forge_watches.first_look(world.forges, target)
    with pytest.raises(Invalid):
        world.prove(Target("github", "acme/hub", "prod", ("",)))


def test_a_forge_that_is_away_at_first_is_asked_later(world: World) -> None:
    world.repo.require("prod", "staging-online")
    for number in range(30):
        world.merge(at=AT - 20 * DAY + number * HOUR)
    world.forge.stop()
    item = world.prove()
    assert world.evidence(item).standing is Standing.NONE
    world.forge.start()
    world.merge(at=AT + MINUTE)
    world.later()
    assert world.evidence(item).standing is Standing.HOLDING and world.evidence(item).since == AT + MINUTE
    assert world.count(RefUpdate) == 10  # as a first look does, and not all that ever was


def test_the_facts_are_ordinary_ones(world: World) -> None:
    world.repo.require("prod", "staging-online")
    world.merge(at=AT - DAY, title="\x1b[31mRed\n::error::")
    world.prove()
    run = world.session.scalars(sa.select(GateRun)).one()
    assert (run.phase, run.verdict, run.at) == ("forge", Verdict.ALLOW, AT - DAY - 10 * MINUTE)
    told = world.session.scalars(sa.select(Observation)).all()
    assert {one.source for one in told} == {"forge"} and {one.outcome for one in told} == {Outcome.PASS}
    assert world.count(CheckState) == 2


def test_gitlab_is_asked_with_a_token(world: World) -> None:
    project = world.forge.gitlab("acme/infra/hub")
    project.push("prod", at=AT - 30 * DAY)
    project.pipeline_must_succeed = True
    project.protect("prod")
    world.forge.admin_token = world.tokens["gitlab_token"] = "member"
    target = Target("gitlab", "acme/infra/hub", "prod", ("staging-online",))
    request = project.open("prod", at=AT - DAY)
    project.status(request["sha"], "staging-online", "success", at=AT - DAY)
    project.merge(request, at=AT - DAY + HOUR)
    item = world.prove(target)
    assert world.evidence(item).standing is Standing.HOLDING
    assert world.answers(item)["required"] == "yes"
    direct = project.push("prod", at=AT + MINUTE, subject="Past it")
    world.later()
    assert world.evidence(item).standing is Standing.BROKEN and direct[:8] in world.breaks()[0]


def test_a_job_that_may_fail_is_not_required(world: World) -> None:
    project = world.forge.gitlab("acme/infra/hub")
    project.push("prod", at=AT - 30 * DAY)
    project.pipeline_must_succeed = True
    project.protect("prod")
    world.forge.admin_token = world.tokens["gitlab_token"] = "member"
    request = project.open("prod", at=AT - DAY)
    project.status(request["sha"], "staging-online", "success", at=AT - DAY, allow_failure=True)
    project.merge(request, at=AT - DAY + HOUR)
    item = world.prove(Target("gitlab", "acme/infra/hub", "prod", ("staging-online",)))
    assert world.answers(item)["required"] == "no"


def test_no_token_is_kept(world: World) -> None:
    world.forge.admin_token = world.forge.token = world.tokens["github_token"] = "ghp_secret"
    world.repo.require("prod", "staging-online")
    world.merge("failure", at=AT - DAY)
    world.prove()
    world.forge.refuse("/rules/", 500)
    world.later()
    connection = world.session.connection()
    for table in ("gate_run", "gate_result", "observation", "ref_update", "forge_watch", "policy_version", "event"):
        assert all("ghp_secret" not in str(row) for row in connection.execute(sa.text(f"SELECT * FROM {table}")))


def test_two_who_tick_at_once_ask_once(world: World) -> None:
    world.repo.require("prod", "staging-online")
    world.merge(at=AT - DAY)
    world.prove()
    world.merge(at=AT + MINUTE)
    world.session.commit()
    engine = world.session.get_bind()
    assert isinstance(engine, sa.Engine)
    start = threading.Barrier(4)
    told: list[str] = []

    def tick() -> None:
        start.wait()
        told.extend(forge_watches.run_due(sessions(engine), forges=world.forges, at=AT + 2 * HOUR))

    threads = [threading.Thread(target=tick) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 1 and world.count(RefUpdate) == 3


@pytest.mark.parametrize("seed", range(2))
def test_a_long_time_of_everything_shows_exactly_the_changes_that_went_past(world: World, seed: int) -> None:
    """Merges, refusals, reruns, squashes, queues, outages of the forge; now and then a change past the check."""
    chance = random.Random(seed)
    world.repo.require("prod", "staging-online")
    world.merge(at=AT - DAY)
    item = world.prove()
    past: list[str] = []
    for step in range(50):
        moment = world.at + MINUTE
        kind = chance.choices(
            ["fine", "refused", "rerun", "squash", "queue", "push", "skipped", "away"], [8, 3, 3, 3, 2, 1, 1, 3]
        )[0]
        pull = world.repo.open("prod", at=moment, title=f"Change {step}")
        head = pull["head"]["sha"]
        if kind in ("refused", "rerun"):
            world.repo.check(head, "staging-online", "failure", at=moment + MINUTE)
        if kind in ("fine", "rerun", "squash"):
            world.repo.check(head, "staging-online", "success", at=moment + 2 * MINUTE)
        if kind == "skipped":
            world.repo.check(head, "staging-online", "skipped", at=moment + 2 * MINUTE)
        if kind in ("fine", "rerun", "squash", "queue", "skipped"):
            merge = world.repo.merge(pull, at=moment + 3 * MINUTE, squash=kind == "squash")
            if kind == "queue":
                world.repo.check(merge, "staging-online", "success", at=moment + 2 * MINUTE)
            if kind == "skipped":
                past.append(merge[:8])
        if kind == "push":
            past.append(world.repo.push("prod", at=moment + 3 * MINUTE, subject=f"Pushed {step}")[:8])
        world.forge.relent()
        if kind == "away":
            world.forge.refuse(
                chance.choice(["/repos/", "/check-runs", "/rules/", "/pulls", "/activity"]), chance.choice([403, 404, 500])
            )
        world.later(chance.choice([HOUR, 2 * HOUR]))
    world.forge.relent()
    world.later()
    assert [one for told in world.breaks() for one in past if one in told] == past and len(world.breaks()) == len(past)
    assert past, "the seed has to have something to find"
    assert world.evidence(item).broke_at is not None


def test_a_forge_that_hangs_keeps_nobody_waiting_long(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forge_watches, "SECONDS_FIRST", 0.5)
    world.repo.require("prod", "staging-online")
    world.forge.delay_seconds = 0.2
    start = time.monotonic()
    item = world.prove()
    assert time.monotonic() - start < 4
    world.forge.delay_seconds = 0
    world.merge(at=AT + MINUTE)
    world.later()
    assert world.evidence(item).standing is Standing.HOLDING


@pytest.mark.parametrize("tells", [True, False])
def test_the_parts_of_a_rebased_request_are_one_change(world: World, tells: bool) -> None:
    world.repo.require("prod", "staging-online")
    world.repo.tells_activity = tells
    world.merge(at=AT - DAY)
    item = world.prove()
    pull = world.repo.open("prod", at=AT + MINUTE)
    world.repo.check(pull["head"]["sha"], "staging-online", "success", at=AT + 2 * MINUTE)
    world.repo.rebase(pull, at=AT + 3 * MINUTE, commits=3)
    kept = world.count(RefUpdate)
    world.later()
    assert world.evidence(item).standing is Standing.HOLDING and world.breaks() == []
    assert world.count(RefUpdate) == kept + 1


def test_what_another_app_reports_is_not_what_the_branch_requires(world: World) -> None:
    """Whoever may write to a repo can report a status of any name."""
    world.repo.require("prod", "staging-online", app=ACTIONS)
    world.merge(at=AT - DAY)
    item = world.prove()
    pull = world.repo.open("prod", at=AT + MINUTE)
    world.repo.check(pull["head"]["sha"], "staging-online", "success", at=AT + 2 * MINUTE, app=99)
    world.repo.merge(pull, at=AT + 3 * MINUTE)
    world.later()
    assert world.evidence(item).standing is Standing.BROKEN


def test_the_last_word_before_the_merge_counts(world: World) -> None:
    world.repo.require("prod", "staging-online")
    world.merge(at=AT - DAY)
    item = world.prove()
    pull = world.repo.open("prod", at=AT + MINUTE)
    merge = world.repo.merge(pull, at=AT + 9 * MINUTE)
    world.repo.check(merge, "staging-online", "success", at=AT + 5 * MINUTE)
    world.repo.check(pull["head"]["sha"], "staging-online", "failure", at=AT + 8 * MINUTE)
    world.later()
    assert world.evidence(item).standing is Standing.BROKEN and "had refused it" in world.breaks()[0]
