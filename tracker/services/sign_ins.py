"""Getting in and out: one-time links, and the sessions of browsers. Both are random secrets kept as their SHA-256.

A sign-in ends when it is revoked, when it is too old (absolute) or when nothing was done with it for long (idle). Reading
never writes, so `last_seen_at` moves at sign-in and when something is changed, at most every few minutes: idle means that
nothing was changed. Both spans are settings (TRACKER_SESSION_DAYS, TRACKER_IDLE_DAYS).
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.config import Settings
from tracker.domain.claims import Role
from tracker.domain.errors import Conflict, NotFound
from tracker.services import events
from tracker.store.models import Login, Person

SEEN_EVERY = timedelta(minutes=5)
IDLE_DAYS = Settings.idle_days
ASK_FOR_A_NEW_ONE = "Ask an admin for a new one, or run `tracker user link` where the tracker runs."


@dataclass(frozen=True, slots=True)
class SignIn:
    """A living sign-in as its owner sees it. `id` names it in a form; it is not the secret and cannot be used as one."""

    id: str
    person_id: int
    created_at: datetime
    last_seen_at: datetime | None
    expires_at: datetime
    agent: str
    is_this: bool


def make_link(session: Session, person: Person, *, at: datetime, hours: int) -> str:
    """A secret that signs `person` in once, for so many hours. Only this call ever knows it."""
    if person.disabled_at is not None:
        raise Conflict(f"{person.name} is disabled. Let them in again first.")
    token = secrets.token_urlsafe(32)
    session.add(
        Login(hash=_hash(token), person_id=person.id, kind="link", created_at=at, expires_at=at + timedelta(hours=hours))
    )
    session.flush()
    return token


def link_owner(session: Session, token: str, *, at: datetime) -> Person:
    """Whom a link would sign in; changes nothing. Raises `NotFound` or `Conflict`, each saying what to do."""
    row = session.execute(
        sa.select(Login, Person).join(Person).where(Login.hash == _hash(token), Login.kind == "link")
    ).one_or_none()
    if row is None:
        raise NotFound(f"This is no sign-in link of this tracker: was all of it copied? {ASK_FOR_A_NEW_ONE}")
    login, person = row
    if login.revoked_at is not None:
        raise Conflict(f"This sign-in link has been used already; each works once. {ASK_FOR_A_NEW_ONE}")
    if login.expires_at <= at or person.disabled_at is not None:
        raise Conflict(f"This sign-in link is too old. {ASK_FOR_A_NEW_ONE}")
    return person


def use_link(session: Session, token: str, *, at: datetime, days: int, agent: str) -> str:
    """Sign in: the link is spent and a new session token returned. Of two at once one wins, the other gets `Conflict`."""
    person = link_owner(session, token, at=at)
    spent = cast(
        "sa.CursorResult[Any]",
        session.execute(
            sa.update(Login)
            .where(Login.hash == _hash(token), Login.kind == "link", Login.revoked_at.is_(None), Login.expires_at > at)
            .values(revoked_at=at)
            .execution_options(synchronize_session=False)
        ),
    )
    if spent.rowcount != 1:
        raise Conflict(f"This sign-in link has been used already; each works once. {ASK_FOR_A_NEW_ONE}")
    new = secrets.token_urlsafe(32)
    login = Login(
        hash=_hash(new),
        person_id=person.id,
        kind="session",
        created_at=at,
        expires_at=at + timedelta(days=days),
        last_seen_at=at,
        agent=_tidy(agent),
    )
    session.add(login)
    session.flush()
    _record(session, "signed in", person.id, by=person, at=at)
    return new


def person_of(session: Session, token: str, *, at: datetime, idle_days: int = IDLE_DAYS) -> Person | None:
    """Who is signed in with this session token, or None: revoked, too old, idle, disabled, unknown. One statement."""
    return session.scalar(
        sa.select(Person)
        .join(Login, Login.person_id == Person.id)
        .where(
            Login.hash == _hash(token),
            *living(at, idle_days),
            Person.disabled_at.is_(None),
        )
    )


def seen(session: Session, token: str, *, at: datetime) -> None:
    """Remember that this sign-in was used to change something; at most every few minutes. Call it on writes only."""
    session.execute(
        sa.update(Login)
        .where(Login.hash == _hash(token), Login.kind == "session", Login.last_seen_at < at - SEEN_EVERY)
        .values(last_seen_at=at)
        .execution_options(synchronize_session=False)
    )


def sign_ins(
    session: Session, person: Person, *, at: datetime, token: str | None = None, idle_days: int = IDLE_DAYS
) -> Sequence[SignIn]:
    """The living sign-ins of `person`, newest use first; `token` is the asker's own, to mark it."""
    own = _hash(token) if token else ""
    rows = session.scalars(
        sa.select(Login)
        .where(Login.person_id == person.id, *living(at, idle_days))
        .order_by(Login.last_seen_at.desc(), Login.hash)
    )
    return [
        SignIn(
            _public_id(row.hash), row.person_id, row.created_at, row.last_seen_at, row.expires_at, row.agent, row.hash == own
        )
        for row in rows
    ]


