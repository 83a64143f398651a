"""Tokens: what a CI job or a person's own command line shows instead of a sign-in. Kept as their SHA-256 only.

A CI token is bound to a policy, to deployments and stages of it (none named: all of them) and to scopes; it can say
nothing that takes a person. A person's own token may do what the person may.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.domain.claims import Role
from tracker.domain.errors import Conflict, Forbidden, Invalid, NotFound, SignInNeeded
from tracker.services import events
from tracker.store.models import Person, Token

GATE, OBSERVE, RECORD, WRITE = "gate:run", "observe:push", "deploy:record", "policy:write"
SCOPES = (GATE, OBSERVE, RECORD, WRITE)
NEEDS = {GATE: Role.EDITOR, OBSERVE: Role.EDITOR, RECORD: Role.EDITOR, WRITE: Role.ADMIN}  # of a person's own token
CI, PERSON = "ci", "person"
PREFIXES = {CI: "trk_ci_", PERSON: "trk_me_"}
MOST_DAYS = 730
SEEN_EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Row:
    """A token as people see it; `id` names it and is no secret."""

    id: int
    name: str
    kind: str
    policy: str | None
    deployments: list[str]
    stages: list[str]
    scopes: list[str]
    person: str | None
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


def make(
    session: Session,
    *,
    by: Person | None,
    name: str,
    policy: str | None,
    deployments: Sequence[str] = (),
    stages: Sequence[str] = (),
    scopes: Sequence[str] = (GATE, OBSERVE, RECORD),
    days: int = 365,
    at: datetime,
) -> str:
    """A CI token, returned this once. An admin makes it. Raises `Invalid` for a value, `Forbidden`."""
    if by is not None and by.role is not Role.ADMIN:
        raise Forbidden("Only an admin makes tokens for CI.")
    if unknown := [one for one in scopes if one not in SCOPES]:
        raise Invalid(f"There is no scope {unknown[0]}: it is one of {', '.join(SCOPES)}.", "scopes")
    if not scopes:
        raise Invalid(f"Say what the token may do: {', '.join(SCOPES)}.", "scopes")
    token = Token(
        policy=policy,
        deployments=list(dict.fromkeys(deployments)),
        stages=list(dict.fromkeys(stages)),
        scopes=[one for one in SCOPES if one in scopes],
    )
    return _make(session, token, CI, by=by, name=name, days=days, at=at)


def make_own(session: Session, person: Person, *, name: str, days: int = 90, at: datetime) -> str:
    """A token of `person`, who may use it for all that they may do; returned this once."""
    return _make(
        session, Token(policy=None, deployments=[], stages=[], scopes=[]), PERSON, by=person, name=name, days=days, at=at
    )


def _make(session: Session, token: Token, kind: str, *, by: Person | None, name: str, days: int, at: datetime) -> str:
    if not 1 <= days <= MOST_DAYS:
        raise Invalid(f"A token is good for 1 to {MOST_DAYS} days.", "days")
    token.name = " ".join(name.split())
    if not token.name or len(token.name) > 100 or not token.name.isprintable():
        raise Invalid("Say what the token is for, in at most 100 letters.", "name")
    secret = PREFIXES[kind] + secrets.token_urlsafe(32)
    token.kind, token.hash, token.person_id = kind, hash_of(secret), by.id if by else None
    token.created_at, token.expires_at = at, at + timedelta(days=days)
    session.add(token)
    session.flush()
    _record(session, "token made", token, by=by, at=at)
    return secret


def of(session: Session, secret: str | None, at: datetime) -> Token:
    """The living token of that secret; one statement. Raises `SignInNeeded`, which says no more than that it will not do."""
    if not secret:
        raise SignInNeeded("Send a token: Authorization: Bearer trk_…; an admin makes one with `tracker token create`.")
    row = session.execute(
        sa.select(Token, Person)
        .outerjoin(Person, Person.id == Token.person_id)
        .where(Token.hash == hash_of(secret), Token.revoked_at.is_(None), Token.expires_at > at)
    ).one_or_none()
    if row is None or (row.Token.kind == PERSON and (row.Person is None or row.Person.disabled_at is not None)):
        raise SignInNeeded("This token is not known, too old or revoked: an admin makes one with `tracker token create`.")
    token: Token = row.Token
    return token


def used(session: Session, token: Token, at: datetime) -> None:
    """Remember that it was used, at most every few minutes, since every use would be a write more."""
    if token.last_used_at is None or token.last_used_at + SEEN_EVERY <= at:
        session.execute(
            sa.update(Token).where(Token.id == token.id).values(last_used_at=at).execution_options(synchronize_session=False)
        )


def allow(
    session: Session, token: Token, scope: str, policy: str | None, deployment: str | None = None, stage: str | None = None
) -> None:
    """Raise `Forbidden` where `token` may not do that there. What is None is not asked about.

    `deployment` is the id in the policy, never an alias.
    """
    if token.kind == PERSON:
        needed = NEEDS[scope]
        if not person_of(session, token).role.includes(needed):
            raise Forbidden(f"This takes an {needed.value}; your token may do what you may.")
        return
    if scope not in token.scopes:
        raise Forbidden(f"This token may do {', '.join(token.scopes)}; this takes {scope}.")
    if token.policy is not None and policy is not None and policy != token.policy:
        raise Forbidden(f"This token is for the policy {token.policy}, not for another.")
    for bound, asked, what in ((token.deployments, deployment, "deployments"), (token.stages, stage, "stages")):
        if bound and asked is not None and asked not in bound:
            raise Forbidden(f"This token is for the {what} {', '.join(bound)}, not for another.")


def person_of(session: Session, token: Token) -> Person:
    """Whose token it is. Raises `Forbidden` for a token of CI: it can say nothing that takes a person."""
    if token.kind != PERSON or token.person_id is None:
        raise Forbidden(
            "This takes a person: use your own token (`tracker token create --me`) or the page. CI cannot say it."
        )
    return session.get_one(Person, token.person_id)


def everything(session: Session, *, only: Person | None = None) -> list[Row]:
    """All tokens, newest first; only those of a person where one is given. One statement."""
    query = sa.select(Token, Person.name.label("person")).outerjoin(Person, Person.id == Token.person_id)
    if only is not None:
        query = query.where(Token.person_id == only.id)
    return [
        Row(**{name: getattr(row.Token, name) for name in Row.__dataclass_fields__ if name != "person"}, person=row.person)
        for row in session.execute(query.order_by(Token.id.desc()))
    ]


def revoke(session: Session, token_id: int, *, by: Person | None, at: datetime) -> Token:
    """End a token at once; admins any, others their own. Raises `NotFound`, `Conflict` where it is revoked already."""
    token = session.get(Token, token_id)
    if token is None or (by is not None and by.role is not Role.ADMIN and token.person_id != by.id):
        raise NotFound("There is no such token.")
    if token.revoked_at is not None:
        raise Conflict(f"The token {token.name} is revoked already.")
    token.revoked_at = at
    _record(session, "token revoked", token, by=by, at=at)
    session.flush()
    return token


def hash_of(secret: str) -> str:
    """What is kept of a secret of 256 random bits; nothing slower is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _record(session: Session, verb: str, token: Token, *, by: Person | None, at: datetime) -> None:
    what = {"token": token.id, "name": token.name, "kind": token.kind, "policy": token.policy}
    events.record(session, verb, by=by, at=at, batch=events.new_batch(), new=what)
