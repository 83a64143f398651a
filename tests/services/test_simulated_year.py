"""A year of a team, through the real services and database: no false alarm, no miss (issue 9).

1,000 changes, 200 outages of staging, 40 refusals, 10 changes past the gate, 5 removals or softenings of a check, an outage
of this server a month with changes meanwhile, reports that come late, twice and in another order. Exactly the 15 real breaks
are told, each once, each naming its cause.
"""

import random
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from tracker.domain.claims import Visibility
from tracker.domain.policy import Enforcement, Outcome, Standing, Verdict
from tracker.policy.values import Change, Observation, Result
from tracker.services import deployments, documents, evidence, gates, lists, observations, policies
from tracker.services.action_items import find
from tracker.services.deployments import Update
from tracker.services.gates import GateRequest
from tracker.services.lists import ItemFilters
from tracker.store.models import ActionItem, Check, Deployment, Event, Evidence, Gap, GateRun, ProofState, RefUpdate, Stage
from tracker.store.queries.evidence import is_regressed

START = datetime(2026, 1, 1, 6, tzinfo=UTC)
DAYS, CHANGES, OUTAGES, REFUSALS, PAST = 365, 1000, 200, 40, 10
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

INCIDENT = b"""# Accidental merge to prod

**Date:** 2025-11-03

## Action items

1. [x] Block merges to production if the staging hub is not online
2. [x] Make it obvious which deployment is being managed
"""
ONLINE = """
  - id: staging-online
    kind: http
    applies_to: {stages: [prod]}
    enforcement: ENFORCEMENT
    mode: guard
    with: {url: "http://staging.example.org/hub/health"}
    proves: [A1 Block merges]
"""
POLICY = f"""\
apiVersion: policy/v1
name: hubs
deployments:
  - id: hub
    paths: ["hub/**"]
    stages: [{{id: staging}}, {{id: prod, protected: true, promotes_from: staging}}]
checks:
  - id: one-hub-named
    kind: target
    applies_to: {{stages: [prod]}}
    enforcement: hard
    proves: [A2 obvious]
  - id: prod-merges-gated
    kind: pushed
    applies_to: {{stages: [prod]}}
    enforcement: advisory
    mode: condition
    fresh_for: 3d
    proves: [A1]
{ONLINE}"""
WEAKER = {
    "removed": POLICY.replace(ONLINE, ""),
    "softened": POLICY.replace("ENFORCEMENT", "advisory"),
    "taken off": POLICY.replace(
        "stages: [prod]}\n    enforcement: ENFORCEMENT", "stages: [staging]}\n    enforcement: hard"
    ).replace("    proves: [A1 Block merges]\n", ""),  # with it the version would be refused, or prove it on staging
    "no longer says": POLICY.replace("    proves: [A1 Block merges]\n", ""),
    "removed again": POLICY.replace(ONLINE, ""),
}


class Year:
    """The team: what it does is written down through the services, at the time that the test says."""

    def __init__(self, session, cast):
        self.session, self.cast, self.random = session, cast, random.Random(20260101)
        self.n = 0
        self.later: list[tuple[datetime, str, Update]] = []  # reports that come again, late
        saved = documents.create(session, INCIDENT, "merge.md", by=cast.admin, at=START, message="Import", via="import")
        saved.incident.visibility = Visibility.INTERNAL
        self.push(POLICY, START, "f" * 40)
        self.prod = session.scalars(sa.select(Stage).join(Deployment).where(Stage.slug == "prod")).one()
        self.checks = {one.slug: one for one in session.scalars(sa.select(Check))}
        session.commit()

    def push(self, text, at, commit, author="Rosa"):
        yaml = text.replace("ENFORCEMENT", "hard").encode()
        policies.push(self.session, yaml, commit=commit, author=author, by="ci", seen_by=self.cast.admin, at=at)

    def change(self):
        self.n += 1
        commit, content = f"{self.n:040x}", f"content {self.n}"
        return Change(
            deployment="hub", stage="prod", ref="refs/heads/prod", old="0" * 40, new=commit, content_id=content,
            commits=(commit,), changed_paths=("hub/config.yaml",), deployments_touched=("hub",),
            subject=f"Change {self.n}", author="Ada", actor="ada",
        )  # fmt: skip

    def ask(self, change, at, *, online=True, received_at=None, phase="hook"):
        """The hook asks the gate, as the command line does it."""
        request = GateRequest(change=change, phase=phase)
        opened = gates.open(self.session, request, at=at, received_at=received_at)
        answers = [
            _result("staging-online", "http", Outcome.PASS if online else Outcome.FAIL),
            _result("one-hub-named", "target", Outcome.PASS),
        ]
        decision = gates.decide(self.session, opened.run, answers, at=received_at or at)
        return decision.verdict

    def reach(self, change, at, *, source="hook", told_at=None):
        update = Update(
            ref="refs/heads/prod",
            commit=change.new,
            at=at,
            content_id=change.content_id,
            subject=change.subject,
            author="Ada",
        )
        deployments.reached(self.session, self.prod, [update], source=source, at=told_at or at)
        return update

    def observe(self, check, outcome, seen_at, at):
        observation = Observation(outcome, {"pass": "as it should be", "fail": "it did not answer: 503"}[outcome])
        observations.record(
            self.session, self.checks[check], self.prod, observation, observed_at=seen_at, at=at, source="ci"
        )


