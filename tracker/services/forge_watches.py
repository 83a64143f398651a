"""Proof without a policy file: a guard made out of what the forge knows, asked outward (POLICY §2.6).

A look asks the network and holds no transaction; what it found is kept as ordinary facts: runs of the gate (phase `forge`),
ref updates and observations (source `forge`). What could not be found out is an error or is left for the next look; it is
never taken for broken.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.domain.errors import Conflict, NotFound
from tracker.domain.policy import Outcome
from tracker.policy.forge import Forges, workflow
from tracker.policy.forge.looking import Arrival, Look, look
from tracker.policy.kinds.branch_rules import judge
from tracker.policy.values import Observation
from tracker.services import deployments, evidence, observations, proofs
from tracker.services.forge_policies import NAMES, Target, Watched, ensure, rows_of, target_of
from tracker.services.forge_runs import keep_run
from tracker.store.engine import Sessions
from tracker.store.models import ActionItem, Check, ForgeWatch, Person, Proof, ProofState, RefUpdate
from tracker.store.queries.policies import locked_stage

__all__ = ["Target", "answers", "first_look", "jobs_to_copy", "prove", "run_due", "target_of"]

WITH_TOKEN, WITHOUT = timedelta(minutes=15), timedelta(hours=1)  # between two looks
BUDGET, BUDGET_WITHOUT = 300, 50  # requests of a look; without a token GitHub answers 60 an hour, for all repos together
SECONDS = 90.0  # that a look may take
SECONDS_FIRST = 20.0  # and the first one, which somebody waits for; the next look goes on where it ended
MOST_SETTLED = 500


@dataclass(frozen=True, slots=True)
class Looked:
    """A look, what to remember of it for the next one, and how long that may wait."""

    look: Look
    tags: dict[str, Any]
    every: timedelta


def first_look(forges: Forges, target: Target) -> Looked:
    """Ask the forge about a target that a person named. No session is needed.

    Raises `NotFound` where the repo or branch is not there, or may not be seen. A forge that is away is no hindrance: what
    it did not tell is asked again later.
    """
    looked = _look(forges, target, budget=_budget(forges, target.forge, 1), seconds=SECONDS_FIRST)
    if looked.look.missing:
        token = (
            "" if forges.knows_me(target.forge) else f", and set TRACKER_{target.forge.upper()}_TOKEN if it is not public"
        )
        raise NotFound(f"There is no {target.place}, as far as can be seen from here. Check the names{token}.")
    return looked


def prove(
    session: Session, item: ActionItem, target: Target, looked: Looked, *, by: Person | None, at: datetime
) -> list[Proof]:
    """From now on `item` is proven by these contexts on that branch; what the look found counts from the beginning.

    Raises `Conflict` where all of them prove it already.
    """
    began = [run.at for arrival in looked.look.arrivals for run in arrival.runs]
    there = ensure(session, target, since=min(began, default=at), by=by.name if by else "", at=at)
    keep(session, there, looked, at=at)
    made = []
    for context in target.contexts:
        try:
            made.append(proofs.prove(session, item, there.guards[context], there.stage, by=by, at=at, source="forge"))
        except Conflict:
            if len(target.contexts) == 1:
                raise
    return made


def answers(session: Session, made: Sequence[Proof]) -> list[tuple[str, ProofState]]:
    """What is known of proofs that were just made: the check's id, and the state with its answers."""
    query = sa.select(Check.slug, ProofState).join(Proof, Proof.check_id == Check.id)
    rows = query.join(ProofState, ProofState.proof_id == Proof.id).where(Proof.id.in_([one.id for one in made]))
    return [(slug, state) for slug, state in session.execute(rows.order_by(Proof.id))]


def jobs_to_copy(target: Target, looked: Looked) -> list[str]:
    """CI that makes a context, for each that has not been seen to run: there may be no such job yet."""
    ran = {run.context for arrival in looked.look.arrivals for run in arrival.runs}
    ran |= {run.context for _, run in looked.look.refused}
    return [workflow.lines(target.forge, target.branch, context) for context in target.contexts if context not in ran]


def keep(session: Session, there: Watched, looked: Looked, *, at: datetime) -> None:
    """Store what a look found. The same things found again are nothing new."""
    found, watch = looked.look, there.watch
    locked_stage(session, there.stage.id)  # first of all, as whoever writes about a stage does
    for arrival in found.arrivals:
        for run in arrival.runs:
            keep_run(session, there, run, arrival.request, at=at)
    for request, run in found.refused:
        keep_run(session, there, run, request, at=at)
    for context in watch.contexts:
        _keep_required(session, there, context, found, at=at)
    updates = [_update(there, one, at) for one in found.arrivals]
    deployments.reached(session, there.stage, updates, source="forge", at=at)
    settled = [*watch.etags.get("settled", []), *found.settled]
    watch.etags = {"tags": looked.tags, "settled": settled[-MOST_SETTLED:]}
    watch.asked_at = at if found.listed else watch.asked_at  # until then every look is the first one
    watch.problem = (found.problem or found.silent)[:300]
    watch.next_run_at = max(at + looked.every, found.until or at)
    session.flush()
    evidence.refresh(session, stages=[there.stage], at=at)


