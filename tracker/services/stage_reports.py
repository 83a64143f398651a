"""How a stage stands, and what stands behind an item, as programs are told."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.domain.errors import NotFound
from tracker.policy.wire import to_json
from tracker.services import deployments, gate_facts
from tracker.services.gate_requests import waivers_on
from tracker.services.policies_in_force import InForce
from tracker.services.proven_items import texts_of_items
from tracker.store.models import (
    ActionItem,
    Check,
    CheckState,
    Deployment,
    Evidence,
    GateRun,
    Observation,
    Person,
    Proof,
    ProofState,
    Stage,
)
from tracker.store.queries import policies as queries

LAST = 10


def report(
    session: Session, there: InForce, deployment: Deployment, stage: Stage, *, at: datetime, run_url: Callable[[str], str]
) -> dict[str, Any]:
    """A stage: what runs there, its checks, windows, last deployments and runs, what went past the gate."""
    facts = gate_facts.facts(session, there.row, deployment, at=at)
    return {
        "deployment": deployment.slug,
        "stage": stage.slug,
        "title": deployment.title,
        "protected": stage.protected,
        "url": stage.url,
        "policy": {"name": there.policy.name, "digest": there.version.digest, "yaml": there.version.yaml},
        "now": to_json(gate_facts.now_on(facts.ran.get(stage.slug, ()))),
        "checks": _checks(session, there, deployment, stage, at),
        "waivers": to_json(waivers_on(session, stage, at)),
        "windows": _windows(there, deployment, stage, at),
        "records": _records(session, stage),
        "gates": _gates(session, stage, run_url),
        "ungated": [
            {"at": to_json(one.change.at), "commit": one.change.commit, "subject": one.change.subject}
            for one in deployments.ungated(session, stage, at=at)
        ],
        "overdue_p0": [
            one.key
            for one in facts.items
            if one.priority == "P0" and one.due and one.due < at.astimezone(there.policy.zone).date()
        ],
        "open_incidents": len(facts.incidents),
    }


def verification(session: Session, key: str, person: Person | None, *, at: datetime) -> dict[str, Any]:
    """An item's claim and evidence. Raises `NotFound` where `person` (None: CI) may see none of its mentions."""
    key = key.strip().upper()
    item = session.scalar(sa.select(ActionItem).where(ActionItem.key == key))
    if item is not None and item.joined_to is not None:
        item = session.get(ActionItem, item.joined_to)
    if item is None or not texts_of_items(session, [item.key], seen_by=person):
        raise NotFound(f"There is no action item {key}.")
    evidence = session.get(Evidence, item.id)
    regressed = bool(
        evidence
        and item.claim == "done"
        and evidence.broke_at
        and (evidence.decided_at is None or evidence.broke_at > evidence.decided_at)
    )
    verified = bool(
        evidence
        and item.claim == "done"
        and not regressed
        and evidence.standing == "holding"
        and evidence.verified_from is not None
        and evidence.verified_from <= at
    )
    return {
        "key": item.key,
        "claim": item.claim.value,
        "verified": verified,
        "regressed": regressed,
        "standing": evidence.standing.value if evidence else "none",
        "since": to_json(evidence.since) if evidence else None,
        "because": evidence.because if evidence else "",
        "broke_at": to_json(evidence.broke_at) if evidence else None,
        "broke_because": evidence.broke_because if evidence else "",
        "waived_until": to_json(evidence.waived_until) if evidence else None,
        "proofs": _proofs(session, item),
    }


def _checks(session: Session, there: InForce, deployment: Deployment, stage: Stage, at: datetime) -> list[dict[str, Any]]:
    mine = [
        check
        for check in there.policy.checks
        if any((one.id, two.id) == (deployment.slug, stage.slug) for one, two in there.policy.places(check))
    ]
    query = (
        sa.select(Check.slug, CheckState, Observation)
        .join(CheckState, CheckState.check_id == Check.id)
        .outerjoin(Observation, Observation.id == CheckState.last_id)
        .where(Check.policy_id == there.row.id, CheckState.stage_id == stage.id)
    )
    states = {slug: (state, last) for slug, state, last in session.execute(query)}
    said = []
    for check in mine:
        state, last = states.get(check.id, (None, None))
        fresh_until = state.fresh_until if state else None
        said.append(
            {
                "check": check.id,
                "title": check.title or check.id,
                "kind": check.kind,
                "enforcement": check.enforcement.value,
                "state": state.state.value if state else "unknown",
                "since": to_json(state.since) if state else None,
                "stale": fresh_until is not None and fresh_until <= at,
                "last": {"status": last.outcome.value, "summary": last.summary, "at": to_json(last.observed_at)}
                if last
                else None,
            }
        )
    return said


def _windows(there: InForce, deployment: Deployment, stage: Stage, at: datetime) -> dict[str, Any]:
    from tracker.policy.windows import freeze  # loads recurrences, which few requests need

    names = [
        name
        for check in there.policy.applicable(deployment.slug, stage.slug)
        for name in getattr(check.with_, "windows", ())
    ]
    found = freeze(there.policy, list(dict.fromkeys(names)), at)
    change = found.opens_at if found.blocked else found.closes_at
    return {"blocked": found.blocked, "reasons": list(found.reasons), "next_change": to_json(change)}


def _records(session: Session, stage: Stage) -> list[dict[str, Any]]:
    return [
        {
            "status": one.status,
            "commit": one.commit,
            "content_id": one.content_id,
            "started_at": to_json(one.started_at),
            "finished_at": to_json(one.finished_at),
        }
        for one in session.scalars(queries.records_of([stage.id]).limit(LAST))
    ]


def _gates(session: Session, stage: Stage, run_url: Callable[[str], str]) -> list[dict[str, Any]]:
    query = sa.select(GateRun).where(GateRun.stage_id == stage.id, GateRun.dry_run.is_(False))
    return [
        {
            "id": one.public_id,
            "at": to_json(one.at),
            "verdict": one.verdict.value if one.verdict else None,
            "because": one.because,
            "commit": one.new_commit,
            "url": run_url(one.public_id),
        }
        for one in session.scalars(query.order_by(GateRun.at.desc(), GateRun.id.desc()).limit(LAST))
    ]


def _proofs(session: Session, item: ActionItem) -> list[dict[str, Any]]:
    query = (
        sa.select(Proof, ProofState, Check.slug, Deployment.slug.label("deployment"), Stage.slug.label("stage"))
        .join(Check, Check.id == Proof.check_id)
        .join(Stage, Stage.id == Proof.stage_id)
        .join(Deployment, Deployment.id == Stage.deployment_id)
        .outerjoin(ProofState, ProofState.proof_id == Proof.id)
        .where(Proof.action_item_id == item.id, Proof.until.is_(None))
        .order_by(Proof.id)
    )
    return [
        {
            "check": check,
            "deployment": deployment,
            "stage": stage,
            "mode": proof.mode.value,
            "standing": state.standing.value if state else "none",
            "since": to_json(state.since) if state else None,
            "because": state.because if state else "",
            "waived_until": to_json(state.waived_until) if state else None,
            "answers": state.answers if state else {},
        }
        for proof, state, check, deployment, stage in session.execute(query)
    ]
