"""Who an actor is: the names that people have on forges. CI says "octocat merged this"; here stands which person that is."""

import re
from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.domain.errors import Conflict, Invalid
from tracker.services.people import record
from tracker.store.models import Person, PersonLogin

LOGIN = re.compile(r"([a-z][a-z0-9.-]{0,60}):(\S{1,100})")


def logins_of(session: Session, person: Person) -> list[str]:
    """`github:octocat`, in order."""
    rows = session.scalars(sa.select(PersonLogin).where(PersonLogin.person_id == person.id))
    return sorted(f"{row.forge}:{row.login}" for row in rows)


def set_logins(session: Session, person: Person, logins: Iterable[str], *, by: Person | None, at: datetime) -> None:
    """These and no others. Raises `Invalid` for one that is not FORGE:LOGIN, `Conflict` where it is somebody else's."""
    wanted = {_parsed(one) for one in logins if one.strip()}
    old = set(logins_of(session, person))
    for forge, login in sorted(wanted):
        owner = session.scalar(
            sa.select(Person)
            .join(PersonLogin, PersonLogin.person_id == Person.id)
            .where(PersonLogin.forge == forge, PersonLogin.login == login)
        )
        if owner is not None and owner.id != person.id:
            raise Conflict(f"{forge}:{login} is {owner.name} already.")
    session.execute(sa.delete(PersonLogin).where(PersonLogin.person_id == person.id))
    session.add_all(PersonLogin(forge=forge, login=login, person_id=person.id) for forge, login in wanted)
    session.flush()
    new = {f"{forge}:{login}" for forge, login in wanted}
    if new != old:
        record(session, "logins changed", person, by=by, at=at, old={"logins": sorted(old)}, new={"logins": sorted(new)})


def _parsed(text: str) -> tuple[str, str]:
    """Forge and login in small letters, as forges compare them."""
    found = LOGIN.fullmatch(text.strip().lower().replace(":@", ":"))
    if found is None:
        raise Invalid(f"{text.strip()} is no login: write it as github:octocat.", "logins")
    return found[1], found[2]
