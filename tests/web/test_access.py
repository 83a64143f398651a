"""Every route is asked the same questions by the same people; the rights are in routes.csv."""

import re

import pytest

from tests.web.pages import browser, send, token_of, words
from tests.web.routes import Route, ask, plain, routes_of, table
from tests.web.world import checksum
from tracker.web.access import right_of

PEOPLE = ("nobody", "reader", "stranger", "editor", "admin")
ROLES = {"nobody": -1, "reader": 0, "stranger": 0, "editor": 1, "admin": 2}
RIGHTS = {"public": -1, "reader": 0, "editor": 1, "admin": 2, "token": 3}  # a token nobody has who only signed in
FORM_REFUSED = "This form is from another visit"


def person(cast, who):
    return None if who == "nobody" else getattr(cast, who)


def test_every_route_has_a_row_and_every_row_a_route(app):
    assert routes_of(app) == {(route.method, route.rule) for route in table()}


def test_each_view_declares_the_right_that_the_table_says(app):
    urls = app.url_map.iter_rules()
    declared = {(method, plain(rule.rule)): right_of(app, rule.endpoint) for rule in urls for method in rule.methods}
    wrong = [(route, declared[route.method, route.rule]) for route in table()]
    assert [(route, right) for route, right in wrong if route.right != right] == []


def test_an_application_with_a_view_that_declares_nothing_does_not_start(make_app, monkeypatch):
    from tracker.web import home

    monkeypatch.delattr(home.index, "right")
    with pytest.raises(RuntimeError, match=r"home\.index"):
        make_app()


@pytest.mark.parametrize("who", PEOPLE)
def test_a_route_answers_whoever_has_its_right_and_nobody_else(app, cast, world, who):
    client = browser(app, person(cast, who))
    wrong = []
    for route in table():
        # Without a token nothing is changed, so that every route can be asked; the right is looked at first.
        answer = ask(client, route, world.values())
        missing = 401 if who == "nobody" or route.right == "token" else 403
        if ROLES[who] < RIGHTS[route.right]:
            fine = answer.status_code == missing and FORM_REFUSED not in answer.text
        elif route.method == "GET":
            fine = answer.status_code == 200 or (answer.status_code == 404 and "token" in route.arguments)
            fine = fine or (answer.status_code == 404 and "upload_id" in route.arguments and who == "admin")
        else:
            fine = answer.status_code == 403 and FORM_REFUSED in answer.text
        if not fine:
            wrong.append((route.method, route.rule, answer.status_code))
    assert wrong == []


def of_things(route: Route) -> bool:
    return bool({"slug", "key", "question_id", "batch"} & set(route.arguments))


UNKNOWN = {"slug": "no-such", "key": "A99999", "question_id": 99999, "batch": "no-such", "revision_id": 99999}


@pytest.mark.parametrize("who", ["stranger", "editor"])
def test_what_a_person_may_not_see_answers_like_what_does_not_exist(app, cast, world, session, who):
    client = browser(app, person(cast, who))
    token = token_of(client.get("/you").text)
    before, differ = checksum(session), []
    for route in filter(of_things, table()):
        if ROLES[who] < RIGHTS[route.right]:
            continue
        seen = []
        for values in (world.values(restricted=True), {**world.values(), **UNKNOWN}):
            address = route.address(values)
            answer = client.open(
                address, method=route.method, data={"csrf_token": token} if route.method == "POST" else None
            )
            said = words(answer.text.partition("<main")[2])
            for name in {"slug", "key", "batch"} & set(route.arguments):
                said = said.replace(values[name], "…")
            seen.append((answer.status_code, said))
        if seen[0] != seen[1] or seen[0][0] != 404:
            differ.append((route.method, route.rule, seen[0][0], seen[1][0]))
    assert differ == []
    assert checksum(session) == before


@pytest.mark.parametrize("who", ["reader", "admin"])
def test_whoever_is_named_sees_a_restricted_incident_and_everything_of_it(app, cast, world, who):
    client = browser(app, person(cast, who))
    for route in filter(of_things, table()):
        if route.method == "GET" and ROLES[who] >= RIGHTS[route.right]:
            answer = client.get(route.address(world.values(restricted=True)))
            assert answer.status_code == 200, route.rule


@pytest.mark.parametrize("who", ["stranger", "editor"])
def test_no_list_count_or_export_says_anything_of_a_restricted_incident(app, cast, world, who):
    client = browser(app, person(cast, who))
    pages = ["/", "/?state=all", "/?by=incident", "/items.json?state=all", "/items.csv", "/items.md", "/incidents"]
    pages += ["/incidents.json", "/incidents.csv", "/questions", "/search?q=vault", "/search.json?q=vault", "/?words=key"]
    pages += ["/triage"] if who == "editor" else []
    for page in pages:
        text = client.get(page).text
        assert "leaked" not in text and "Rotate" not in text and not re.search(rf"\b{world.restricted_key}\b", text), page
    assert client.get("/items.json").json["counts"]["open"] == 3, "two internal (one is regressed), one public"


def test_nobody_reads_what_is_public_where_that_is_set_and_only_that(make_app, world):
    client = make_app(public_read=True).test_client()
    assert client.get(f"/incidents/{world.public}").status_code == 200
    assert client.get(f"/incidents/{world.internal}").status_code == 404
    assert client.get(f"/items/{world.open_key}").status_code == 404
    home = client.get("/").text
    assert "The site is down" in home and "A node hangs" not in home
    assert '<form method="post"' not in home, "nobody is offered what only editors can do"
    assert client.get("/triage").status_code == 401
    assert client.get("/you").status_code == 401


def test_a_reader_is_not_offered_what_only_an_editor_can_do(app, cast, world):
    client = browser(app, cast.reader)
    for page in ("/", "/incidents", f"/incidents/{world.internal}", f"/items/{world.open_key}"):
        text = client.get(page).text
        assert "formaction" not in text and 'action="/items' not in text and "/triage" not in text and "/edit" not in text


def test_a_role_counts_from_the_next_request(app, cast, world, session):
    from tracker.domain.claims import Role
    from tracker.store.models import Person

    client = browser(app, cast.editor)
    assert client.get("/triage").status_code == 200
    session.get_one(Person, world.people["editor"]).role = Role.READER
    session.commit()
    assert client.get("/triage").status_code == 403


def test_a_batch_that_touched_what_one_may_not_see_cannot_be_undone(app, cast, world, session):
    client = browser(app, cast.editor)
    before = checksum(session)
    assert send(client, "/you", f"/undo/{world.restricted_batch}").status_code == 404
    assert checksum(session) == before
