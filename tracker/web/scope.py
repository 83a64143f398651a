"""What a request has: one Session, the person who asks, and one instant that is "now" for all of it.

g.session   reading for GET and HEAD, so that they cannot write; writing for everything else. The view commits;
            what is not committed is rolled back when the request ends.
g.person    who is signed in, or None
g.at        the instant of the request, aware UTC          g.today   the team's day at that instant
"""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from flask import Flask, current_app, g, request

from tracker.config import Settings
from tracker.domain.claims import Role
from tracker.services import people
from tracker.store.engine import make_engine, sessions
from tracker.web import access

View = TypeVar("View", bound=Callable[..., Any])
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, as it was when the request began: an error page shows it when the session is broken or the database away."""

    id: int
    name: str
    email: str | None
    role: Role


def init_app(app: Flask) -> None:
    engine = make_engine(settings_of(app).database)
    app.extensions["engine"] = engine
    app.extensions["sessions"] = sessions(engine)
    app.before_request(open_scope)
    app.teardown_request(close_scope)


def settings_of(app: Flask) -> Settings:
    settings = app.extensions["settings"]
    assert isinstance(settings, Settings)
    return settings


def settings() -> Settings:
    """The settings of the application that answers this request."""
    return settings_of(current_app)


def reads_only(view: View) -> View:
    """Mark a view whose POST changes nothing (say, a preview): its session reads, and holds up no writer."""
    view.reads_only = True  # type: ignore[attr-defined]
    return view


def opens_its_own(view: View) -> View:
    """Mark a view that opens sessions itself, since it waits for others between reading and writing. It has no g.session."""
    view.opens_its_own = True  # type: ignore[attr-defined]
    return view


def open_scope() -> None:
    g.person = g.asker = None
    g.at = datetime.now(UTC)
    g.today = g.at.astimezone(settings().zone).date()
    if request.endpoint == "static":
        return
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "opens_its_own", False):
        return
    reading = request.method in SAFE or getattr(view, "reads_only", False) or view is None
    if not reading:
        _ = request.form  # the whole body is here before the write lock is taken: a slow sender holds nobody up
    both = current_app.extensions["sessions"]
    g.open = ExitStack()
    g.session = g.open.enter_context(both.reading() if reading else both.writing())
    if token := access.sign_in_token():
        g.person = people.person_of(g.session, token, at=g.at, idle_days=settings().idle_days)
        if g.person is not None:
            g.asker = Asker(g.person.id, g.person.name, g.person.email, g.person.role)
            if not reading:
                people.seen(g.session, token, at=g.at)


def close_scope(error: BaseException | None) -> None:
    if opened := g.pop("open", None):
        opened.__exit__(type(error) if error else None, error, error.__traceback__ if error else None)
