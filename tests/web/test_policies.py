"""The pages of deployment policy: what stands before a stage, what was asked, and what people say there."""

from datetime import UTC, datetime, timedelta
from html import unescape
from xml.etree import ElementTree

import pytest
import sqlalchemy as sa

from tests.policy_world import TEXT, change, make_policy_world
from tests.web.pages import browser, send, token_of, words
from tracker.domain.claims import Visibility
from tracker.domain.policy import Outcome
from tracker.policy.values import Result
from tracker.services import deployments, gates, said
from tracker.services.policies_in_force import in_force
from tracker.services.policy_places import stage_row
from tracker.store.models import (
    Acknowledgement,
    Attestation,
    Deployment,
    Gap,
    GateRun,
    Incident,
    Override,
    RefUpdate,
    Waiver,
)

STAGE = "/policy/datahub/prod"
CONTENT = "e08a"


@pytest.fixture
def policy(session, cast):
    return make_policy_world(session, cast)


@pytest.fixture
def admin(app, cast, policy):
    return browser(app, cast.admin)


@pytest.fixture
def reader(app, cast, policy):
    return browser(app, cast.reader)


def prod(session):
    deployment = session.scalars(sa.select(Deployment).where(Deployment.slug == "datahub")).one()
    return stage_row(session, deployment, "prod")


def asked(session, at, *, fine, **how):
    """A question at the gate of datahub/prod whose local checks all answer `fine`."""
    opened = gates.open(session, gates.GateRequest(change=change(**how), policy="datahub"), at=at)
    known = {result.check for result in opened.results}
    results = [
        Result(
            check=check.id, title=check.title, kind=check.kind, outcome=fine, summary=f"it is {fine.value}",
            enforcement=check.enforcement, fix=check.fix,
        )
        for check in opened.prepared.checks if check.id not in known
    ]  # fmt: skip
    gates.decide(session, opened.run, results, at=at)
    return opened.run


def test_the_board_shows_each_check_under_the_stages_that_it_is_for(reader):
    page = words(reader.get("/policy").text)
    assert "Staging is online" in page and "no result yet" in page
    assert "protected" in page and "never asked" in page


def test_without_a_policy_the_page_says_how_to_begin(app, cast, session):
    session.commit()
    page = words(browser(app, cast.reader).get("/policy").text)
    assert "tracker prove A47 --repo" in page and "tracker policy push" in page


