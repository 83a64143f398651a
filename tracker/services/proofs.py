"""Proofs: which check, on which stage, holds which action item in force. From the policy, or made by a person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.domain.errors import Conflict, Invalid, NotFound
from tracker.domain.policy import Mode
from tracker.services import evidence
from tracker.services.events import new_batch, record
from tracker.services.evidence_decisions import decided
from tracker.services.policies_in_force import of_deployment, parsed
from tracker.store.models import ActionItem, Check, Deployment, Person, Policy, PolicyVersion, Proof, Stage


@dataclass(frozen=True, slots=True)
class Place:
    """A check on a stage, as a person named them."""

    check: Check
    stage: Stage
    mode: Mode
    words: str  # staging-online on datahub/prod


def place(session: Session, deployment: str, stage: str, check: str, *, policy: str | None = None) -> Place:
    """The check on that stage in the policy in force. Raises `NotFound` saying what there is."""
    in_force, row = of_deployment(session, deployment, policy)
    found = in_force.policy.check(check)
    if found is None:
        names = ", ".join(one.id for one in in_force.policy.checks)
        raise NotFound(f"The policy {in_force.policy.name} has no check {check}: it has {names}.")
    places = [there.id for one, there in in_force.policy.places(found) if one.id == row.slug]
    if stage not in places:
        applies = f"it applies to {', '.join(places)}" if places else "it does not apply to this deployment"
        raise NotFound(f"{check} does not apply to {row.slug}/{stage}: {applies}.")
    stage_row = session.scalars(sa.select(Stage).where(Stage.deployment_id == row.id, Stage.slug == stage)).one()
    check_row = session.scalars(sa.select(Check).where(Check.policy_id == in_force.row.id, Check.slug == check)).one()
    if found.mode is Mode.GUARD and not found.enforcement.blocks:
        raise Invalid(f"{check} is advisory: it stops nothing, so it holds nothing in force. Make it soft or hard.", "check")
    return Place(check_row, stage_row, found.mode, f"{check} on {row.slug}/{stage}")


def prove(
    session: Session,
    item: ActionItem,
    check: Check,
    stage: Stage,
    *,
    mode: Mode | None = None,
    by: Person | None,
    at: datetime,
    source: str = "person",
) -> Proof:
    """From now on `item` is proven by `check` on `stage`. Raises `Conflict` where it is already, `Invalid` for a guard that
    only warns."""
    if _present(session, [item.id], check.id, stage.id):
        raise Conflict(f"{item.key} is proven by {check.slug} there already.")
    mode = mode or check.mode
    if mode is Mode.GUARD and not check.enforcement.blocks:
        raise Invalid(f"{check.slug} only warns, so it holds nothing in force: make it soft or hard in the policy.", "check")
    proof = _add(session, item, check, stage, mode, by=by, at=at, source=source)
    evidence.refresh(session, items=[item], at=at)
    return proof


def remove(session: Session, proof: Proof, *, by: Person | None, at: datetime) -> None:
    """It proves the item no more; that is a decision about the item, and what broke under it stays told."""
    if proof.until is not None:
        raise Conflict("That proof was taken away already.")
    proof.until = at
    session.flush()
    told = _words(session, [proof.id])[proof.id]
    record(session, "unproved", by=by, at=at, batch=new_batch(), item_id=proof.action_item_id, old={"proof": told})
    decided(session, [proof.action_item_id], at=at)
    evidence.refresh(session, items=[proof.action_item_id], at=at)


def of_item(session: Session, item: ActionItem) -> Sequence[tuple[Proof, str]]:
    """The item's proofs that count, oldest first, each with “check on deployment/stage”."""
    rows = sa.select(Proof).where(Proof.action_item_id == item.id, Proof.until.is_(None)).order_by(Proof.id)
    found = session.scalars(rows).all()
    words = _words(session, [one.id for one in found])
    return [(one, words[one.id]) for one in found]