def revoke(session: Session, person: Person, sign_in_id: str, *, by: Person | None, at: datetime) -> None:
    """End one sign-in of `person`: they themselves may, and admins. Anything else is `NotFound`, like an unknown one."""
    if by is not None and by.id != person.id and by.role is not Role.ADMIN:
        raise NotFound("There is no such sign-in.")
    login = session.scalar(
        sa.select(Login).where(
            Login.person_id == person.id, Login.kind == "session", sa.func.substr(Login.hash, 1, 20) == sign_in_id
        )
    )
    if login is None:
        raise NotFound("There is no such sign-in.")
    if login.revoked_at is None:
        login.revoked_at = at
        _record(session, "sign-in ended", person.id, by=by, at=at)


def revoke_others(session: Session, person: Person, token: str | None, *, by: Person | None, at: datetime) -> int:
    """End all sign-ins of `person` but that of `token`; says how many. Unused links end as well."""
    keep = _hash(token) if token else ""
    ended = cast(
        "sa.CursorResult[Any]",
        session.execute(
            sa.update(Login)
            .where(Login.person_id == person.id, Login.revoked_at.is_(None), Login.expires_at > at, Login.hash != keep)
            .values(revoked_at=at)
            .execution_options(synchronize_session=False)
        ),
    )
    if ended.rowcount:
        _record(session, "sign-in ended", person.id, by=by, at=at, count=ended.rowcount)
    return ended.rowcount


def sign_out(session: Session, token: str, *, at: datetime) -> None:
    """End the session of this token; a token that is unknown or ended already is fine."""
    login = session.scalar(sa.select(Login).where(Login.hash == _hash(token), Login.kind == "session"))
    if login is not None and login.revoked_at is None:
        login.revoked_at = at
        _record(session, "signed out", login.person_id, by=session.get(Person, login.person_id), at=at)


def living(at: datetime, idle_days: int) -> tuple[sa.ColumnElement[bool], ...]:
    """Conditions on `Login`: a sign-in that still counts."""
    return (
        Login.kind == "session",
        Login.revoked_at.is_(None),
        Login.expires_at > at,
        Login.last_seen_at > at - timedelta(days=idle_days),
    )


def _hash(token: str) -> str:
    """Of a 256-bit random secret a plain SHA-256 is enough: there is nothing to guess."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _public_id(digest: str) -> str:
    return digest[:20]


def _tidy(agent: str) -> str:
    return "".join(c for c in agent if c.isprintable())[:200]


def _record(session: Session, verb: str, person_id: int, *, by: Person | None, at: datetime, **more: Any) -> None:
    events.record(session, verb, by=by, at=at, batch=events.new_batch(), new={"person": person_id, **more})