def _result(check, kind, outcome):
    summary = "answered 200" if outcome is Outcome.PASS else "did not answer: 503"
    return Result(check=check, title=check, kind=kind, outcome=outcome, summary=summary, enforcement=Enforcement.HARD)


def a_change(year, at):
    """As on any day: asked, allowed, merged; now and then somebody reports it again."""
    change = year.change()
    assert year.ask(change, at) is Verdict.ALLOW
    update = year.reach(change, at + MINUTE)
    if year.random.random() < 0.05:
        deployments.reached(year.session, year.prod, [update], source="hook", at=at + 2 * MINUTE)
    if year.random.random() < 0.1:
        year.later.append((at + year.random.randint(1, 9) * DAY, "history", update))
    return change


def an_outage(year, at, *, refuses):
    """Staging is down: seen once, or three times and back twice, not always told in order; who promotes then is refused."""
    seen = [(n * 5 * MINUTE, Outcome.FAIL if n < 3 else Outcome.PASS) for n in range(5)]
    year.random.shuffle(seen)
    if year.random.random() < 0.7:
        seen = [(5 * MINUTE, Outcome.FAIL)]
    for after, outcome in seen:
        year.observe("staging-online", outcome, at + after, at + 30 * MINUTE)
    if refuses:
        assert year.ask(year.change(), at + 12 * MINUTE, online=False) is Verdict.DENY


def a_change_past_the_gate(year, at, *, refused):
    change = year.change()
    if refused:
        assert year.ask(change, at, online=False) is Verdict.DENY
    year.reach(change, at + MINUTE)
    return f"“{change.subject}” ({change.new[:8]}, Ada) reached hub/prod past the gate"


def an_outage_of_this_server(year, at):
    """Two changes meanwhile: the hook's file of one is handed in days later, of the other nobody knows."""
    year.session.add(Gap(start=at, end=at + 2 * HOUR))
    handed_in, lost, before = year.change(), year.change(), shown(year)
    year.reach(handed_in, at + HOUR, told_at=at + 3 * HOUR)
    year.reach(lost, at + 1.5 * HOUR, source="history", told_at=at + 3 * HOUR)
    assert shown(year) == before, "nothing more is shown than what may still be broken"
    late = year.random.randint(1, 20) * DAY
    return at + late, handed_in, at + HOUR - MINUTE


@pytest.fixture
def year(session, cast):
    return Year(session, cast)


def plan(chance):
    """What happens when, a moment of its own each: the plain changes fill what the rest leaves of the 1,000."""
    kinds = ["past"] * PAST + ["weaker"] * 5 + ["gap"] * 12 + ["outage"] * OUTAGES + ["gated"] * DAYS
    kinds += ["change"] * (CHANGES - 1 - PAST - 2 * 12 - len(WEAKER))  # one begins the year, one comes after each repair
    slots = sorted(chance.sample(range(5, DAYS * 24 - 48, 2), len(kinds)))
    chance.shuffle(kinds)
    return [(START + slot * HOUR, kind) for slot, kind in zip(slots, kinds, strict=True)]


