"""What was deployed, what reached a branch, and what of it did not come through the gate."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.domain.errors import Conflict, Invalid
from tracker.policy.coverage import Passage
from tracker.services import evidence, evidence_facts, observations
from tracker.services.gate_runs import find
from tracker.services.observations import EARLY
from tracker.store.models import Check, Deployment, DeploymentRecord, RefUpdate, Stage
from tracker.store.queries.policies import locked_stage

STATUSES = ("started", "success", "failure")
SOURCES = ("hook", "history", "forge")
MOST_UPDATES = 1000
LOOK_BACK = timedelta(days=90)
ON_THE_WAY = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """A deploy as whoever runs it tells: begun, or how it ended. `gate` is the public id of the run that allowed it."""

    status: str
    commit: str | None = None
    tree: str | None = None
    content_id: str | None = None
    subject: str = ""
    author: str = ""
    started_at: datetime | None = None
    finished_at: datetime | None = None
    gate: str | None = None


@dataclass(frozen=True, kw_only=True)
class Update:
    """A commit that reached a branch."""

    ref: str
    commit: str
    at: datetime
    parent: str | None = None
    content_id: str | None = None
    subject: str = ""
    author: str = ""
    pull_request: str | None = None
    url: str | None = None


def record(
    session: Session, stage: Stage, told: Deployed, *, by: str = "", key: str | None = None, at: datetime
) -> DeploymentRecord:
    """Keep that a deploy began, or how it ended: one row per deploy, known by its gate run, else by `key`.

    Told again it is the same row; a "started" that comes late does not undo the end. Raises `Invalid`, `NotFound` for a
    gate run that there is none of, `Conflict` for one of another stage or where another end was told before.
    """
    _checked(told, at)
    locked_stage(session, stage.id)
    run = find(session, told.gate) if told.gate else None
    if run is not None and run.stage_id != stage.id:
        raise Conflict("That gate run was for another stage.")
    row = _known(session, stage, told, key, run.id if run else None)
    if row is None:
        row = DeploymentRecord(stage_id=stage.id, status=told.status, started_at=told.started_at or told.finished_at or at)
        row.idempotency_key = key
        session.add(row)
    elif row.status != "started" and told.status not in ("started", row.status):
        raise Conflict(f"This deploy was told to have ended as {row.status} already.")
    elif row.status == "started":
        row.status = told.status
    _fill(row, told, at=at)
    row.gate_run_id = row.gate_run_id or (run.id if run else None)
    row.by = row.by or by
    session.flush()
    evidence.refresh(session, stages=[stage], at=at)
    return row


def by_our_clock(updates: Sequence[Update], *, sent_at: datetime | None, at: datetime) -> Sequence[Update]:
    """What a hook tells, by this server's clock, which also stamps the gate's runs: by a clock that is slow a change would
    have been there before its gate was asked. A minute is the way here, not the clock."""
    wrong = at - sent_at if sent_at is not None else timedelta(0)
    return [replace(one, at=one.at + wrong) for one in updates] if abs(wrong) > ON_THE_WAY else updates


def reached(session: Session, stage: Stage, updates: Sequence[Update], *, source: str, at: datetime) -> list[RefUpdate]:
    """Keep what reached the branch of a stage; returns what is new. The same report again is nothing new.

    A hook tells at the moment itself, and so is believed whenever it tells; the history of the branch is only asked for
    what nobody told: a commit that is known already is left out, since its time there is a guess.
    """
    if source not in SOURCES:
        raise Invalid(f"source has to be one of {', '.join(SOURCES)}.", "source")
    if len(updates) > MOST_UPDATES:
        raise Invalid(f"At most {MOST_UPDATES} updates are taken at once: send them in parts.", "updates")
    if any(one.at > at + EARLY for one in updates):
        raise Invalid("An update is from the future: set the clock of the machine that says so.", "updates")
    locked_stage(session, stage.id)  # two who report take turns
    commits = [one.commit for one in updates]
    query = sa.select(RefUpdate).where(RefUpdate.stage_id == stage.id, RefUpdate.commit.in_(commits))
    known = list(session.scalars(query))
    new: list[RefUpdate] = []
    for told in updates:
        if any(_same(one, told, source) for one in [*known, *new]):
            continue
        new.append(_update(stage, told, source, at))
    session.add_all(new)
    session.flush()
    if new:
        evidence.refresh(session, stages=[stage], at=at)
    return new


def confirm(session: Session, update: RefUpdate, *, by: str, at: datetime) -> None:
    """A person says that a change which came while this server was away went through the gate."""
    if update.confirmed_at is not None:
        raise Conflict(f"{update.confirmed_by} has confirmed that already.")
    update.confirmed_at, update.confirmed_by = at, by
    session.flush()
    # The row was changed, not added: what was carried of it is read anew.
    evidence.refresh(session, stages=[session.get_one(Stage, update.stage_id)], at=at, whole=True)


def ungated(session: Session, stage: Stage, *, at: datetime) -> list[Passage]:
    """What reached the stage within the last 90 days and no gate had let through, newest first.

    What came while this server was away is not in it: nobody knows.
    """
    query = sa.select(Check.id).join(Deployment, Deployment.policy_id == Check.policy_id)
    checks = session.scalars(query.where(Deployment.id == stage.deployment_id)).all()
    known = evidence_facts.load(session, stage.id, after=at - LOOK_BACK, guards=checks, watched=())
    past = [one for one in known.passages if not (one.let_through or one.repeats or one.in_gap or one.change.confirmed)]
    return past[::-1]


def _same(known: RefUpdate, told: Update, source: str) -> bool:
    """Whether a report is of an update that is known: told of the same time, or known at all where it is no hook's."""
    return known.commit == told.commit and (known.at == told.at or source != "hook")


