"""People: who there is, what they may do, and how they get in. Sign-ins themselves are in `sign_ins`.

Whether somebody may is decided by the route; the rules here are those that keep the data true: there is always an admin, an
e-mail is one person's, and what is done to people is done by an admin (or by the program itself, `by=None`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tracker.domain.claims import Role
from tracker.domain.errors import Conflict, Forbidden, Invalid, NotFound
from tracker.services import events
from tracker.services.sign_ins import IDLE_DAYS, living, make_link, person_of, revoke, seen, sign_ins, sign_out, use_link
from tracker.store.models import Login, Person

__all__ = [
    "Row",
    "disable",
    "enable",
    "everybody",
    "find",
    "first_admin",
    "get",
    "invite",
    "make_link",
    "names",
    "namesakes",
    "person_of",
    "rename",
    "revoke",
    "seen",
    "set_role",
    "sign_ins",
    "sign_out",
    "use_link",
]


@dataclass(frozen=True, slots=True)
class Row:
    """A person as the list shows them; `sign_ins` counts the living ones, `link_until` is when an unused link ends."""

    id: int
    name: str
    email: str | None
    role: Role
    disabled_at: datetime | None
    sign_ins: int
    last_seen_at: datetime | None
    link_until: datetime | None


def first_admin(session: Session, *, at: datetime, name: str = "Admin") -> Person:
    """The admin who was there first; made where there is none. Two programs that start at once get the same one."""
    wanted = sa.select(Person).where(Person.role == Role.ADMIN, Person.disabled_at.is_(None)).order_by(Person.id).limit(1)
    if person := session.scalar(wanted):
        return person
    if session.get_bind().dialect.name == "postgresql":  # SQLite's writers already stand in line
        session.execute(sa.text("LOCK TABLE person IN SHARE ROW EXCLUSIVE MODE"))
        if person := session.scalar(wanted):
            return person
    person = Person(name=name, role=Role.ADMIN, created_at=at)
    session.add(person)
    session.flush()
    record(session, "person added", person, by=None, at=at, new={"name": name, "role": Role.ADMIN.value})
    return person


def invite(session: Session, name: str, email: str | None, role: Role, *, by: Person | None, at: datetime) -> Person:
    """Add a person; `make_link` gives the link to hand over.

    Raises `Invalid` for a value, `Conflict` for a known e-mail, or for a known name that no e-mail tells apart.
    """
    _admin_only(by)
    person = Person(name=_name(name), email=_email(email), role=role, created_at=at)
    if person.email is None and (known := namesakes(session, person.name)):
        raise Conflict(
            f"There is already somebody called {known[0]}. Give an e-mail if this is somebody else; "
            "who is there already gets in by a new link."
        )
    _flush_with_email(session, person)
    record(session, "person added", person, by=by, at=at, new={"name": person.name, "role": role.value})
    return person


def rename(session: Session, person: Person, name: str, email: str | None, *, by: Person | None, at: datetime) -> None:
    """Change how a person is called and reached; they may do so themselves."""
    if by is not None and by.id != person.id:
        _admin_only(by)
    old = {"name": person.name, "email": person.email}
    new = {"name": _name(name), "email": _email(email)}
    if old == new:
        return
    person.name, person.email = str(new["name"]), new["email"]
    _flush_with_email(session, person)
    record(session, "person renamed", person, by=by, at=at, old=old, new=new)


def set_role(session: Session, person: Person, role: Role, *, by: Person | None, at: datetime) -> None:
    """Change what a person may do, from their next request on. Raises `Conflict` for the last admin.

    Sign-ins stay: a role is never in the cookie, it is read with every request.
    """
    _admin_only(by)
    if person.role is role:
        return
    if person.role is Role.ADMIN:
        _keep_an_admin(session, person)
    old, person.role = person.role, role
    record(session, "role changed", person, by=by, at=at, old={"role": old.value}, new={"role": role.value})


def disable(session: Session, person: Person, *, by: Person | None, at: datetime) -> None:
    """Shut a person out: their sign-ins and links end at once, their name stays. Raises `Conflict` for the last admin."""
    _admin_only(by)
    if person.disabled_at is not None:
        return
    if person.role is Role.ADMIN:
        _keep_an_admin(session, person)
    person.disabled_at = at
    session.execute(sa.update(Login).where(Login.person_id == person.id, Login.revoked_at.is_(None)).values(revoked_at=at))
    record(session, "person disabled", person, by=by, at=at)


def enable(session: Session, person: Person, *, by: Person | None, at: datetime) -> None:
    """Let a disabled person in again, with a new link: what was ended stays ended."""
    _admin_only(by)
    if person.disabled_at is not None:
        person.disabled_at = None
        record(session, "person enabled", person, by=by, at=at)


def get(session: Session, person_id: int) -> Person:
    """Raises `NotFound`."""
    if (person := session.get(Person, person_id)) is None:
        raise NotFound("There is no such person.")
    return person


def find(session: Session, who: str) -> Person:
    """The person with that e-mail, or that name where only one has it. Raises `NotFound`, or `Conflict` for several."""
    folded = who.strip().casefold()
    found = session.scalars(
        sa.select(Person).where(sa.or_(Person.email == folded, sa.func.lower(Person.name) == who.strip().lower()))
    ).all()
    exact = [person for person in found if person.email == folded] or found
    if not exact:
        raise NotFound(f"There is nobody called {who}. `tracker user list` prints everybody.")
    if len(exact) > 1:
        raise Conflict(
            f"{len(exact)} people are called {who}: use the e-mail address, or give one of them one on the page of people."
        )
    return exact[0]


def namesakes(session: Session, name: str) -> list[str]:
    """Who is called so already, each with what tells them apart: `Ada (ada@example.org)`, `Ada (no e-mail)`."""
    rows = session.execute(
        sa.select(Person.name, Person.email)
        .where(sa.func.lower(Person.name) == " ".join(name.split()).lower())
        .order_by(Person.id)
    )
    return [f"{row.name} ({row.email or 'no e-mail'})" for row in rows]


def names(session: Session, *, also: Iterable[int] = ()) -> list[tuple[int, str]]:
    """Everybody who can be chosen for something, by name: (id, name); and `also`, who were chosen before."""
    may = sa.or_(Person.disabled_at.is_(None), Person.id.in_(list(also)))
    rows = session.execute(sa.select(Person.id, Person.name).where(may).order_by(sa.func.lower(Person.name), Person.id))
    return [(row.id, row.name) for row in rows]


def everybody(session: Session, *, at: datetime, idle_days: int = IDLE_DAYS) -> list[Row]:
    """All people, those who can get in first, by name; one statement."""
    signed_in = sa.and_(*living(at, idle_days))
    unused_link = sa.and_(Login.kind == "link", Login.revoked_at.is_(None), Login.expires_at > at)
    rows = session.execute(
        sa.select(
            Person.id,
            Person.name,
            Person.email,
            Person.role,
            Person.disabled_at,
            sa.func.count(sa.case((signed_in, 1))).label("sign_ins"),
            sa.func.max(Login.last_seen_at).label("last_seen_at"),
            sa.func.max(sa.case((unused_link, Login.expires_at))).label("link_until"),
        )
        .outerjoin(Login, Login.person_id == Person.id)
        .group_by(Person.id)
        .order_by(Person.disabled_at.is_not(None), sa.func.lower(Person.name), Person.id)
    )
    return [Row(*row) for row in rows]


def record(
    session: Session,
    verb: str,
    person: Person,
    *,
    by: Person | None,
    at: datetime,
    old: dict[str, Any] | None = None,
    new: dict[str, Any] | None = None,
) -> None:
    """Write down what was done to `person`; the event names them in `new`."""
    what = {"person": person.id, **(new or {})}
    events.record(session, verb, by=by, at=at, batch=events.new_batch(), old=old, new=what)


def _keep_an_admin(session: Session, person: Person) -> None:
    """Raise `Conflict` if `person` is the only admin. The rows are locked, so that two admins cannot remove each other."""
    admins = session.scalars(
        sa.select(Person.id).where(Person.role == Role.ADMIN, Person.disabled_at.is_(None)).with_for_update()
    ).all()
    if not set(admins) - {person.id}:
        raise Conflict(f"{person.name} is the only admin. Make somebody else an admin first.")


def _admin_only(by: Person | None) -> None:
    if by is not None and not (by.role is Role.ADMIN and by.disabled_at is None):
        raise Forbidden("Only an admin can do this.")


def _name(name: str) -> str:
    tidy = " ".join(name.split())
    if not tidy:
        raise Invalid("Say what the person is called.", "name")
    if len(tidy) > 100 or not tidy.isprintable():
        raise Invalid("A name has at most 100 letters, and no control characters.", "name")
    return tidy


def _email(email: str | None) -> str | None:
    """Folded, so that one address is one person; only its shape is checked, since nothing is sent to it."""
    tidy = (email or "").strip().casefold()
    if not tidy:
        return None
    user, at_sign, host = tidy.rpartition("@")
    if not (user and at_sign and host) or len(tidy) > 254 or not tidy.isprintable() or any(c.isspace() for c in tidy):
        raise Invalid(f"“{tidy[:80]}” is no e-mail address: it looks like ada@example.org.", "email")
    return tidy


def _flush_with_email(session: Session, person: Person) -> None:
    """Write `person`; the constraint decides whether the e-mail is free, since a look before would be a race."""
    email = person.email
    try:
        with session.begin_nested():
            session.add(person)
            session.flush()
    except IntegrityError:
        raise Conflict(f"Somebody with the e-mail {email} is there already. People are never added twice.") from None
