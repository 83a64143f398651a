"""What every answer says of itself, whatever kind of answer it is."""

import sqlite3

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from tests.web.pages import browser, send, token_of
from tests.web.routes import ask, table
from tracker.domain.errors import Conflict, TooLarge, Unavailable
from tracker.web.headers import EVERYWHERE


def complete(answer):
    for name, value in EVERYWHERE.items():
        assert answer.headers.get(name) == value, (answer.request.path, answer.status_code, name)
    assert answer.headers["Cache-Control"], answer.request.path
    return answer


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere():
    policy = EVERYWHERE["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "base-uri 'none'" in policy
    assert "unsafe" not in policy and "http" not in policy and "*" not in policy


@pytest.mark.parametrize("who", ["nobody", "stranger", "admin"])
def test_every_route_answers_with_them(app, cast, world, who):
    client = browser(app, None if who == "nobody" else getattr(cast, who))
    for route in table():
        complete(ask(client, route, world.values()))


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Conflict("Somebody was here before."), 409),
        (TooLarge("Too large."), 413),
        (Unavailable("Not now."), 503),
        (ZeroDivisionError("secret details"), 500),
        (OperationalError("SELECT secret", {}, sqlite3.OperationalError("database is locked")), 503),
        (OperationalError("SELECT secret", {}, sqlite3.OperationalError("database or disk is full")), 507),
    ],
)
def test_a_failure_becomes_a_page_that_says_what_to_do_and_shows_no_trace(app, cast, monkeypatch, error, status):
    def fails():
        raise error

    fails.right = "reader"
    monkeypatch.setitem(app.view_functions, "home.index", fails)
    answer = complete(browser(app, cast.reader).get("/"))
    assert answer.status_code == status
    assert "Traceback" not in answer.text and "secret" not in answer.text
    assert f"Error {status}" in answer.text and "<h1>" in answer.text
    assert answer.headers.get("Retry-After") == ("5" if status == 503 else None)


def test_a_database_that_is_away_is_a_page_too(make_app, cast):
    app = make_app()
    client = browser(app, cast.reader)
    app.extensions["engine"].dispose()

    @sa.event.listens_for(app.extensions["engine"], "do_connect")
    def away(*_arguments):
        raise sqlite3.OperationalError("unable to open database file")

    assert complete(client.get("/")).status_code in (503, 507)


@pytest.mark.databases("sqlite")  # only SQLite makes writers wait for one lock
def test_a_database_that_stays_locked_is_a_page_that_asks_to_try_again(make_app, cast, world, session, monkeypatch):
    monkeypatch.setattr("tracker.store.engine.BUSY_MILLISECONDS", 20)
    client = browser(make_app(), cast.editor)
    token = token_of(client.get("/").text)
    session.execute(sa.text("SELECT 1"))  # takes the write lock, and keeps it
    answer = complete(client.post(f"/items/{world.open_key}/claim", data={"csrf_token": token, "claim": "done"}))
    session.rollback()
    assert answer.status_code == 503 and answer.headers["Retry-After"] == "5"
    assert complete(client.get("/")).status_code == 200


@pytest.mark.databases("sqlite")  # how much a PostgreSQL may store is its own affair
def test_a_full_disk_is_a_page_and_everything_can_still_be_read(make_app, cast, world):
    app = make_app()
    client = browser(app, cast.editor)
    app.extensions["engine"].dispose()

    @sa.event.listens_for(app.extensions["engine"], "connect")
    def full(connection, _record):
        connection.execute("PRAGMA max_page_count = 1")  # SQLite takes the size that there is as the least

    before = client.get(f"/incidents/{world.internal}/document.md").data
    answers = [send(client, "/", f"/incidents/{world.internal}/items", text="x" * 1900) for _ in range(8)]
    assert complete(answers[-1]).status_code == 507 and "no room left" in answers[-1].text
    assert client.get("/").status_code == 200
    assert client.get(f"/incidents/{world.internal}/document.md").data.startswith(before[:300])


def test_the_other_kinds_of_answers_have_them(app, cast, world):
    client = browser(app, cast.editor)
    assert complete(client.get("/no-such-page")).status_code == 404
    assert complete(client.delete("/")).status_code == 405
    assert complete(client.open("/", method="OPTIONS")).status_code in (200, 405)
    assert complete(client.get("/nothing.json")).json["error"]
    assert complete(send(client, "/", f"/items/{world.open_key}/claim", claim="done")).status_code == 303
    assert complete(send(client, "/", f"/items/{world.open_key}/claim", claim="nonsense")).status_code == 422
    assert complete(client.get("/static/base.css", buffered=True)).status_code == 200
    assert complete(client.get("/static/../app.py")).status_code == 404


def test_a_static_file_is_kept_for_ever_under_an_address_with_its_hash_only(client):
    page = client.get("/").text
    address = page.partition('href="/static/base.css')[2].partition('"')[0]
    assert "immutable" in client.get(f"/static/base.css{address}", buffered=True).headers["Cache-Control"]
    assert client.get("/static/js/swap.js", buffered=True).headers["Cache-Control"] == "no-cache"
    assert client.get("/").headers["Cache-Control"] == "no-store"


def test_over_https_cookies_are_bound_to_the_host_and_browsers_come_back_by_https(make_app):
    app = make_app(https=True)
    client = app.test_client()
    answer = client.get("/sign-in/x", base_url="https://tracker.example")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    answer = client.get("/", base_url="https://tracker.example")
    with app.test_request_context("/", base_url="https://tracker.example"):
        from flask import Response

        from tracker.web.access import set_sign_in

        signed_in = Response()
        set_sign_in(signed_in, "token")
    [cookie] = signed_in.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-sign-in=token;")
    assert "Secure" in cookie and "HttpOnly" in cookie and "Path=/" in cookie and "SameSite=Lax" in cookie
    assert "Domain" not in cookie


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(app, cast):
    client = browser(app, cast.reader)
    client.get("/you")
    for name in ("sign-in", "forms"):
        cookie = client.get_cookie(name)
        assert cookie is not None and cookie.http_only and cookie.same_site == "Lax", name
