"""The two buttons of an incident's page."""

from tests.web.pages import browser, send


def test_an_editor_says_that_it_goes_on_and_that_it_is_over(app, cast, world):
    client = browser(app, cast.editor)
    page = f"/incidents/{world.internal}"
    assert "going on" not in client.get(page).text.partition("<h1>")[0]
    for wanted, tag in (("on", True), ("over", False)):
        assert send(client, page, f"{page}/outage", **{"is": wanted}).status_code == 303
        assert ('<span class="tag warn">going on</span>' in client.get(page).text) is tag
    assert send(client, page, f"{page}/outage", **{"is": "over"}).status_code == 409
    assert send(client, page, f"{page}/outage", **{"is": "maybe"}).status_code == 400


def test_a_reader_is_not_asked(app, cast, world):
    assert "/outage" not in browser(app, cast.reader).get(f"/incidents/{world.internal}").text
