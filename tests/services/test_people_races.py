"""Two at once, on a real database: a link is spent once, an admin stays, an upload is taken in once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from threading import Barrier

import sqlalchemy as sa

from tracker.domain.claims import Role
from tracker.domain.errors import TrackerError
from tracker.services import people, uploads
from tracker.services.found import Found
from tracker.store.engine import sessions
from tracker.store.models import Incident, Login, Person, Revision, Upload

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TEXT = b"# DNS was slow\n\n## Timeline\n\n- 10:00 Slow\n\n## Action items\n\n1. Bound the cache\n"
AT_ONCE = 6


def race(engine, *acts):
    """Each act in its own transaction, all begun together; what each returned, or the error that it raised."""
    start = Barrier(len(acts))

    def run(act):
        start.wait()
        try:
            with sessions(engine).writing() as session:
                result = act(session)
                session.commit()
                return result
        except TrackerError as error:
            return error

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def made(engine, act):
    with sessions(engine).writing() as session:
        result = act(session)
        session.commit()
        return result


def count(engine, table, *conditions):
    with sessions(engine).reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table).where(*conditions))


def test_of_many_who_start_at_once_all_get_the_same_first_admin(engine):
    ids = race(engine, *[lambda session: people.first_admin(session, at=NOW).id] * AT_ONCE)
    assert len(set(ids)) == 1
    assert count(engine, Person) == 1


def test_of_many_uses_of_a_link_one_signs_in(engine):
    link = made(engine, lambda session: people.make_link(session, people.first_admin(session, at=NOW), at=NOW, hours=1))
    use = [lambda session: people.use_link(session, link, at=NOW, days=1, agent="")] * AT_ONCE
    answers = race(engine, *use)
    assert sum(isinstance(answer, str) for answer in answers) == 1
    assert count(engine, Login, Login.kind == "session") == 1


def lower(person_id, session):
    people.set_role(session, session.get_one(Person, person_id), Role.READER, by=None, at=NOW)


def test_two_admins_cannot_remove_each_other(engine):
    def two(turn, session):
        first = people.first_admin(session, at=NOW)
        return first.id, people.invite(session, "Second", f"second{turn}@example.org", Role.ADMIN, by=None, at=NOW).id

    for turn in range(5):
        first, second = made(engine, partial(two, turn))

        race(engine, partial(lower, first), partial(lower, second))
        assert count(engine, Person, Person.role == Role.ADMIN) == 1


def test_an_email_that_two_give_at_once_is_one_persons(engine):
    give = [lambda session: people.invite(session, "Ada", "ada@example.org", Role.READER, by=None, at=NOW).id] * AT_ONCE
    assert sum(isinstance(answer, int) for answer in race(engine, *give)) == 1
    assert count(engine, Person) == 1


def test_of_many_clicks_one_takes_the_upload_in(engine):
    def hold(session):
        admin = people.first_admin(session, at=NOW)
        found = [Found("dns.md", TEXT, named=True)]
        return uploads.hold(session, found, by=admin, at=NOW, max_document_bytes=10_000).id

    upload_id = made(engine, hold)

    def accept(session):
        upload, admin = session.get_one(Upload, upload_id), people.first_admin(session, at=NOW)
        return uploads.accept(session, upload, None, by=admin, at=NOW, max_document_bytes=10_000)

    answers = race(engine, *[accept] * AT_ONCE)
    assert sum(answer == 1 for answer in answers) == 1
    assert (count(engine, Incident), count(engine, Revision)) == (1, 1)