def test_a_closed_window_says_when_it_opens_by_the_policys_own_clock(app, cast, policy, monkeypatch):
    from tracker.web import scope

    class Noon(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime(2026, 11, 24, 20, 0, tzinfo=UTC)  # noon in Los Angeles, a Tuesday

    client = browser(app, cast.reader)
    monkeypatch.setattr(scope, "datetime", Noon)
    assert "opens again Tue 19:00 PST" in words(client.get(STAGE).text)


def test_a_question_shows_its_change_and_what_blocks_it_and_how_to_mend_it(reader, session):
    run = asked(session, datetime.now(UTC), fine=Outcome.FAIL)
    session.commit()
    html = reader.get(f"/gates/{run.public_id}").text
    page = words(html)
    assert "prod ← datahub" in page and "denied" in page and "Merge staging" in page
    assert html.count('class="blocking"') == len(gates.decision_of(session, run).blocking)


def test_a_question_is_also_markdown_json_and_junit(reader, session):
    run = asked(session, datetime.now(UTC), fine=Outcome.FAIL)
    session.commit()
    here = f"/gates/{run.public_id}"
    assert "PROD <- datahub" in unescape(reader.get(f"{here}.md").text)
    told = reader.get(f"{here}.json").json
    assert told["verdict"] == "deny" and "online" in told["blocking"] and told["url"] == here
    suites = ElementTree.fromstring(reader.get(f"{here}.xml").data)
    assert suites.find(".//testcase[@name='online']/failure") is not None
    assert reader.get(f"{here}.pdf").status_code == 404


def test_words_from_commits_are_text_and_nothing_else(reader, session):
    hostile = "<script>alert(1)</script>\x1b[31m"
    run = asked(session, datetime.now(UTC), fine=Outcome.FAIL, subject=hostile, author=hostile)
    session.commit()
    for address in (f"/gates/{run.public_id}", STAGE, "/gates"):
        html = reader.get(address).text
        assert "<script>alert" not in html and "&lt;script&gt;alert" in html, address


def test_a_change_past_the_gate_stands_out_and_one_that_came_through_links_its_question(reader, session, cast):
    stage, saturday = prod(session), datetime(2026, 11, 21, 20, tzinfo=UTC)
    there, deployment = in_force(session, "datahub"), session.get_one(Deployment, stage.deployment_id)
    deploy(session, stage_row(session, deployment, "staging"), CONTENT, saturday - timedelta(hours=1))
    said.attest(session, there, deployment, "tested", content_id=CONTENT, by=cast.admin, at=saturday)
    run = asked(session, saturday, fine=Outcome.PASS)
    deploy(session, stage, CONTENT, saturday + timedelta(minutes=5))
    deploy(session, stage, "beef", saturday + timedelta(hours=1), subject="By hand")
    session.commit()
    page = reader.get(STAGE).text
    assert "1 change of the last 2" in words(page)
    past, through = page.split("<tbody>")[1].split("</tbody>")[0].split("</tr>")[:2]
    assert "By hand" in past and "past the gate" in past
    assert "allowed" in through and f"/gates/{run.public_id}" in through


def deploy(session, stage, content, at, subject="Merge staging"):
    told = deployments.Deployed(status="success", commit=content * 10, content_id=content, subject=subject, started_at=at)
    deployments.record(session, stage, told, key=f"{stage.id} {content}", at=at)


def test_a_change_while_the_server_was_away_is_not_known_until_somebody_confirms_it(admin, reader, session):
    at = datetime.now(UTC) - timedelta(hours=2)
    session.add(Gap(start=at - timedelta(hours=1), end=at + timedelta(hours=1)))
    update = deployments.Update(ref="refs/heads/prod", commit="f" * 40, content_id="beef", subject="Meanwhile", at=at)
    deployments.reached(session, prod(session), [update], source="history", at=at + timedelta(hours=1))
    session.commit()
    assert "not known" in words(reader.get(STAGE).text)
    row = session.scalars(sa.select(RefUpdate.id)).one()
    session.rollback()
    assert send(admin, STAGE, f"{STAGE}/confirm", update=row).status_code == 303
    page = words(reader.get(STAGE).text)
    assert "confirmed by" in page and "not known" not in page


def test_whoever_has_read_the_text_stands_in_the_list_and_a_changed_text_asks_again(reader, session, cast):
    page = "/policy-texts?policy=datahub"
    shown = reader.get(page).text
    assert "I have read this" in shown and "Look at staging first" in shown
    sha = shown.split('name="sha256" value="')[1].split('"')[0]
    assert send(reader, page, page, sha256="0" * 64).status_code == 409
    assert send(reader, page, page, sha256=sha).status_code == 303
    assert "You have read it" in words(reader.get(page).text)
    row = session.scalars(sa.select(Acknowledgement)).one()
    assert (row.person_id, row.sha256) == (cast.reader.id, sha)
    session.rollback()
    push_text(session, cast, TEXT + "\nAnd tell the others.\n")
    assert "I have read this" in reader.get(page).text


def push_text(session, cast, text):
    from tests.policy_world import POLICY
    from tracker.services import policies

    texts = {"docs/policy/deployment.md": text}
    policies.push(session, POLICY.encode(), texts=texts, by="Ada", seen_by=cast.admin, at=datetime.now(UTC))
    session.commit()


def test_an_attestation_is_about_one_content_and_under_a_name(admin, session, cast):
    asked(session, datetime.now(UTC), fine=Outcome.FAIL)
    session.commit()
    page = f"{STAGE}/attest?check=tested"
    assert "I signed in to staging" in words(admin.get(page).text)
    assert send(admin, page, content="no-such").status_code == 422
    assert send(admin, page, content=CONTENT, note="ran a notebook").status_code == 303
    row = session.scalars(sa.select(Attestation)).one()
    assert (row.content_id, row.person_id) == (CONTENT, cast.admin.id)


def test_a_reader_may_not_attest_what_the_policy_asks_of_an_admin(reader, session):
    asked(session, datetime.now(UTC), fine=Outcome.FAIL)
    session.commit()
    answer = send(reader, f"{STAGE}/attest?check=tested", content=CONTENT)
    assert answer.status_code == 403 and session.scalars(sa.select(Attestation)).all() == []


def test_a_waiver_takes_a_reason_and_a_day_within_thirty_and_can_be_ended(admin, session):
    page = f"{STAGE}/waivers"
    late = (datetime.now(UTC) + timedelta(days=60)).date()
    soon = (datetime.now(UTC) + timedelta(days=6)).date()
    assert 'value="online"' not in admin.get(page).text  # it is hard
    assert send(admin, page, check="soak", until=late, reason="because of the exam").status_code == 422
    assert send(admin, page, check="soak", until=soon, reason="").status_code == 422
    assert send(admin, page, check="soak", until=soon, reason="because of the exam").status_code == 303
    assert "1 waiver" in words(admin.get(STAGE).text) and "because of the exam" in admin.get(STAGE).text
    waiver = session.scalars(sa.select(Waiver.id)).one()
    session.rollback()
    assert send(admin, page, f"/policy/waivers/{waiver}/end").status_code == 303
    assert "because of the exam" not in admin.get(STAGE).text


def test_the_code_of_broken_glass_is_shown_once_and_kept_as_a_hash(admin, session):
    page = f"{STAGE}/break-glass"
    assert send(admin, page, reason="short").status_code == 422
    answer = send(admin, page, reason="Production is down and the exam begins at ten")
    code = answer.text.split("<code>")[1].split("</code>")[0]
    assert code.startswith("trk_bg_") and code not in admin.get(page).text
    assert session.scalars(sa.select(Override)).one().code_hash != code


def test_whoever_may_not_break_the_glass_is_told_whom_to_ask(reader):
    page = f"{STAGE}/break-glass"
    assert "ask one of them" in words(reader.get(page).text)
    token = token_of(reader.get("/you").text)
    assert reader.post(page, data={"csrf_token": token, "reason": "I want to deploy this now, please"}).status_code == 403


def test_a_simulation_answers_for_any_time_and_stores_nothing(admin, session):
    asked(session, datetime.now(UTC), fine=Outcome.FAIL)
    session.commit()
    before = len(session.scalars(sa.select(GateRun)).all())
    session.rollback()
    page = f"{STAGE}/ask"
    closed = words(send(admin, page, content=CONTENT, at="2026-11-24T12:00", actor="", change_type="normal").text)
    opened = words(send(admin, page, content=CONTENT, at="2026-11-24T19:00", actor="", change_type="normal").text)
    assert "inside freeze" in closed and "inside freeze" not in opened
    assert len(session.scalars(sa.select(GateRun)).all()) == before


def test_a_restricted_items_key_is_shown_to_nobody_who_may_not_see_it(app, cast, policy, session):
    session.execute(sa.update(Incident).values(visibility=Visibility.RESTRICTED))
    session.commit()
    seen = {who: browser(app, getattr(cast, who)).get(STAGE).text for who in ("stranger", "admin")}
    assert ">A2<" in seen["admin"] and ">A2<" not in seen["stranger"]


def test_an_unknown_stage_check_or_question_is_a_plain_404(reader):
    for address in ("/policy/datahub/nowhere", f"{STAGE}?check=none", "/gates/none", "/policy-texts?policy=none"):
        assert reader.get(address).status_code == 404, address


def test_the_policy_in_force_is_the_one_that_is_shown(reader, session):
    digest = in_force(session, "datahub").version.digest
    session.rollback()
    assert digest[:8] in reader.get("/policy").text
