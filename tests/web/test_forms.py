"""Forms: each carries a token, goes to a route that exists, and is refused from anywhere else."""

import re
from html import unescape

import pytest
from werkzeug.exceptions import MethodNotAllowed, NotFound

from tests.web.pages import browser, token_of
from tests.web.routes import table
from tests.web.world import checksum
from tracker.web.forms import next_path

FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)


def pages(client, world):
    """Every page that the admin or the editor can open, as text."""
    for route in table():
        if route.method == "GET" and route.rule != "/static/<filename>":
            answer = client.get(route.address(world.values()))
            if answer.mimetype == "text/html":
                yield route.rule, answer.text


@pytest.mark.parametrize("who", ["admin", "editor"])
def test_every_form_that_changes_something_carries_a_token_and_finds_its_route(app, cast, world, who):
    client = browser(app, getattr(cast, who))
    urls = app.url_map.bind("localhost")
    seen = 0
    for rule, page in pages(client, world):
        for attributes, body in FORM.findall(page):
            if 'method="post"' not in attributes:
                continue
            seen += 1
            assert 'name="csrf_token"' in body, rule
            action = re.search(r'action="([^"]*)"', attributes)
            if action and action[1]:
                finds_route(urls, action[1], rule)
        for address in re.findall(r'formaction="([^"]*)"', page):
            finds_route(urls, address, rule)
    assert seen > 20


def finds_route(urls, address, page):
    path = unescape(address).partition("?")[0].partition("#")[0]
    try:
        urls.match(path, method="POST")
    except (NotFound, MethodNotAllowed):
        pytest.fail(f"{page} sends a form to {path}, which is no route")


@pytest.mark.parametrize(
    ("data", "headers", "query"),
    [
        ({}, {}, {}),
        ({"csrf_token": "made up"}, {}, {}),
        ({}, {}, {"csrf_token": "OURS"}),
        ({"csrf_token": "OURS"}, {"Origin": "https://elsewhere.example"}, {}),
        ({"csrf_token": "THEIRS"}, {}, {}),
    ],
    ids=["no token", "a made-up token", "a token in the address", "from another site", "another session’s token"],
)
def test_a_post_without_its_own_session_s_token_is_refused_everywhere(app, cast, world, session, data, headers, query):
    client, other = browser(app, cast.admin), browser(app, cast.admin)
    ours, theirs = token_of(client.get("/you").text), token_of(other.get("/you").text)
    filled = {"OURS": ours, "THEIRS": theirs}
    data = {name: filled.get(value, value) for name, value in data.items()}
    query = {name: filled.get(value, value) for name, value in query.items()}
    before = checksum(session)
    for route in table():
        if route.method == "POST":
            answer = client.post(route.address(world.values()), data=data, headers=headers, query_string=query)
            # The API takes no form's token and no cookie: without a token of its own it asks who that is.
            unknown = route.right == "token" and not headers
            assert answer.status_code == (401 if unknown else 403), route.rule
    assert checksum(session) == before


def test_a_script_s_json_is_not_taken_without_a_token(app, cast, world):
    client = browser(app, cast.admin)
    answer = client.post("/triage", data='{"real": "A1"}', content_type="text/plain")
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("wanted", "taken"),
    [
        ("/incidents?year=2024", "/incidents?year=2024"),
        ("https://elsewhere.example/", None),
        ("//elsewhere.example/", None),
        ("/\\elsewhere.example", None),
        ("javascript:alert(1)", None),
        ("incidents", None),
        ("/a\nb", None),
        ("", None),
    ],
)
def test_a_form_leads_back_to_pages_of_this_site_only(app, wanted, taken):
    with app.test_request_context("/", method="POST", data={"next": wanted}):
        assert next_path() == taken
