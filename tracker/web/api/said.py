"""What people say, from their own command line: each takes a person's own token."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, g
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tracker.domain.claims import Role
from tracker.domain.errors import Forbidden
from tracker.domain.policy import Mode
from tracker.policy.wire import to_json
from tracker.services import action_items, policies, proofs, said, tokens
from tracker.services.policy_places import check_row, stage_row
from tracker.store.models import Person
from tracker.web.api.asked import body_as, token_required, writing

bp = Blueprint("said", __name__)


@dataclass(frozen=True, kw_only=True)
class Attestation:
    deployment: str
    check: str
    content_id: str
    policy: str | None = None
    commit: str | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Acknowledgement:
    deployment: str
    policy: str | None = None
    document: str | None = None
    sha256: str | None = None


@dataclass(frozen=True, kw_only=True)
class Waiver:
    deployment: str
    stage: str
    check: str
    reason: str
    until: datetime | None = None
    days: int = 7
    policy: str | None = None


@dataclass(frozen=True, kw_only=True)
class BreakGlass:
    deployment: str
    stage: str
    reason: str
    content_id: str | None = None
    policy: str | None = None


@dataclass(frozen=True, kw_only=True)
class Proof:
    item: str
    deployment: str
    stage: str
    check: str
    mode: Mode | None = None
    policy: str | None = None


@bp.post("/attestations")
@token_required
def attest() -> ResponseReturnValue:
    sent = body_as(Attestation)
    with writing() as session:
        by = tokens.person_of(session, g.token)
        there, row = policies.of_deployment(session, sent.deployment, sent.policy)
        commit, content_id = sent.commit, sent.content_id
        kept = said.attest(
            session, there, row, sent.check, content_id=content_id, commit=commit, note=sent.note, by=by, at=g.at
        )
        answer = {"id": kept.id, "statement": kept.statement, "by": by.name}
    return answer, 201


@bp.post("/acknowledgements")
@token_required
def acknowledge() -> ResponseReturnValue:
    sent = body_as(Acknowledgement)
    with writing() as session:
        by = tokens.person_of(session, g.token)
        there, _ = policies.of_deployment(session, sent.deployment, sent.policy)
        kept = said.acknowledge(session, there, document=sent.document, sha256=sent.sha256, by=by, at=g.at)
        answer = {"id": kept.id, "document": kept.path, "sha256": kept.sha256, "term": kept.term, "by": by.name}
    return answer, 201


@bp.post("/waivers")
@token_required
def waive() -> ResponseReturnValue:
    sent = body_as(Waiver)
    with writing() as session:
        by = tokens.person_of(session, g.token)
        there, row = policies.of_deployment(session, sent.deployment, sent.policy)
        until = sent.until or g.at + timedelta(days=sent.days)
        kept = said.waive(session, there, row, sent.stage, sent.check, reason=sent.reason, until=until, by=by, at=g.at)
        answer = {"id": kept.id, "check": sent.check, "until": to_json(kept.until)}
    return answer, 201


@bp.post("/break-glass")
@token_required
def break_glass() -> ResponseReturnValue:
    sent = body_as(BreakGlass)
    with writing() as session:
        by = tokens.person_of(session, g.token)
        there, row = policies.of_deployment(session, sent.deployment, sent.policy)
        content_id = sent.content_id
        code = said.break_glass(session, there, row, sent.stage, reason=sent.reason, content_id=content_id, by=by, at=g.at)
        expires = g.at + there.policy.break_glass.ttl
    return {"code": code, "expires_at": to_json(expires)}, 201


@bp.post("/proofs")
@token_required
def prove() -> ResponseReturnValue:
    sent = body_as(Proof)
    with writing() as session:
        by = _editor(session)
        item = action_items.find(session, sent.item, by)
        there, row = policies.of_deployment(session, sent.deployment, sent.policy)
        check, stage = check_row(session, there, sent.check), stage_row(session, row, sent.stage)
        proof = proofs.prove(session, item, check, stage, mode=sent.mode, by=by, at=g.at, source="person")
        answer = {"id": proof.id, "item": item.key, "mode": proof.mode.value}
    return answer, 201


def _editor(session: Session) -> Person:
    person = tokens.person_of(session, g.token)
    if not person.role.includes(Role.EDITOR):
        raise Forbidden("This takes an editor.")
    return person