def run_due(sessions: Sessions, *, forges: Forges, at: datetime) -> list[str]:
    """Look at every branch whose time has come, each claimed by its row; returns what was found, a line each.

    Of two who run this at once each watch is asked by one. No transaction is open while the forge is asked.
    """
    told = []
    with sessions.reading() as session:
        due = session.scalars(sa.select(ForgeWatch.id).where(ForgeWatch.next_run_at <= at).order_by(ForgeWatch.next_run_at))
        ids = list(due)
    for watch_id in ids:
        claimed = _claim(sessions, watch_id, forges, at)
        if claimed is None:
            continue
        target, budget, known, since, tags = claimed
        looked = _look(forges, target, budget=budget, known=known, since=since, tags=tags)
        with sessions.writing() as session:
            keep(session, rows_of(session, session.get_one(ForgeWatch, watch_id)), looked, at=at)
            session.commit()
        told.append(_line(target, looked.look))
    return told


def _claim(
    sessions: Sessions, watch_id: int, forges: Forges, at: datetime
) -> tuple[Target, int, set[str], datetime | None, dict[str, Any]] | None:
    """Take a watch whose time has come, by moving that time; None where somebody else has it, or nothing is proven by it."""
    with sessions.writing() as session:
        watch = session.get_one(ForgeWatch, watch_id)
        every = _every(forges, watch.forge)
        proven = sa.exists().where(Proof.check_id == Check.id, Check.policy_id == watch.policy_id, Proof.until.is_(None))
        wanted = session.scalar(sa.select(proven))
        took = session.execute(
            sa.update(ForgeWatch)
            .where(ForgeWatch.id == watch_id, ForgeWatch.next_run_at == watch.next_run_at, ForgeWatch.next_run_at <= at)
            .values(next_run_at=at + every if wanted else None)
            .execution_options(synchronize_session=False)
        )
        target = Target(watch.forge, watch.repo, watch.branch, tuple(watch.contexts))
        others = session.scalar(
            sa.select(sa.func.count()).where(ForgeWatch.forge == watch.forge, ForgeWatch.next_run_at.is_not(None))
        )
        stage = rows_of(session, watch).stage
        known = set(session.scalars(sa.select(RefUpdate.commit).where(RefUpdate.stage_id == stage.id)))
        known |= set(watch.etags.get("settled", []))
        asked, tags = watch.asked_at, dict(watch.etags.get("tags", {}))
        session.commit()
    if not took.rowcount or not wanted:  # type: ignore[attr-defined]
        return None
    return target, _budget(forges, target.forge, others or 1), known, asked, tags


def _look(
    forges: Forges,
    target: Target,
    *,
    budget: int,
    seconds: float = SECONDS,
    known: Sequence[str] | set[str] = (),
    since: datetime | None = None,
    tags: dict[str, Any] | None = None,
) -> Looked:
    repo = forges.repo(target.forge, target.repo, budget=budget, deadline=time.monotonic() + seconds, tags=tags)
    found = look(repo, target.branch, target.contexts, known=known, since=since)
    return Looked(found, repo.asking.kept_tags(), _every(forges, target.forge))


def _every(forges: Forges, forge: str) -> timedelta:
    return WITH_TOKEN if forges.knows_me(forge) else WITHOUT


def _budget(forges: Forges, forge: str, watches: int) -> int:
    """Requests for one look. Without a token all watches share what the forge gives to strangers in an hour."""
    return BUDGET if forges.knows_me(forge) else max(8, BUDGET_WITHOUT // watches)


def _keep_required(session: Session, there: Watched, context: str, found: Look, *, at: datetime) -> None:
    """Whether the forge requires the context, as an observation. Not told is an error, which changes nothing."""
    check = there.required[context]
    rule = there.policy.check(check.slug)
    assert rule is not None
    name = NAMES[there.watch.forge]
    if found.rules is None:
        seen = Observation(Outcome.ERROR, found.silent or f"{name} did not tell.")
    else:
        params: Any = rule.with_
        seen = judge(found.rules, params)
    runs = [run for arrival in found.arrivals for run in arrival.runs if run.context == context]
    if seen.outcome is Outcome.PASS and runs and runs[-1].may_fail:
        seen = Observation(Outcome.FAIL, f"{context} is allowed to fail, so it stops nothing", seen.evidence)
    row = observations.add(session, check, there.stage, seen, observed_at=at, at=at, source="forge")
    observations.refold(session, check, there.stage, row, at=at)


def _update(there: Watched, one: Arrival, at: datetime) -> deployments.Update:
    return deployments.Update(
        ref=f"refs/heads/{there.watch.branch}",
        commit=one.commit,
        at=min(one.at, at),
        parent=one.parent,
        subject=one.subject,
        author=one.author,
        pull_request=one.request.number if one.request else None,
        url=one.url or None,
    )


def _line(target: Target, found: Look) -> str:
    if found.problem or found.silent:
        return f"{target.place}: {found.problem or found.silent}"
    count = len(found.arrivals)
    return f"{target.place}: {count or 'no'} new {'change' if count == 1 else 'changes'}"
