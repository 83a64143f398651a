"""Asking pages as somebody: sign in as a browser would, fill in the form that a page shows, send it."""

import re
from datetime import UTC, datetime
from html import unescape

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import inspect
from werkzeug.test import TestResponse

from tracker.services import people
from tracker.store.models import Base, Person


def id_of(row: Base) -> int:
    """A row's id without asking the database: asking would take SQLite's write lock away from the pages."""
    identity = inspect(row).identity
    assert identity is not None
    return int(identity[0])


def browser(app: Flask, person: Person | None = None) -> FlaskClient:
    """A test client, signed in through a one-time link where a person is given. Commit what the test wrote before."""
    client = app.test_client()
    if person is not None:
        at = datetime.now(UTC)
        with app.extensions["sessions"].writing() as session:
            link = people.make_link(session, session.get_one(Person, id_of(person)), at=at, hours=1)
            session.commit()
        assert send(client, f"/sign-in/{link}").status_code == 303
    return client


def send(client: FlaskClient, page: str, to: str | None = None, **fields: object) -> TestResponse:
    """Load `page`, and send `fields` with its token to `to` (the page itself, where nothing is said)."""
    token = token_of(client.get(page).text)
    data = {"csrf_token": token, **fields}
    return client.post(to or page, data=data, content_type="multipart/form-data")


def token_of(html: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', html)
    assert found, "the page shows no form"
    return unescape(found[1])


def words(html: str) -> str:
    """What a reader sees of a page: text without tags, single spaces."""
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())
