"""The founding incident replayed (POLICY §2.14): what the gate says on that day, case by case."""

import pytest
import sqlalchemy as sa

from tests.story.conftest import Story
from tracker.store.models import GateRun, Override

pytestmark = pytest.mark.databases("sqlite")  # nothing here hangs on the database; the services are tested on both
TWO = "datahub is down, and labs are running until seven"


def test_the_accident_is_refused_and_the_finished_change_goes_through(story: Story) -> None:
    story.at("2018-01-25 13:45")
    story.change("Upgrade the chart", "chart: 0.6-beta\n")
    story.at("2018-01-25 15:30")
    story.hub.mode = "503"
    before, merged = story.prod, story.merge(234)

    said = story.push()
    assert story.prod == before
    assert "YOU ARE MANAGING: PROD <- datahub (Hub of the large course)" in said
    assert "DENY: 3 checks block datahub/prod" in said, said
    assert all(f"FAIL {check}" in said for check in ("staging-online", "staging-tested", "lab-hours"))
    assert all(f"PASS {check}" in said for check in ("soak", "one-hub-named", "policy-acknowledged"))
    assert "did not answer [200]: 503" in said and "freeze until Thu 19:00 PST" in said
    assert "live on staging for 105 min" in said or "live on staging for 104 min" in said

    said = story.push("-o", "deployment=prob140")  # somebody means the other hub
    assert story.prod == before
    assert "YOU ARE MANAGING: PROD <- prob140 (Hub of the probability course)" in said
    assert "FAIL one-hub-named prob140 is deployed from github.com/berkeley-dsep-infra/prob140hub, and this is" in said

    story.at("2018-01-25 19:05")
    story.hub.mode = "ok"
    story.attest()
    said = story.push()
    assert story.prod == merged and "ALLOW" in said, said

    story.at("2018-01-26 16:00")
    story.change("Raise a limit", "chart: 0.6\n")
    story.attest()
    before = story.prod
    story.merge(235)
    story.at("2018-01-26 19:30")
    story.hub.mode = "refuse"
    said = story.push()
    assert story.prod == before and "DENY: 1 check blocks datahub/prod" in said, said
    assert "FAIL staging-online" in said and "PASS lab-hours" in said


def test_the_repair_goes_through_as_what_it_is_and_as_nothing_else(story: Story) -> None:
    story.at("2018-01-25 13:45")
    story.change("Upgrade the chart", "chart: 0.6-beta\n")
    story.at("2018-01-25 15:30")
    broken = story.merge(234)
    story.past_the_hook(broken)
    assert story.prod == broken

    story.at("2018-01-25 16:24")
    story.change("Go back to the chart of last week", "chart: 0.5  # as on Monday, with the new pull secret\n")
    story.at("2018-01-25 16:29")
    mended = story.merge(235)
    said = story.push()
    assert story.prod == broken and "DENY: 3 checks block datahub/prod" in said, said
    assert all(f"FAIL {check}" in said for check in ("soak", "lab-hours", "staging-tested"))

    said = story.push("-o", "change-type=rollback", "-o", f"reason={TWO}")
    assert story.prod == broken and "never ran" in said, said

    declared = story.person("incident", "declare", "The hub is down", "-d", "datahub", "--severity", "SEV1")
    slug = declared.split()[0]
    story.person("incident", "resolve", slug)
    recovery = ("-o", "change-type=recovery", "-o", f"reason={TWO}")
    said = story.push(*recovery)
    assert story.prod == broken and "no incident" in said, said

    story.person("incident", "resolve", slug, "--undo")
    said = story.push(*recovery)
    assert story.prod == broken and "DENY: 1 check blocks datahub/prod" in said, said
    assert "FAIL staging-tested" in said and "WAIVED soak" in said and "WAIVED lab-hours" in said

    story.attest()
    said = story.push(*recovery)
    assert story.prod == mended and "ALLOW" in said, said
    assert "WAIVED soak" in said and "WAIVED lab-hours" in said and "PASS staging-tested" in said


def test_a_code_opens_the_gate_once_and_it_is_written_down(story: Story) -> None:
    story.at("2018-01-25 13:45")
    story.change("Upgrade the chart", "chart: 0.6-beta\n")
    story.at("2018-01-25 15:30")
    story.hub.mode = "503"
    why = "The exam begins at four and the old chart cannot serve it"
    code = story.person("break-glass", "-d", "datahub", "-s", "prod", "--reason", why).strip()
    merged = story.merge(234)
    said = story.push("-o", f"break-glass={code}")
    assert story.prod == merged and "OVERRIDDEN" in said and "FAIL staging-online" in said, said
    story.change("And another thing", "chart: 0.7\n")
    story.merge(235)
    said = story.push("-o", f"break-glass={code}")
    assert story.prod == merged and "has been used" in said, said
    with story.app.extensions["sessions"].reading() as session:
        override = session.scalars(sa.select(Override)).one()
        assert override.reason == why
        verdicts = session.scalars(sa.select(GateRun.verdict).where(GateRun.phase == "hook").order_by(GateRun.id)).all()
        assert verdicts[0] == "overridden"
    follow_up = next(line for line in story.person("items").splitlines() if line.startswith("A4"))
    assert "Explain the override of datahub/prod" in follow_up and "P1" in follow_up and "2018-01-28" in follow_up
    assert story.standing()["A2"] != "regressed"  # an override is a gated change, and stays on the record
