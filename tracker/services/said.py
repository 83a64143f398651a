"""What people say: I tried this, I have read this, this rule waits, this rule is overridden. Each takes a person."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.domain.claims import Role
from tracker.domain.errors import Conflict, Forbidden, Invalid, NotFound
from tracker.domain.policy import Enforcement
from tracker.policy.model import Check as Rule
from tracker.services import evidence, gate_facts, tokens
from tracker.services.events import new_batch, record
from tracker.services.policies_in_force import InForce
from tracker.services.policy_places import check_row, stage_row, stages_of
from tracker.store.models import Acknowledgement, Attestation, Deployment, Override, Person, Stage, Waiver
from tracker.store.queries import policies as queries

LONGEST_WAIVER = timedelta(days=30)
SHORTEST_REASON = 10
CODE = "trk_bg_"


def attest(
    session: Session,
    there: InForce,
    deployment: Deployment,
    check: str,
    *,
    content_id: str,
    commit: str | None = None,
    note: str = "",
    by: Person,
    at: datetime,
) -> Attestation:
    """`by` says the check's statement about exactly this content. Raises `NotFound`, `Forbidden` for the wrong role."""
    rule = _rule(there, check)
    statement = getattr(rule.with_, "statement", None)
    if rule.kind != "attestation" or statement is None:
        raise Invalid(f"{rule.id} is a check of the kind {rule.kind}: nobody attests anything for it.", "check")
    roles = getattr(rule.with_, "by_roles", ())
    if roles and by.role not in roles:
        raise Forbidden(f"This takes one who is {' or '.join(role.value for role in roles)}; you are {by.role.value}.")
    if not content_id.strip():
        raise Invalid("Say which content you tried.", "content")
    row = Attestation(
        check_id=check_row(session, there, rule.id).id,
        deployment_id=deployment.id,
        content_id=content_id.strip(),
        commit=commit,
        statement=statement,
        note=" ".join(note.split())[:500],
        person_id=by.id,
        at=at,
    )
    session.add(row)
    session.flush()
    _record(session, "attested", by, at, check=rule.id, deployment=deployment.slug, content=content_id, attestation=row.id)
    evidence.refresh(session, stages=stages_of(session, deployment), at=at)
    return row


def revoke_attestation(session: Session, row: Attestation, *, by: Person, at: datetime) -> None:
    """Take one's word back; an admin may take anybody's."""
    if row.person_id != by.id and by.role is not Role.ADMIN:
        raise Forbidden("Only whoever said it, or an admin, can take it back.")
    if row.revoked_at is not None:
        raise Conflict("That was taken back already.")
    row.revoked_at = at
    _record(session, "attestation revoked", by, at, attestation=row.id)
    session.flush()


def acknowledge(
    session: Session, there: InForce, *, document: str | None = None, sha256: str | None = None, by: Person, at: datetime
) -> Acknowledgement:
    """`by` has read the document as it stands now, in the term that is now. Twice is once.

    `sha256` is of the text that they had before them: where it has changed since, they have to read again (`Conflict`).
    """
    path = document or there.policy.document
    current = gate_facts.texts(session, there.row, at=at).get(path or "")
    if path is None or current is None:
        raise NotFound(
            f"There is no text of {path or 'a document'} here yet: `tracker policy push` sends it with the policy."
        )
    if sha256 is not None and sha256 != current.sha256:
        raise Conflict(f"{path} has changed meanwhile. Read it as it is now, and say so again.")
    term = there.policy.term(at.astimezone(there.policy.zone).date())
    term_id = term.id if term else None
    query = sa.select(Acknowledgement).where(
        Acknowledgement.policy_id == there.row.id,
        Acknowledgement.path == path,
        Acknowledgement.sha256 == current.sha256,
        Acknowledgement.person_id == by.id,
        Acknowledgement.term.is_not_distinct_from(term_id),
    )
    known = session.scalars(query.order_by(Acknowledgement.id.desc())).first()
    if known is not None and term_id is not None:
        return known
    row = Acknowledgement(policy_id=there.row.id, path=path, sha256=current.sha256, term=term_id, person_id=by.id, at=at)
    session.add(row)
    session.flush()
    _record(session, "acknowledged", by, at, policy=there.policy.name, document=path, sha256=current.sha256, term=term_id)
    evidence.refresh(session, stages=_all_stages(session, there), at=at)
    return row


