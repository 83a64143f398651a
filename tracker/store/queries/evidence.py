"""Proofs with all that folding them takes, and what pages show of evidence."""

from collections.abc import Collection

import sqlalchemy as sa

from tracker.domain.claims import Claim
from tracker.store.models import ActionItem, Check, Deployment, Evidence, Policy, Proof, ProofState, Stage
from tracker.store.queries import Rows


def proofs_on_stages(stage_ids: Collection[int] | None) -> Rows:
    """The proofs of every item that is proven on one of these stages (None: any), on whatever stage; see `_proofs`."""
    if stage_ids is None:
        return _proofs()
    there = sa.select(Proof.action_item_id).where(Proof.stage_id.in_(stage_ids))
    return _proofs().where(Proof.action_item_id.in_(there))


def proofs_of_items(item_ids: Collection[int]) -> Rows:
    """The proofs of these items, those that were taken away too; see `_proofs`."""
    return _proofs().where(Proof.action_item_id.in_(item_ids))


def _proofs() -> Rows:
    """Columns: id, action_item_id, check_id, stage_id, mode, begun, until, source, check (its id in the file), policy_id,
    stage, deployment, key and claim of the item, and those of its ProofState (None where it was never folded)."""
    return (
        sa.select(
            Proof.id,
            Proof.action_item_id,
            Proof.check_id,
            Proof.stage_id,
            Proof.mode,
            Proof.since.label("begun"),
            Proof.until,
            Proof.source,
            Check.slug.label("check"),
            Check.policy_id,
            Stage.slug.label("stage"),
            Deployment.slug.label("deployment"),
            ActionItem.key,
            ActionItem.claim,
            ProofState.standing,
            ProofState.since,
            ProofState.because,
            ProofState.waived_until,
            ProofState.answers,
            ProofState.carried,
        )
        .join(Check, Check.id == Proof.check_id)
        .join(Stage, Stage.id == Proof.stage_id)
        .join(Deployment, Deployment.id == Stage.deployment_id)
        .join(ActionItem, ActionItem.id == Proof.action_item_id)
        .outerjoin(ProofState, ProofState.proof_id == Proof.id)
        .order_by(Proof.id)
    )


def is_regressed() -> sa.ColumnElement[bool]:
    """Condition on `ActionItem` and its `Evidence`: done, and it broke after the last decision of a person about it."""
    return sa.and_(ActionItem.claim == Claim.DONE, _broke_undecided())


def regressed_items() -> sa.Select[int]:
    """The ids of items that broke after the last decision about them; done or not."""
    return sa.select(Evidence.action_item_id).where(_broke_undecided())


def _broke_undecided() -> sa.ColumnElement[bool]:
    undecided = sa.or_(Evidence.decided_at.is_(None), Evidence.broke_at > Evidence.decided_at)
    return sa.and_(Evidence.broke_at.is_not(None), undecided)


SHOWN = (
    Evidence.standing,
    Evidence.since.label("standing_since"),
    Evidence.because,
    Evidence.verified_from,
    Evidence.broke_at,
    Evidence.broke_because,
    Evidence.broke_url,
    Evidence.decided_at,
    Evidence.told_at,
    Evidence.waived_until,
    ActionItem.claim,
    Proof.id.label("proof_id"),
    Proof.mode,
    Check.slug.label("check"),
    Check.title,
    Stage.slug.label("stage"),
    Deployment.slug.label("deployment"),
    Policy.name.label("policy"),
    ProofState.standing.label("proof_standing"),
    ProofState.since.label("proof_since"),
    ProofState.because.label("proof_because"),
    ProofState.waived_until.label("proof_waived_until"),
    ProofState.answers,
)


def shown_evidence(action_item_id: int) -> Rows:
    """An item's evidence, a row for each of its proofs that counts (one without a proof where there is none).

    Columns: those of `Evidence` (`standing_since` is its since), claim, and of the proof (None without): proof_id, mode,
    check, title, stage, deployment, policy, proof_standing, proof_since, proof_because, proof_waived_until, answers.
    """
    return (
        sa.select(*SHOWN)
        .select_from(Evidence)
        .join(ActionItem, ActionItem.id == Evidence.action_item_id)
        .outerjoin(Proof, sa.and_(Proof.action_item_id == Evidence.action_item_id, Proof.until.is_(None)))
        .outerjoin(ProofState, ProofState.proof_id == Proof.id)
        .outerjoin(Check, Check.id == Proof.check_id)
        .outerjoin(Stage, Stage.id == Proof.stage_id)
        .outerjoin(Deployment, Deployment.id == Stage.deployment_id)
        .outerjoin(Policy, Policy.id == Check.policy_id)
        .where(Evidence.action_item_id == action_item_id)
        .order_by(Proof.id)
    )
