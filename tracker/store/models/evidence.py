"""What checks found, and what that says of action items: folds over what was kept (tracker.policy), cached here."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.policy import Mode, Outcome, Standing, State
from tracker.store.models.base import Base, words

LISTS = sa.JSON()


class CheckState(Base):
    """A check on a stage: the fold of its observations. `next_run_at`, when it is due, is claimed by compare-and-set."""

    __tablename__ = "check_state"
    check_id: Mapped[int] = mapped_column(sa.ForeignKey("check_.id"), primary_key=True)
    stage_id: Mapped[int] = mapped_column(sa.ForeignKey("stage.id"), primary_key=True)
    state: Mapped[State] = mapped_column(words(State), default=State.UNKNOWN)
    since: Mapped[datetime | None]
    fails: Mapped[int] = mapped_column(default=0)  # in a row
    passes: Mapped[int] = mapped_column(default=0)
    errors: Mapped[int] = mapped_column(default=0)
    last_id: Mapped[int | None] = mapped_column(sa.ForeignKey("observation.id"))
    fresh_until: Mapped[datetime | None]  # None: it does not grow stale
    next_run_at: Mapped[datetime | None] = mapped_column(index=True)  # None: it runs at the gate only


class Observation(Base):
    """One evaluation; never changed (a trigger says so). `tracker tick` sweeps old ones that changed no state."""

    __tablename__ = "observation"
    __table_args__ = (sa.Index("ix_observation_check_id_stage_id_observed_at", "check_id", "stage_id", "observed_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    check_id: Mapped[int] = mapped_column(sa.ForeignKey("check_.id"))
    stage_id: Mapped[int] = mapped_column(sa.ForeignKey("stage.id"))
    outcome: Mapped[Outcome] = mapped_column(words(Outcome))
    summary: Mapped[str]
    evidence: Mapped[dict[str, Any]]
    observed_at: Mapped[datetime]
    received_at: Mapped[datetime]
    took_ms: Mapped[int] = mapped_column(default=0)
    source: Mapped[str]  # server, ci, person, forge
    token_id: Mapped[int | None] = mapped_column(sa.ForeignKey("token.id"))
    gate_run_id: Mapped[int | None] = mapped_column(sa.ForeignKey("gate_run.id"), index=True)
    idempotency_key: Mapped[str | None] = mapped_column(unique=True)


class Proof(Base):
    """An action item is proven by a check on a stage. `until` where it was taken away."""

    __tablename__ = "proof"
    __table_args__ = (sa.Index("ix_proof_action_item_id", "action_item_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    action_item_id: Mapped[int] = mapped_column(sa.ForeignKey("action_item.id", ondelete="CASCADE"))
    check_id: Mapped[int] = mapped_column(sa.ForeignKey("check_.id"))
    stage_id: Mapped[int] = mapped_column(sa.ForeignKey("stage.id"))
    mode: Mapped[Mode] = mapped_column(words(Mode))
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    source: Mapped[str]  # policy, person, forge
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))


class ProofState(Base):
    """A cache of the fold of one proof: its standing, and the answers to its questions, with what they rest on."""

    __tablename__ = "proof_state"
    proof_id: Mapped[int] = mapped_column(sa.ForeignKey("proof.id", ondelete="CASCADE"), primary_key=True)
    standing: Mapped[Standing] = mapped_column(words(Standing))
    since: Mapped[datetime | None]
    because: Mapped[str] = mapped_column(default="")
    waived_until: Mapped[datetime | None]
    answers: Mapped[dict[str, Any]]  # defined, required, exercised, last_bit: {"answer", "text", "at", "url"}
    carried: Mapped[dict[str, Any]] = mapped_column(default=dict)  # the fold as of two days ago, from where it goes on


class Evidence(Base):
    """A cache of the fold of an item's proofs. Verified: done, holding, and `verified_from` is past. Regressed: done, and
    `broke_at` is later than `decided_at`."""

    __tablename__ = "evidence"
    action_item_id: Mapped[int] = mapped_column(sa.ForeignKey("action_item.id", ondelete="CASCADE"), primary_key=True)
    standing: Mapped[Standing] = mapped_column(words(Standing))
    since: Mapped[datetime | None]
    because: Mapped[str] = mapped_column(default="")
    verified_from: Mapped[datetime | None]
    broke_at: Mapped[datetime | None]  # the last break, healed or not
    broke_because: Mapped[str] = mapped_column(default="")
    broke_url: Mapped[str | None]
    decided_at: Mapped[datetime | None]  # the last decision of a person about the item
    told_at: Mapped[datetime | None]  # when its owner was last told
    waived_until: Mapped[datetime | None]


class ForgeWatch(Base):
    """A repo whose forge is asked what it requires: when next, what it answered, how many requests are left."""

    __tablename__ = "forge_watch"
    id: Mapped[int] = mapped_column(primary_key=True)
    policy_id: Mapped[int] = mapped_column(sa.ForeignKey("policy.id"), unique=True)
    forge: Mapped[str]  # github, gitlab
    repo: Mapped[str]
    branch: Mapped[str]
    contexts: Mapped[list[str]] = mapped_column(LISTS, default=list)
    next_run_at: Mapped[datetime | None] = mapped_column(index=True)
    asked_at: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(default="")
    etags: Mapped[dict[str, Any]]
