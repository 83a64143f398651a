"""Signing in and out, and the pages about people."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
import sqlalchemy as sa

from tests.web.pages import browser, id_of, send, token_of, words
from tracker.domain.claims import Role
from tracker.services import people, sign_ins
from tracker.store.models import Login, Person


@pytest.fixture
def link(app, cast, session):
    token = people.make_link(session, cast.editor, at=datetime.now(UTC), hours=1)
    session.commit()
    return f"/sign-in/{token}"


def fresh(session, person):
    """The row as it is now; the transaction ends at once, so that the pages can write."""
    session.rollback()
    row = session.execute(sa.select(Person.name, Person.email, Person.role).where(Person.id == id_of(person))).one()
    session.rollback()
    return row


def test_opening_a_link_changes_nothing_and_shows_one_button(app, link, session):
    client = app.test_client()
    for _ in range(3):
        page = client.get(link)
        assert page.status_code == 200
        assert "Sign in as Edith" in page.text
        assert page.text.split("<main")[1].count("<button") == 1
    assert client.head(link).status_code == 200
    assert "sign-in" not in {cookie.key for cookie in client._cookies.values()}
    assert session.scalar(sa.select(sa.func.count()).select_from(Login).where(Login.revoked_at.is_not(None))) == 0


def test_a_link_signs_in_once(app, link):
    client = app.test_client()
    answer = send(client, link)
    assert (answer.status_code, answer.location) == (303, "/")
    assert "Edith" in client.get("/you").text
    second = app.test_client()
    page = second.get(link)
    assert page.status_code == 409
    assert "used already" in page.text
    assert second.get("/you").status_code == 401


def test_the_cookie_is_hidden_from_scripts_and_other_sites(app, link):
    client = app.test_client()
    cookie = next(c for c in send(client, link).headers.getlist("Set-Cookie") if c.startswith("sign-in="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie


def test_signing_in_needs_the_token_of_its_own_page(app, link):
    client = app.test_client()
    assert client.post(link).status_code == 403
    other = token_of(app.test_client().get(link).text)
    assert client.post(link, data={"csrf_token": other}).status_code == 403
    assert send(client, link).status_code == 303


def test_signing_in_again_ends_the_sign_in_before(app, cast, session):
    client = browser(app, cast.editor)
    old = client.get_cookie("sign-in").value
    token = people.make_link(session, cast.reader, at=datetime.now(UTC), hours=1)
    session.commit()
    send(client, f"/sign-in/{token}")
    assert client.get_cookie("sign-in").value != old
    assert people.person_of(session, old, at=datetime.now(UTC)) is None


def test_signing_out_ends_the_sign_in_on_the_server(app, cast):
    client = browser(app, cast.reader)
    stolen = client.get_cookie("sign-in").value
    assert "You are signed out" in words(send(client, "/you", "/sign-out").text)
    assert client.get("/you").status_code == 401
    client.set_cookie("sign-in", stolen)
    assert client.get("/you").status_code == 401


def test_you_list_your_own_sign_ins_and_end_them(app, cast):
    here, there = browser(app, cast.reader), browser(app, cast.reader)
    page = here.get("/you").text
    ends = re.findall(r'action="(/you/sign-ins/[0-9a-f]+/end)"', page)
    assert len(ends) == 2
    assert page.count("this one") >= 1
    assert send(here, "/you", "/you/sign-ins/end-others").status_code == 303
    assert there.get("/you").status_code == 401
    assert here.get("/you").status_code == 200


def test_nobody_ends_the_sign_in_of_another_but_an_admin(app, cast, session):
    theirs, mine, admin = browser(app, cast.reader), browser(app, cast.stranger), browser(app, cast.admin)
    end = re.search(r"/you/sign-ins/([0-9a-f]+)/end", theirs.get("/you").text)[1]
    assert send(mine, "/you", f"/you/sign-ins/{end}/end").status_code == 404
    assert send(mine, "/you", f"/people/{id_of(cast.reader)}/sign-ins/{end}/end").status_code == 403
    assert theirs.get("/you").status_code == 200
    page = f"/people/{id_of(cast.reader)}"
    assert send(admin, page, f"{page}/sign-ins/{end}/end").status_code == 303
    assert theirs.get("/you").status_code == 401


def test_an_admin_invites_somebody_who_comes_in_with_the_link(app, cast, session):
    admin = browser(app, cast.admin)
    page = send(admin, "/people", name="Grace  Hopper", email="grace@example.org", role="editor")
    link = re.search(r'value="http://localhost(/sign-in/[^"]+)"', page.text)[1]
    grace = app.test_client()
    assert send(grace, link).status_code == 303
    assert "Grace Hopper" in grace.get("/you").text
    assert session.scalar(sa.select(Person.role).where(Person.name == "Grace Hopper")) is Role.EDITOR


def test_a_link_leads_to_where_the_settings_say_that_people_reach_it(make_app, cast):
    admin = browser(make_app(url="https://pm.example.org/tracker/"), cast.admin)
    page = send(admin, "/people", name="Grace Hopper", email="", role="editor")
    assert re.search(r'value="https://pm\.example\.org/tracker/sign-in/[^"]+"', page.text)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"name": "", "email": "", "role": "reader"}, "Say what the person is called."),
        ({"name": "X", "email": "nonsense", "role": "reader"}, "is no e-mail address"),
        ({"name": "edith", "email": "", "role": "reader"}, "already somebody called Edith"),
        ({"name": "X", "email": "EDITH@example.org", "role": "reader"}, "is there already"),
        ({"name": "X", "email": "", "role": "root"}, "Not a valid choice"),
    ],
)
def test_a_wrong_invitation_keeps_what_was_typed_and_says_why(app, cast, session, fields, says):
    page = send(browser(app, cast.admin), "/people", **fields)
    assert page.status_code in (409, 422)
    assert says in words(page.text)
    assert f'value="{fields["email"]}"' in page.text
    assert session.scalar(sa.select(sa.func.count()).select_from(Person)) == 4


def test_what_is_not_on_the_form_is_not_taken(app, cast, session):
    send(browser(app, cast.reader), "/you", name="Rosa", email="", role="admin", id="1", disabled_at="x")
    assert fresh(session, cast.reader).role is Role.READER


def test_a_role_works_from_the_next_request_on(app, cast):
    admin, reader = browser(app, cast.admin), browser(app, cast.reader)
    assert reader.get("/people").status_code == 403
    page = f"/people/{id_of(cast.reader)}"
    assert send(admin, page, f"{page}/role", role="admin").status_code == 303
    assert reader.get("/people").status_code == 200
    assert send(admin, page, f"{page}/role", role="nonsense").status_code == 422


def test_disabling_shuts_out_at_once_and_the_last_admin_stays(app, cast):
    admin, reader = browser(app, cast.admin), browser(app, cast.reader)
    page = f"/people/{id_of(cast.reader)}"
    assert send(admin, page, f"{page}/disable").status_code == 303
    assert reader.get("/you").status_code == 401
    assert "shut out" in admin.get("/people").text
    assert send(admin, page, f"{page}/enable").status_code == 303
    assert reader.get("/you").status_code == 401
    own = f"/people/{id_of(cast.admin)}"
    refused = send(admin, own, f"{own}/disable")
    assert refused.status_code == 409
    assert "only admin" in refused.text
    assert send(admin, own, f"{own}/role", role="reader").status_code == 409


def test_you_rename_yourself_and_an_error_stands_beside_its_field(app, cast, session):
    client = browser(app, cast.reader)
    assert send(client, "/you", name="Rosa P.", email="rosa@example.org").status_code == 303
    assert fresh(session, cast.reader).name == "Rosa P."
    taken = send(client, "/you", name="Rosa P.", email="edith@example.org")
    assert taken.status_code == 409
    assert 'id="email-errors"' in taken.text
    assert fresh(session, cast.reader).email == "rosa@example.org"


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", '"><img src=x>', "{{ 1111*1111 }}"])
def test_a_name_is_text_wherever_it_stands(app, cast, session, name):
    client = browser(app, cast.admin)
    send(client, "/people", name=name, email="", role="reader")
    person_id = session.scalar(sa.select(sa.func.max(Person.id)))
    for path in ("/people", f"/people/{person_id}"):
        page = client.get(path).text
        assert "<script>alert" not in page
        assert "<img" not in page
        assert "1234321" not in page
        assert name in unescape(page)


def test_a_link_that_is_too_old_says_what_to_do(app, cast, session):
    token = people.make_link(session, cast.reader, at=datetime.now(UTC) - timedelta(hours=2), hours=1)
    session.commit()
    page = app.test_client().get(f"/sign-in/{token}")
    assert page.status_code == 409
    assert "too old" in page.text
    assert "Ask an admin for a new one" in page.text


def test_an_unknown_person_is_not_found(app, cast):
    client = browser(app, cast.admin)
    assert client.get("/people/999999").status_code == 404
    assert client.get(f"/people/{10**30}").status_code == 404
    assert client.get("/people/x").status_code == 404


def test_reading_never_moves_when_somebody_was_last_seen(app, cast, session):
    client = browser(app, cast.reader)
    long_ago = datetime.now(UTC) - timedelta(days=1)
    session.rollback()
    session.execute(sa.update(Login).values(last_seen_at=long_ago))
    session.commit()
    client.get("/you")
    assert sign_ins.sign_ins(session, cast.reader, at=datetime.now(UTC))[0].last_seen_at == long_ago
    session.rollback()
    send(client, "/you", name="Rosa", email="rosa@example.org")
    session.rollback()
    assert sign_ins.sign_ins(session, cast.reader, at=datetime.now(UTC))[0].last_seen_at > long_ago


def test_a_sign_in_ends_after_the_days_that_the_settings_say(make_app, cast, session):
    app = make_app(session_days=30, idle_days=3)
    client = browser(app, cast.reader)
    for days, status in ((2, 200), (4, 401)):
        session.execute(sa.update(Login).values(last_seen_at=datetime.now(UTC) - timedelta(days=days)))
        session.commit()
        assert client.get("/you").status_code == status


def test_an_admin_says_what_ci_calls_somebody(app, cast, session):
    client = browser(app, cast.admin)
    page = f"/people/{id_of(cast.editor)}"
    assert send(client, page, f"{page}/logins", logins="github:Ada, gitlab:lovelace").status_code == 303
    assert "github:ada, gitlab:lovelace" in client.get(page).text
    assert send(client, page, f"{page}/logins", logins="octocat").status_code == 422