class Calendar:
    """Goes through the year; what may not overlap (a weaker policy and a change past the gate) waits for its turn."""

    def __init__(self, year):
        self.year = year
        self.expected = {"A1": [], "A2": []}
        self.weaker = list(WEAKER.items())
        self.hand_in, self.waiting = [], []
        self.restore = None
        self.refusals, self.past = REFUSALS - 4, 0

    def slot(self, at, kind):
        self.late_reports(at)
        if self.restore is not None and self.restore <= at:
            self.year.push(POLICY, at, f"{self.year.n:040x}")
            self.restore = None
            a_change(self.year, at + MINUTE)
        settle(self.year, at + 3 * MINUTE)
        if kind in ("past", "weaker", "gap"):
            self.waiting.append(kind)
        if self.waiting and self.restore is None:
            getattr(self, self.waiting.pop(0) + "_")(at + 5 * MINUTE)
        if kind == "change":
            a_change(self.year, at + 10 * MINUTE)
        elif kind == "gated":
            self.year.observe("prod-merges-gated", Outcome.PASS, at, at + 10 * MINUTE)
        elif kind == "outage":
            an_outage(self.year, at + 10 * MINUTE, refuses=self.refusals > 0 and self.restore is None)
            self.refusals -= self.restore is None

    def late_reports(self, at):
        for one in [one for one in self.hand_in if one[0] <= at]:
            assert self.year.ask(one[1], one[2], received_at=at) is Verdict.ALLOW
            self.hand_in.remove(one)
        for one in [one for one in self.year.later if one[0] <= at]:
            deployments.reached(self.year.session, self.year.prod, [one[2]], source=one[1], at=at)
            self.year.later.remove(one)

    def gap_(self, at):
        self.hand_in.append(an_outage_of_this_server(self.year, at))

    def past_(self, at):
        cause = a_change_past_the_gate(self.year, at, refused=self.past < 4)
        self.past += 1
        for key in ("A1", "A2"):
            self.expected[key].append(cause)
        assert shown(self.year) == {"A1", "A2"}

    def weaker_(self, at):
        words, text = self.weaker.pop(0)
        commit = f"{self.year.n:08x}" + "e" * 32
        self.year.push(text, at, commit, author="Mallory")
        self.expected["A1"].append(f"{words.removesuffix(' again')} … in {commit[:8]} by Mallory")
        self.restore = at + DAY
        assert shown(self.year) == {"A1"}


def settle(year, at):
    """Once it holds again somebody sees it, and says so."""
    held = sa.select(ActionItem.key).join(Evidence, Evidence.action_item_id == ActionItem.id)
    for key in year.session.scalars(held.where(is_regressed(), Evidence.standing == Standing.HOLDING)).all():
        evidence.seen(year.session, find(year.session, key, year.cast.admin), by=year.cast.admin, at=at)


def shown(year):
    """What heads the list of whoever looks."""
    filters = ItemFilters(state="all", by="none", regressed=True)
    return {row.key for row in lists.open_items(year.session, year.cast.reader, filters, START.date()).rows}


def test_a_year_shows_exactly_the_real_breaks_each_once_each_naming_its_cause(year):
    a_change(year, START + HOUR)
    calendar = Calendar(year)
    for at, kind in plan(year.random):
        calendar.slot(at, kind)
        year.session.commit()
    told = {key: [] for key in calendar.expected}
    events = sa.select(ActionItem.key, Event.because).join(ActionItem, ActionItem.id == Event.action_item_id)
    for key, because in year.session.execute(events.where(Event.verb == "broke").order_by(Event.id)):
        told[key].append(because)
    assert {key: len(those) for key, those in told.items()} == {"A1": PAST + len(WEAKER), "A2": PAST}
    for key, causes in calendar.expected.items():
        for because, cause in zip(told[key], causes, strict=True):
            assert all(part in because for part in cause.split(" … ")), (because, cause)
    assert counted(year) == {"changes": CHANGES, "refusals": REFUSALS}
    assert shown(year) == set()
    kept = standing(year)
    evidence.refresh(year.session, at=START + DAYS * DAY, whole=True)
    assert standing(year) == kept, "what was kept up a little at a time is what reading all of it says"
    assert year.session.scalar(sa.select(sa.func.count()).select_from(Event).where(Event.verb == "broke")) == 25


def standing(year):
    """The caches of all proofs and items, but for where a fold would go on from."""
    year.session.expire_all()
    proofs = sa.select(ProofState.proof_id, ProofState.standing, ProofState.since, ProofState.because, ProofState.answers)
    proofs = proofs.order_by(ProofState.proof_id)
    items = sa.select(Evidence.action_item_id, Evidence.standing, Evidence.since, Evidence.because, Evidence.broke_at)
    items = items.order_by(Evidence.action_item_id)
    return year.session.execute(proofs).all(), year.session.execute(items).all()


def counted(year):
    """That the year was the one that was asked for."""
    refusals = sa.select(sa.func.count()).select_from(GateRun).where(GateRun.verdict == Verdict.DENY)
    changes = sa.select(sa.func.count(sa.distinct(RefUpdate.commit)))
    return {"changes": year.session.scalar(changes), "refusals": year.session.scalar(refusals)}
