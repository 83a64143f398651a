"""What every command shares: the settings, the database, and who is acting. Nothing is opened before it is asked for."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from tracker.config import Settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.domain.claims import Role
    from tracker.store.engine import Sessions
    from tracker.store.models import Person


class Context:
    """`ctx.obj` of every command; `as_` is who `--as` names."""

    def __init__(self, as_: str | None = None) -> None:
        self.as_ = as_

    @cached_property
    def settings(self) -> Settings:
        return Settings.from_env()

    @cached_property
    def at(self) -> datetime:
        """Now, once: everything that one command does happened at one time."""
        return datetime.now(UTC)

    @cached_property
    def today(self) -> date:
        """The team's day."""
        return self.at.astimezone(self.settings.zone).date()

    @cached_property
    def sessions(self) -> "Sessions":
        """The database, brought to the newest schema; made where there is none."""
        from tracker.store import engine, schema

        made = engine.make_engine(self.settings.database)
        if made.dialect.name == "sqlite":  # a folder that is not there yet is no reason to fail
            self.settings.data_dir.expanduser().mkdir(parents=True, exist_ok=True)
        if not schema.is_newest(made):
            from tracker.store import migrate

            migrate.upgrade(self.settings.database)
        return engine.sessions(made)

    def close(self) -> None:
        """Let go of the database."""
        if "sessions" in self.__dict__:
            self.sessions.engine.dispose()

    @contextmanager
    def reading(self, needs: "Role | None" = None) -> Generator[tuple["Session", "Person"]]:
        """A session that cannot write, and the person who acts. Raises `Forbidden` where `needs` is more than they are."""
        self._person_is_there()
        with self.sessions.reading() as session:
            yield session, self._person(session, needs)

    @contextmanager
    def writing(self, needs: "Role | None" = None) -> Generator[tuple["Session", "Person"]]:
        """A session that may write, and the person who acts; the command commits."""
        with self.sessions.writing() as session:
            yield session, self._person(session, needs)

    def _person(self, session: "Session", needs: "Role | None") -> "Person":
        from tracker.domain.errors import Forbidden
        from tracker.services import people

        person = people.find(session, self.as_) if self.as_ else people.first_admin(session, at=self.at)
        if person.disabled_at is not None:
            raise Forbidden(f"{person.name} may not sign in any more, so nobody can act as {person.name}.")
        if needs is not None and not person.role.includes(needs):
            raise Forbidden(f"{person.name} is a {person.role}, and this takes an {needs}.")
        return person

    def _person_is_there(self) -> None:
        """The first command of all makes the first admin, even one that only reads."""
        if self.as_:
            return
        import sqlalchemy as sa

        from tracker.domain.claims import Role
        from tracker.services import people
        from tracker.store.models import Person

        with self.sessions.reading() as session:
            if session.scalar(sa.select(Person.id).where(Person.role == Role.ADMIN).limit(1)):
                return
        with self.sessions.writing() as session:
            people.first_admin(session, at=self.at)
            session.commit()
