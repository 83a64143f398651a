"""What was asked at a gate, what reached a stage, and what people said of it. Kept as it came."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.policy import ChangeType, Enforcement, Outcome, Verdict
from tracker.store.models.base import Base, words

LISTS = sa.JSON()


class GateRun(Base):
    """One question "may this change go there now?", and its answer. Verdict None: not decided (yet, or ever)."""

    __tablename__ = "gate_run"
    __table_args__ = (sa.Index("ix_gate_run_stage_id_at", "stage_id", "at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)  # in addresses: cannot be guessed
    stage_id: Mapped[int] = mapped_column(sa.ForeignKey("stage.id"))
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("policy_version.id"))
    at: Mapped[datetime]  # when it was asked
    received_at: Mapped[datetime]  # later than `at` where it was handed in afterwards
    decided_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    verdict: Mapped[Verdict | None] = mapped_column(words(Verdict))
    because: Mapped[str] = mapped_column(default="")
    dry_run: Mapped[bool] = mapped_column(default=False)
    phase: Mapped[str] = mapped_column(default="check")  # check, exec, hook, forge
    change_type: Mapped[ChangeType] = mapped_column(words(ChangeType), default=ChangeType.NORMAL)
    reason: Mapped[str] = mapped_column(default="")
    incident_id: Mapped[int | None]  # of a recovery; no foreign key: a purge deletes the incident, not this
    override_id: Mapped[int | None] = mapped_column(sa.ForeignKey("override.id"))
    ref: Mapped[str | None]
    old_commit: Mapped[str | None]
    new_commit: Mapped[str | None] = mapped_column(index=True)
    content_id: Mapped[str | None] = mapped_column(index=True)
    pull_request: Mapped[str | None] = mapped_column(index=True)
    commits: Mapped[list[str]] = mapped_column(LISTS, default=list)
    subject: Mapped[str] = mapped_column(default="")
    author: Mapped[str] = mapped_column(default="")
    actor: Mapped[str | None]
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))  # who the actor is, where known
    ci_url: Mapped[str | None]
    context: Mapped[dict[str, Any]]  # the whole change as it was asked (tracker.policy.values.Change)
    token_id: Mapped[int | None] = mapped_column(sa.ForeignKey("token.id"))
    idempotency_key: Mapped[str | None] = mapped_column(unique=True)  # asking twice with one key is one run


class GateResult(Base):
    """What one check said in a run, as the gate weighed it."""

    __tablename__ = "gate_result"
    gate_run_id: Mapped[int] = mapped_column(sa.ForeignKey("gate_run.id"), primary_key=True)
    check_id: Mapped[int] = mapped_column(sa.ForeignKey("check_.id"), primary_key=True)
    n: Mapped[int]
    outcome: Mapped[Outcome] = mapped_column(words(Outcome))
    enforcement: Mapped[Enforcement] = mapped_column(words(Enforcement))
    summary: Mapped[str]
    fix: Mapped[str] = mapped_column(default="")
    waived: Mapped[str | None]
    blocking: Mapped[bool]
    evidence: Mapped[dict[str, Any]]
    took_ms: Mapped[int] = mapped_column(default=0)
    by_server: Mapped[bool] = mapped_column(default=False)  # the server evaluated it itself: a job cannot say otherwise


class DeploymentRecord(Base):
    """A deploy that was begun, and how it ended: started, success, failure. Only a success "ran there"."""

    __tablename__ = "deployment_record"
    __table_args__ = (
        sa.CheckConstraint("status IN ('started', 'success', 'failure')", name="status"),
        sa.Index("ix_deployment_record_stage_id_started_at", "stage_id", "started_at"),
        sa.Index("ix_deployment_record_stage_id_content_id", "stage_id", "content_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    stage_id: Mapped[int] = mapped_column(sa.ForeignKey("stage.id"))
    status: Mapped[str]
    commit: Mapped[str | None]
    tree: Mapped[str | None]
    content_id: Mapped[str | None]
    subject: Mapped[str] = mapped_column(default="")
    author: Mapped[str] = mapped_column(default="")
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    gate_run_id: Mapped[int | None] = mapped_column(sa.ForeignKey("gate_run.id"))
    by: Mapped[str] = mapped_column(default="")
    idempotency_key: Mapped[str | None] = mapped_column(unique=True)


class RefUpdate(Base):
    """A commit that reached a stage's branch, as a hook, `tracker gate history` or the forge reported it; once each."""

    __tablename__ = "ref_update"
    __table_args__ = (
        sa.UniqueConstraint("stage_id", "commit", "at"),
        sa.Index("ix_ref_update_stage_id_at", "stage_id", "at"),
        sa.Index("ix_ref_update_stage_id_content_id", "stage_id", "content_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    stage_id: Mapped[int] = mapped_column(sa.ForeignKey("stage.id"))
    ref: Mapped[str]
    commit: Mapped[str]
    parent: Mapped[str | None]  # what the branch stood on before
    content_id: Mapped[str | None]
    pull_request: Mapped[str | None]
    subject: Mapped[str] = mapped_column(default="")
    author: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]  # when it reached the branch, as far as known: else the commit's own time
    received_at: Mapped[datetime]
    source: Mapped[str]  # hook, history, forge
    url: Mapped[str | None]
    confirmed_at: Mapped[datetime | None]  # a person says of a change in a gap of this server: it went through the gate
    confirmed_by: Mapped[str | None]


class Gap(Base):
    """This server was away: what happened meanwhile is unknown, not broken."""

    __tablename__ = "gap"
    id: Mapped[int] = mapped_column(primary_key=True)
    start: Mapped[datetime]
    end: Mapped[datetime]


class Beat(Base):
    """The last time that the server is known to have been up: one row, `server`."""

    __tablename__ = "beat"
    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class Attestation(Base):
    """A person says that they tried this content."""

    __tablename__ = "attestation"
    id: Mapped[int] = mapped_column(primary_key=True)
    check_id: Mapped[int] = mapped_column(sa.ForeignKey("check_.id"), index=True)
    deployment_id: Mapped[int] = mapped_column(sa.ForeignKey("deployment.id"))
    content_id: Mapped[str]
    commit: Mapped[str | None]
    statement: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Acknowledgement(Base):
    """A person has read this text, in this term."""

    __tablename__ = "acknowledgement"
    id: Mapped[int] = mapped_column(primary_key=True)
    policy_id: Mapped[int] = mapped_column(sa.ForeignKey("policy.id"), index=True)
    path: Mapped[str]
    sha256: Mapped[str]
    term: Mapped[str | None]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]


class Waiver(Base):
    """A check that does not block until `until` on a stage: with a reason, never for longer than 30 days."""

    __tablename__ = "waiver"
    id: Mapped[int] = mapped_column(primary_key=True)
    check_id: Mapped[int] = mapped_column(sa.ForeignKey("check_.id"), index=True)
    stage_id: Mapped[int] = mapped_column(sa.ForeignKey("stage.id"))
    reason: Mapped[str]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    from_: Mapped[datetime]
    until: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # taken back before its time
    used_at: Mapped[datetime | None]  # the last gate that it let through


class Override(Base):
    """Break-glass: one code, one use, a reason, and an item that asks to explain it."""

    __tablename__ = "override"
    id: Mapped[int] = mapped_column(primary_key=True)
    stage_id: Mapped[int] = mapped_column(sa.ForeignKey("stage.id"))
    code_hash: Mapped[str] = mapped_column(unique=True)
    content_id: Mapped[str | None]  # None: whatever comes
    reason: Mapped[str]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    action_item_id: Mapped[int | None] = mapped_column(sa.ForeignKey("action_item.id", ondelete="SET NULL"))