def waive(
    session: Session,
    there: InForce,
    deployment: Deployment,
    stage: str,
    check: str,
    *,
    reason: str,
    until: datetime,
    by: Person,
    at: datetime,
) -> Waiver:
    """A soft check does not block on that stage until `until`. Raises `Invalid` for a hard one, too long, or no reason."""
    rule = _rule(there, check)
    if not by.role.includes(Role.ADMIN):
        raise Forbidden("Only an admin waives a check.")
    if rule.enforcement is Enforcement.HARD:
        raise Invalid(f"{rule.id} is hard: it cannot be waived, only overridden once (break-glass).", "check")
    if not at < until <= at + LONGEST_WAIVER:
        raise Invalid("Say until when, at most 30 days from now.", "until")
    row = Waiver(
        check_id=check_row(session, there, rule.id).id,
        stage_id=stage_row(session, deployment, stage).id,
        reason=_reason(reason, SHORTEST_REASON),
        person_id=by.id,
        from_=at,
        until=until,
    )
    session.add(row)
    session.flush()
    where = f"{deployment.slug}/{stage}"
    _record(
        session, "waived", by, at, check=rule.id, stage=where, until=until.isoformat(), waiver=row.id, because=row.reason
    )
    evidence.refresh(session, stages=[session.get_one(Stage, row.stage_id)], at=at)
    return row


def end_waiver(session: Session, waiver: Waiver, *, by: Person, at: datetime) -> None:
    """The check blocks again from now on. Raises `Conflict` where the waiver is over."""
    if not by.role.includes(Role.ADMIN):
        raise Forbidden("Only an admin ends a waiver.")
    if waiver.ended_at is not None or waiver.until <= at:
        raise Conflict("That waiver is over already.")
    waiver.ended_at = at
    session.flush()
    _record(session, "waiver ended", by, at, waiver=waiver.id)
    evidence.refresh(session, stages=[session.get_one(Stage, waiver.stage_id)], at=at)


def break_glass(
    session: Session,
    there: InForce,
    deployment: Deployment,
    stage: str,
    *,
    reason: str,
    content_id: str | None = None,
    by: Person,
    at: datetime,
) -> str:
    """A code that overrides one gate of that stage, returned this once. Raises `Forbidden` for a role that may not."""
    rules = there.policy.break_glass
    if by.role not in rules.roles:
        raise Forbidden(f"The policy lets {' or '.join(role.value for role in rules.roles)} break the glass, nobody else.")
    if rules.second_person:
        raise Forbidden("The policy asks for a second person, which this version cannot do yet: change the policy first.")
    code = CODE + secrets.token_urlsafe(24)
    row = Override(
        stage_id=stage_row(session, deployment, stage).id,
        code_hash=tokens.hash_of(code),
        content_id=content_id,
        reason=_reason(reason, rules.reason_min),
        person_id=by.id,
        at=at,
        expires_at=at + rules.ttl,
    )
    session.add(row)
    session.flush()
    _record(session, "glass broken", by, at, stage=f"{deployment.slug}/{stage}", override=row.id, because=row.reason)
    return code


def _rule(there: InForce, check: str) -> Rule:
    rule = there.policy.check(check)
    if rule is None:
        names = ", ".join(one.id for one in there.policy.checks)
        raise NotFound(f"The policy {there.policy.name} has no check {check}: it has {names}.")
    return rule


def _reason(text: str, least: int) -> str:
    reason = " ".join(text.split())
    if len(reason) < least:
        raise Invalid(f"Say why, in at least {least} characters: others will read it.", "reason")
    return reason[:2000]


def _all_stages(session: Session, there: InForce) -> Sequence[Stage]:
    return [stage for _, stage in session.execute(queries.places(there.row.id))]


def _record(session: Session, verb: str, by: Person, at: datetime, because: str = "", **what: object) -> None:
    record(session, verb, by=by, at=at, batch=new_batch(), new=what, because=because)


__all__ = [
    "CODE",
    "acknowledge",
    "attest",
    "break_glass",
    "end_waiver",
    "revoke_attestation",
    "waive",
]
