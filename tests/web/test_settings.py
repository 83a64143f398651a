"""The settings of an incident: what is said beside its document."""

import pytest
import sqlalchemy as sa

from tests.conftest import NOW
from tests.web.pages import browser, id_of, send, words
from tracker.domain.claims import Status
from tracker.services import documents, incidents
from tracker.store.models import Incident

TEXT = b"# The vault leaked\n\n## Timeline\n\n- 10:00 Leak\n\n## Action items\n\n1. Rotate the key\n"
PLAIN = {"visibility": "internal", "status": "draft", "owner": "0", "due": "", "severity": "", "deployments": ""}


@pytest.fixture
def address(session, cast):
    said = {"by": None, "at": NOW, "message": "Imported", "via": "import"}
    slug = documents.create(session, TEXT, "vault.md", **said).incident.slug
    session.commit()
    return f"/incidents/{slug}"


def facts(session):
    kept = incidents.facts(session, session.scalars(sa.select(Incident)).one())
    session.rollback()
    return kept


def test_what_is_said_is_kept_and_shown_again(app, cast, address, session):
    editor = browser(app, cast.editor)
    new = {"status": "in_review", "owner": str(id_of(cast.reader)), "due": "2026-12-24", "severity": "SEV 1"}
    answer = send(editor, f"{address}/settings", **{**PLAIN, **new, "deployments": "hub\r\nprod, api\r\n"})
    assert answer.status_code == 303
    kept = facts(session)
    assert (kept.status, kept.owner_id, kept.severity) == (Status.IN_REVIEW, id_of(cast.reader), "SEV 1")
    assert kept.deployments == ("api", "hub", "prod")
    page = editor.get(f"{address}/settings").text
    for said in ('value="2026-12-24"', 'value="SEV 1"', "api\nhub\nprod"):
        assert said in page


def test_a_restricted_incident_is_gone_for_all_but_who_is_named(app, cast, address):
    editor, reader, stranger = (browser(app, one) for one in (cast.editor, cast.reader, cast.stranger))
    named = {**PLAIN, "visibility": "restricted", "readers": [str(id_of(cast.reader))]}
    assert send(editor, f"{address}/settings", **named).status_code == 303
    assert [who.get(address).status_code for who in (editor, reader, stranger)] == [200, 200, 404]
    for page in ("/", "/incidents", "/search?q=rotate", "/items.json?state=all", "/search.json?q=vault", "/search?q=A1"):
        assert "otate" in reader.get("/search?q=rotate").text
        assert "vault leaked" not in stranger.get(page).text
        assert "Rotate the key" not in stranger.get(page).text
    assert stranger.get(f"{address}/settings").status_code == 403
    assert browser(app, cast.admin).get(f"{address}/settings").status_code == 200


def test_an_editor_who_is_not_named_cannot_open_it_again(app, cast, address, session):
    admin, editor = browser(app, cast.admin), browser(app, cast.editor)
    send(admin, f"{address}/settings", **{**PLAIN, "visibility": "restricted"})
    assert editor.get(f"{address}/settings").status_code == 404
    assert send(editor, "/you", f"{address}/settings", **PLAIN).status_code == 404
    assert facts(session).visibility == "restricted"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"visibility": "everybody"}, "Not a valid choice"),
        ({"status": "done"}, "Not a valid choice"),
        ({"owner": "999"}, "Not a valid choice"),
        ({"owner": "x"}, "could not coerce"),
        ({"readers": "999"}, "valid choice"),
        ({"due": "tomorrow"}, "Not a valid date"),
        ({"severity": "x" * 41}, "40 characters"),
        ({"deployments": "x" * 81}, "At most 50 deployments"),
    ],
)
def test_a_wrong_value_is_said_beside_its_field_and_the_rest_stays(app, cast, address, session, change, says):
    before = facts(session)
    answer = send(browser(app, cast.editor), f"{address}/settings", **{**PLAIN, "severity": "SEV 3", **change})
    assert answer.status_code == 422
    assert says in words(answer.text)
    assert "SEV 3" in answer.text or "severity" in change
    assert facts(session) == before


def test_somebody_disabled_stays_named_and_is_not_offered_anew(app, cast, address, session):
    admin = browser(app, cast.admin)
    send(admin, f"{address}/settings", **{**PLAIN, "owner": str(id_of(cast.stranger))})
    send(admin, f"/people/{id_of(cast.stranger)}", f"/people/{id_of(cast.stranger)}/disable")
    page = admin.get(f"{address}/settings").text
    assert "Sam" in page
    assert send(admin, f"{address}/settings", **{**PLAIN, "owner": str(id_of(cast.stranger))}).status_code == 303
    assert facts(session).owner_id == id_of(cast.stranger)
