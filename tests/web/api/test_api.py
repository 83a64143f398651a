"""The API's manners: who is let in, what is refused and how, and that sending twice is once."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from tests.policy_world import POLICY, change, incident_of
from tests.web.api.test_loop import FROM_CI, result
from tracker.domain.claims import Visibility
from tracker.domain.policy import Outcome
from tracker.policy.wire import to_json
from tracker.store.models import DeploymentRecord, GateRun, Observation, RefUpdate, Token

EVERYWHERE = [
    ("POST", "/gates"),
    ("POST", "/gates/x/decide"),
    ("GET", "/gates/x"),
    ("POST", "/gates:simulate"),
    ("POST", "/gates:hand-in"),
    ("PUT", "/policies/datahub"),
    ("POST", "/deployments/datahub/prod/records"),
    ("POST", "/deployments/datahub/prod/reached"),
    ("GET", "/deployments/datahub/prod"),
    ("POST", "/checks/datahub/load/observations"),
    ("POST", "/attestations"),
    ("POST", "/acknowledgements"),
    ("POST", "/waivers"),
    ("POST", "/break-glass"),
    ("POST", "/proofs"),
    ("GET", "/action-items/A1/verification"),
]


def count(session, model):
    session.rollback()
    number = session.scalar(sa.select(sa.func.count()).select_from(model))
    session.rollback()
    return number


@pytest.mark.parametrize("token", [None, "trk_ci_made-up"])
def test_nobody_is_let_in_without_a_token_and_is_told_so_as_a_problem(api, token):
    for method, path in EVERYWHERE:
        answer = api.ask(method, path, {}, token=token)
        assert answer.status_code == 401, path
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert {"title", "status", "detail"} <= set(answer.json())


def test_a_token_of_another_deployment_is_refused_everywhere(api, world):
    opened = api.gate(change())
    seen = {"deployment": "datahub", "stage": "prod", "status": "pass"}
    asked = [
        ("POST", "/gates", {"change": to_json(change())}),
        ("POST", "/gates:simulate", {"change": to_json(change())}),
        ("POST", f"/gates/{opened['id']}/decide", {"results": FROM_CI}),
        ("GET", f"/gates/{opened['id']}", None),
        ("POST", "/deployments/datahub/prod/records", {"status": "success"}),
        ("POST", "/deployments/datahub/prod/reached", {"updates": []}),
        ("GET", "/deployments/datahub/prod", None),
        ("POST", "/checks/datahub/load/observations", {**seen, "stage": "staging"}),
        ("PUT", "/policies/datahub", {"yaml": POLICY}),
    ]
    for method, path, body in asked:
        answer = api.ask(method, path, body, token=world.elsewhere)
        assert answer.status_code == 403, (path, answer.text)


def test_ci_can_say_nothing_that_takes_a_person(api):
    place = {"deployment": "datahub", "stage": "prod"}
    for path, body in (
        ("/attestations", {"deployment": "datahub", "check": "tested", "content_id": "e08a"}),
        ("/acknowledgements", {"deployment": "datahub"}),
        ("/waivers", {**place, "check": "labs", "reason": "x" * 20}),
        ("/break-glass", {**place, "reason": "x" * 30}),
        ("/proofs", {**place, "item": "A1", "check": "online"}),
    ):
        answer = api.ask("POST", path, body)
        assert (answer.status_code, "takes a person" in answer.text) == (403, True), path


def test_a_person_says_their_part_with_their_own_token(api, world):
    mine = {"token": world.admin, "status": 201}
    place = {"deployment": "datahub", "stage": "prod"}
    said = api.told("POST", "/acknowledgements", {"deployment": "datahub"}, **mine)
    assert (said["term"], said["by"]) == ("fall-2026", "Ada")
    assert api.told("POST", "/acknowledgements", {"deployment": "datahub"}, **mine)["id"] == said["id"]
    waived = {**place, "check": "labs", "reason": "Exams are over"}
    assert api.told("POST", "/waivers", waived, **mine)["check"] == "labs"
    assert api.told("POST", "/proofs", {**place, "item": "A2", "check": "soak"}, **mine)["mode"] == "guard"
    code = api.told("POST", "/break-glass", {**place, "reason": "Everything is down, nothing else helps"}, **mine)["code"]
    opened = api.gate(change(), break_glass=code)
    assert opened["override"]["by"] == "Ada"
    assert api.told("POST", f"/gates/{opened['id']}/decide", {"results": []})["verdict"] == "overridden"
    again = api.ask("POST", "/gates", {"change": to_json(change()), "break_glass": code})
    assert (again.status_code, "has been used" in again.text) == (403, True)


def test_an_editor_and_a_reader_may_not_waive_or_break_the_glass(api, world):
    place = {"deployment": "datahub", "stage": "prod", "reason": "Everything is down, nothing else helps"}
    for token in (world.editor, world.reader):
        assert api.ask("POST", "/waivers", {**place, "check": "labs"}, token=token).status_code == 403
        assert api.ask("POST", "/break-glass", place, token=token).status_code == 403
    proof = {"deployment": "datahub", "stage": "prod", "item": "A1", "check": "online"}
    assert api.ask("POST", "/proofs", proof, token=world.reader).status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "text",
        {},
        {"change": None},
        {"change": {"deployment": "datahub"}},
        {"change": {"deployment": "datahub", "stage": 5}},
        {"change": {"deployment": "datahub", "stage": "prod", "commits": "abc"}},
        {"change": {"deployment": "datahub", "stage": "prod", "change_type": "sneaky"}},
        {"change": {"deployment": "datahub", "stage": "prod", "subject": "\0"}},
        {"change": {"deployment": "datahub", "stage": "prod"}, "phase": "later"},
        {"change": {"deployment": "datahub", "stage": "prod"}, "at": "tomorrow"},
        {"change": {"deployment": "datahub", "stage": "prod"}, "yaml": "a: [", "digest": "0"},
        {"change": {"deployment": "datahub", "stage": "prod"}, "yaml": "x: 1"},
    ],
)
def test_what_has_another_shape_is_a_problem_and_no_fault(api, session, body):
    answer = api.ask("POST", "/gates", body)
    assert answer.status_code == 422, answer.text
    assert answer.json()["detail"]
    assert count(session, GateRun) == 0


def test_a_run_is_told_as_json_markdown_and_junit(api, world):
    opened = api.gate(change())
    waiting = api.told("GET", f"/gates/{opened['id']}")
    assert waiting["verdict"] is None and api.ask("GET", f"/gates/{opened['id']}.md").status_code == 409
    api.told("POST", f"/gates/{opened['id']}/decide", {"results": FROM_CI})
    told = api.told("GET", f"/gates/{opened['id']}")
    assert (told["verdict"], told["change"]["new"], told["url"]) == ("deny", "b" * 40, opened["url"])
    for shape, kind, piece in (("md", "text/markdown", "datahub"), ("xml", "application/xml", "<testsuite")):
        answer = api.ask("GET", f"/gates/{opened['id']}.{shape}")
        assert answer.status_code == 200 and answer.headers["Content-Type"].startswith(kind)
        assert piece in answer.text
        assert api.ask("GET", f"/gates/{opened['id']}.{shape}", token=world.elsewhere).status_code == 403
    assert api.ask("GET", f"/gates/{opened['id']}.pdf").status_code == 404


def test_unknown_places_runs_and_addresses_are_not_found(api):
    assert api.ask("POST", "/gates", {"change": to_json(change(deployment="nowhere"))}).status_code == 404
    assert api.ask("GET", "/gates/no-such").status_code == 404
    assert api.ask("GET", "/no-such").status_code == 404
    assert api.ask("GET", "/no-such").headers["Content-Type"] == "application/problem+json"
    assert api.ask("GET", "/gates").status_code == 405


def test_a_version_that_the_server_does_not_know_has_to_be_sent(api):
    from hashlib import sha256

    yaml = POLICY.replace("min_age: 30m", "min_age: 45m")
    digest = sha256(yaml.encode()).hexdigest()
    missing = api.ask("POST", "/gates", {"change": to_json(change()), "digest": digest})
    assert (missing.status_code, "send yaml" in missing.text) == (409, True)
    opened = api.gate(change(), digest=digest, yaml=yaml)
    assert opened["policy"] == {"name": "datahub", "digest": digest, "yaml": yaml, "in_force": True, "same": False}
    assert api.gate(change(), digest=digest)["policy"]["digest"] == digest, "now it is known"


def test_sending_twice_with_one_key_is_once(api, session):
    first, second = (api.gate(change(), key="k") for _ in range(2))
    assert first["id"] == second["id"] and first["results"] == second["results"]
    answers = [api.told("POST", f"/gates/{first['id']}/decide", {"results": FROM_CI}) for _ in range(2)]
    assert answers[0] == answers[1]
    assert count(session, GateRun) == 1
    began = {"status": "started", "commit": "b" * 40}
    for _ in range(2):
        api.told("POST", "/deployments/datahub/prod/records", began, status=201, key="r")
    assert count(session, DeploymentRecord) == 1
    seen = {"deployment": "datahub", "stage": "staging", "status": "pass"}
    for _ in range(2):
        api.told("POST", "/checks/datahub/load/observations", seen, status=201, key="o")
    other = api.ask("POST", "/checks/datahub/load/observations", {**seen, "status": "fail"}, key="o")
    assert other.status_code == 409


def test_only_what_something_else_evaluates_can_be_pushed(api, session):
    def push(check, **values):
        place = {"deployment": "datahub", "stage": "staging" if check == "load" else "prod"}
        return api.ask("POST", f"/checks/datahub/{check}/observations", {**place, "status": "pass", **values})

    assert push("load", summary="99 users\n\x1b[31m", evidence={"users": 99}).status_code == 201
    for check in ("labs", "tested"):
        assert push(check).status_code == 403, "the server evaluates it itself"
    assert push("nothing").status_code == 404
    for wrong in ({"status": "unknown"}, {"status": "skip"}, {"status": "waived"}, {"status": None}):
        assert push("load", **wrong).status_code == 422
    now = datetime.now(UTC)
    for hours, status in ((-23, 201), (-25, 422), (0.05, 201), (0.2, 422)):
        assert push("load", observed_at=(now + timedelta(hours=hours)).isoformat()).status_code == status, hours
    session.rollback()
    first = session.scalars(sa.select(Observation).order_by(Observation.id)).first()
    assert first.summary == "99 users [31m" and first.evidence == {"users": 99}


def test_what_reached_the_branch_is_kept_once_however_often_it_is_told(api, session):
    def tell(source, *updates):
        body = {"source": source, "updates": [{"ref": "refs/heads/prod", **one} for one in updates]}
        return api.told("POST", "/deployments/datahub/prod/reached", body)

    at = datetime.now(UTC) - timedelta(hours=3)
    one = {"commit": "1" * 40, "at": at.isoformat(), "content_id": "c1"}
    two = {"commit": "2" * 40, "at": (at + timedelta(hours=1)).isoformat(), "content_id": "c2", "parent": "1" * 40}
    assert tell("hook", one)["new"] == ["1" * 40]
    assert tell("hook", one, two) == {"new": ["2" * 40], "known": 1}
    guessed = {**one, "at": (at - timedelta(days=1)).isoformat()}
    assert tell("history", guessed)["new"] == [], "its time there is a guess"
    back = {**one, "at": (at + timedelta(hours=2)).isoformat(), "parent": "2" * 40}
    assert tell("hook", back)["new"] == ["1" * 40], "it came back"
    assert count(session, RefUpdate) == 3
    stage = api.told("GET", "/deployments/datahub/prod")
    assert [one["commit"] for one in stage["ungated"]] == ["1" * 40, "2" * 40, "1" * 40]
    assert stage["now"]["commit"] == "1" * 40


def test_a_policy_with_errors_is_refused_with_its_lines(api, world):
    wrong = POLICY.replace("kind: window", "kind: wyndow")
    answer = api.ask("PUT", "/policies/datahub", {"yaml": wrong, "file": "policy/hub.yaml"}, token=world.writer)
    assert answer.status_code == 422
    assert "policy/hub.yaml:" in answer.json()["detail"] and "wyndow" in answer.json()["detail"]


def test_only_a_token_that_may_writes_the_policy(api, world):
    for token in (world.ci, world.editor):
        assert api.ask("PUT", "/policies/datahub", {"yaml": POLICY}, token=token).status_code == 403


def test_simulating_stores_nothing(api, session):
    before = count(session, GateRun), count(session, Observation)
    night = "2026-11-25T04:00:00Z"
    told = api.told("POST", "/gates:simulate", {"change": to_json(change()), "at": night})
    assert told["verdict"] == "deny" and "labs" not in told["blocking"]
    assert (count(session, GateRun), count(session, Observation)) == before


def test_a_run_is_handed_in_later_with_its_deployment(api, session):
    at = datetime.now(UTC) - timedelta(days=2)
    asked = {"change": to_json(change()), "phase": "exec", "key": "k"}
    records = [{"status": "success", "commit": "b" * 40, "content_id": "e08a", "started_at": at.isoformat()}]
    file = {"version": 1, "request": asked, "results": FROM_CI, "at": at.isoformat(), "records": records}
    first, second = (api.told("POST", "/gates:hand-in", file, status=201) for _ in range(2))
    assert first["id"] == second["id"] and first["verdict"] == "deny"
    assert count(session, DeploymentRecord) == 1
    assert api.ask("POST", "/gates:hand-in", {**file, "records": "none"}).status_code == 422


def test_what_is_restricted_is_told_to_no_job(api, world, session, cast):
    incident = incident_of(session, world.incident)
    assert api.told("GET", "/action-items/a2/verification")["key"] == "A2"
    incident.visibility = Visibility.RESTRICTED
    session.commit()
    assert api.ask("GET", "/action-items/A2/verification").status_code == 404
    assert api.told("GET", "/action-items/A2/verification", token=world.admin)["claim"] == "done"
    assert api.ask("GET", "/action-items/A2/verification", token=world.editor).status_code == 404
    opened = api.gate(change())
    decided = api.told("POST", f"/gates/{opened['id']}/decide", {"results": FROM_CI})
    shown = repr(opened) + repr(decided) + repr(api.told("GET", "/deployments/datahub/prod"))
    assert "Block merges to production" not in shown and world.incident not in shown


def test_the_command_line_is_told_no_names_and_no_items(api):
    facts = api.gate(change())["facts"]
    assert facts["people"] == [] and facts["items"] == [] and facts["acknowledged"] == [] and facts["incidents"] == []


def test_the_use_of_a_token_is_noted(api, session):
    api.gate(change())
    session.rollback()
    noted = session.scalars(sa.select(Token.last_used_at).where(Token.name == "CI of datahub")).one()
    assert noted is not None and datetime.now(UTC) - noted < timedelta(minutes=1)


def test_hostile_texts_come_back_as_text_and_break_nothing(api):
    evil = "::error::x\r\n<script>alert(1)</script>\x1b[2J‮"
    opened = api.gate(change(subject=evil, author=evil, ref=f"refs/heads/{evil}", actor=evil, ci_url="javascript:alert(1)"))
    sent = [result("online", Outcome.FAIL, evil), result("one-hub")]
    decided = api.told("POST", f"/gates/{opened['id']}/decide", {"results": sent})
    summary = next(one["summary"] for one in decided["results"] if one["check"] == "online")
    assert "\n" not in summary and "\x1b" not in summary


def test_a_body_that_is_too_large_is_refused(api):
    large = {"change": to_json(change()), "yaml": "#" * (9 * 1024 * 1024)}
    assert api.ask("POST", "/gates", large).status_code in (413, 422)