def from_policy(session: Session, policy: Policy, version: PolicyVersion, at: datetime) -> None:
    """Add the proofs that a version states and that are not there yet.

    None is taken away: a version that drops one has broken it, which only a person can agree to. That holds for a guard that
    was made a condition, too: as a guard it is gone. A condition that became a guard proves from now on as that.
    """
    said = parsed(version)
    keys = {key for check in said.checks for key in check.keys()}  # noqa: SIM118 - a method of the check
    if not keys:
        return
    items = _items(session, keys)
    checks = {one.slug: one for one in session.scalars(sa.select(Check).where(Check.policy_id == policy.id))}
    stages = _stages(session, policy.id)
    known = {(one.action_item_id, one.check_id, one.stage_id): one for one in _known(session, policy.id)}
    for check in said.checks:
        row = checks[check.id]
        for deployment, stage in said.places_proven(check):
            for item in {items[key].id: items[key] for key in check.keys() if key in items}.values():  # noqa: SIM118
                stage_row = stages[deployment.id, stage.id]
                there = known.get((item.id, row.id, stage_row.id))
                if there is not None and there.mode is Mode.CONDITION and check.mode is Mode.GUARD:
                    there.until, there = at, None
                if there is None:
                    _add(session, item, row, stage_row, check.mode, by=None, at=at, source="policy")
    session.flush()


def _known(session: Session, policy_id: int) -> Iterable[Proof]:
    of_policy = sa.select(Check.id).where(Check.policy_id == policy_id)
    return session.scalars(sa.select(Proof).where(Proof.check_id.in_(of_policy), Proof.until.is_(None)))


def _items(session: Session, keys: Iterable[str]) -> dict[str, ActionItem]:
    """By key; one that was joined to another is that one."""
    found = {one.key: one for one in session.scalars(sa.select(ActionItem).where(ActionItem.key.in_(list(keys))))}
    for key, item in found.items():
        while item.joined_to is not None:
            item = session.get_one(ActionItem, item.joined_to)
        found[key] = item
    return found


def _stages(session: Session, policy_id: int) -> dict[tuple[str, str], Stage]:
    rows = sa.select(Deployment.slug, Stage).join(Stage, Stage.deployment_id == Deployment.id)
    found = session.execute(rows.where(Deployment.policy_id == policy_id))
    return {(deployment, stage.slug): stage for deployment, stage in found}


def _present(session: Session, item_ids: list[int], check_id: int, stage_id: int) -> bool:
    there = sa.select(Proof.id).where(
        Proof.action_item_id.in_(item_ids), Proof.check_id == check_id, Proof.stage_id == stage_id, Proof.until.is_(None)
    )
    return session.scalar(there.limit(1)) is not None


def _add(
    session: Session,
    item: ActionItem,
    check: Check,
    stage: Stage,
    mode: Mode,
    *,
    by: Person | None,
    at: datetime,
    source: str,
) -> Proof:
    proof = Proof(
        action_item_id=item.id, check_id=check.id, stage_id=stage.id, mode=mode, since=at, source=source,
        by_id=by.id if by is not None else None,
    )  # fmt: skip
    session.add(proof)
    session.flush()
    new: dict[str, Any] = {"proof": _words(session, [proof.id])[proof.id], "mode": mode.value}
    record(session, "proved", by=by, at=at, batch=new_batch(), item_id=item.id, new=new)
    return proof


def _words(session: Session, ids: Sequence[int]) -> dict[int, str]:
    rows = (
        sa.select(Proof.id, Check.slug, Deployment.slug, Stage.slug)
        .join(Check, Check.id == Proof.check_id)
        .join(Stage, Stage.id == Proof.stage_id)
        .join(Deployment, Deployment.id == Stage.deployment_id)
        .where(Proof.id.in_(ids))
    )
    return {proof: f"{check} on {deployment}/{stage}" for proof, check, deployment, stage in session.execute(rows)}