def _update(stage: Stage, told: Update, source: str, at: datetime) -> RefUpdate:
    return RefUpdate(
        stage_id=stage.id,
        ref=told.ref,
        commit=told.commit,
        parent=told.parent,
        content_id=told.content_id,
        pull_request=told.pull_request,
        subject=_line(told.subject),
        author=_line(told.author),
        at=told.at,
        received_at=at,
        source=source,
        url=told.url,
    )


def _checked(told: Deployed, at: datetime) -> None:
    if told.status not in STATUSES:
        raise Invalid(f"status has to be one of {', '.join(STATUSES)}.", "status")
    for time in (told.started_at, told.finished_at):
        if time is not None:
            observations.check_time(time, at=at, by_file=True)
    if told.started_at and told.finished_at and told.finished_at < told.started_at:
        raise Invalid("It ended before it began.", "finished_at")


def _known(session: Session, stage: Stage, told: Deployed, key: str | None, run_id: int | None) -> DeploymentRecord | None:
    """The row of this deploy: by key; else by its gate run, since one run lets one deploy through."""
    query = sa.select(DeploymentRecord).where(DeploymentRecord.stage_id == stage.id)
    if key is not None:
        found = session.scalar(query.where(DeploymentRecord.idempotency_key == key))
        if found is not None:
            return found
    if run_id is None:
        return None
    query = query.where(DeploymentRecord.gate_run_id == run_id, DeploymentRecord.commit == told.commit)
    return session.scalars(query.order_by(DeploymentRecord.id.desc())).first()


def _fill(row: DeploymentRecord, told: Deployed, *, at: datetime) -> None:
    row.commit, row.tree = row.commit or told.commit, row.tree or told.tree
    row.content_id = row.content_id or told.content_id
    row.subject, row.author = row.subject or _line(told.subject), row.author or _line(told.author)
    if told.status != "started" and row.finished_at is None:
        row.finished_at = max(told.finished_at or at, row.started_at)


def _line(text: str) -> str:
    """One line without control characters: it comes from commits."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:300]
