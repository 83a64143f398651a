"""Kinds that read what the server knows: who attested, who acknowledged, which items and incidents are open."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.policy.contexts import ADA, BOB, CHANGE, EVE, NOW, context, run
from tracker.domain.policy import Outcome
from tracker.policy.values import Acknowledged, Attested, Facts, Human, OpenIncident, OpenItem, Text

PASS, FAIL, ERROR, SKIP = Outcome.PASS, Outcome.FAIL, Outcome.ERROR, Outcome.SKIP
CONTENT = CHANGE.content_id
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def attested(by: Human = ADA, ago: timedelta = HOUR, **changes: Any) -> Attested:
    return replace(Attested(check="the-check", content_id=str(CONTENT), by=by, at=NOW - ago), **changes)


@pytest.mark.parametrize(
    ("said", "params", "outcome", "says"),
    [
        ([], {}, FAIL, "nobody has attested content c0ffee00"),
        ([attested()], {}, PASS, "Ada attested"),
        ([attested(content_id="b" * 40)], {}, FAIL, "nobody"),
        ([attested(check="another")], {}, FAIL, "nobody"),
        ([attested(ago=25 * HOUR)], {}, FAIL, "older"),
        ([attested(ago=25 * HOUR)], {"max_age": "2d"}, PASS, "Ada"),
        ([attested(ago=-HOUR)], {}, FAIL, "nobody"),
        ([attested(EVE)], {}, FAIL, "has not the role"),
        ([attested(EVE)], {"by_roles": ["reader"]}, PASS, "Eve"),
        ([attested(BOB)], {"not_author": True}, FAIL, "author of the change"),
        ([attested(BOB)], {}, PASS, "Bob"),
        ([attested(), attested()], {"count": 2}, FAIL, "only 1 of 2"),
        ([attested(), attested(BOB)], {"count": 2}, PASS, "Ada, Bob"),
    ],
)
def test_attestations_count_for_this_content_from_people_who_may(
    said: Any, params: Any, outcome: Outcome, says: str
) -> None:
    facts = Facts(attested=said, people=(ADA, BOB, EVE))
    found = run(context("attestation", {"statement": "I started a server", **params}, facts=facts))
    assert found.outcome is outcome and says in found.summary


def test_an_unknown_content_or_server_is_an_error() -> None:
    params = {"statement": "I started a server"}
    shallow = replace(CHANGE, content_id=None, problems=("a shallow clone: use fetch-depth: 0",))
    assert run(context("attestation", params, change=shallow)).summary == "a shallow clone: use fetch-depth: 0"
    assert run(context("attestation", params, facts=None)).outcome is ERROR
    assert run(context("attestation", params, change=None)).outcome is ERROR


SPRING = {"id": "spring", "start": "2018-01-16", "end": "2018-05-11"}
FALL = {"id": "fall", "start": "2018-08-20", "end": "2018-12-14"}
OLD, NEW = "1" * 64, "2" * 64


def text(sha: str = NEW, since: datetime = NOW - 100 * DAY, earlier: bool = False) -> Text:
    return Text(path="policy.md", sha256=sha, since=since, earlier=earlier)


def read(by: Human = ADA, sha: str = NEW, term: str | None = "spring", at: datetime = NOW - DAY) -> Acknowledged:
    return Acknowledged(document="policy.md", sha256=sha, term=term, by=by, at=at)


def acknowledged(
    *said: Acknowledged, of: Text | None = None, terms: Any = (SPRING, FALL), **given: Any
) -> tuple[Outcome, str]:
    params = {"document": "policy.md", **given.pop("params", {})}
    facts = Facts(acknowledged=said, texts={"policy.md": of or text()}, people=(ADA, BOB, EVE))
    found = run(context("acknowledged", params, facts=facts, more={"terms": list(terms)}, **given))
    return found.outcome, found.summary


def test_the_actor_must_have_read_this_text_in_this_term() -> None:
    assert acknowledged(read())[0] is PASS
    assert acknowledged()[0] is FAIL
    assert acknowledged(read(BOB))[0] is FAIL
    assert acknowledged(read(sha=OLD))[0] is FAIL
    assert acknowledged(read(term="fall"))[0] is FAIL
    assert acknowledged(read(at=NOW + HOUR))[0] is FAIL


@pytest.mark.parametrize("actor", [None, "mallory", "Ada", "ada@example.org"])
def test_an_actor_whom_nobody_knows_on_that_forge_has_acknowledged_nothing(actor: str | None) -> None:
    outcome, says = acknowledged(read(), change=replace(CHANGE, actor=actor))
    assert outcome is (PASS if actor == "Ada" else FAIL)  # logins have no case
    assert actor == "Ada" or "has acknowledged" in says


def test_without_a_forge_the_actor_is_known_by_address_or_name() -> None:
    for actor in ("ada@example.org", "Ada", "ada"):  # a terminal says $USER
        assert acknowledged(read(), change=replace(CHANGE, actor=actor, actor_forge=None))[0] is PASS
    assert acknowledged(read(), change=replace(CHANGE, actor="adam", actor_forge=None))[0] is FAIL


def test_outside_of_all_terms_nobody_is_asked() -> None:
    summer = datetime(2018, 7, 1, tzinfo=UTC)
    assert acknowledged(now=summer)[0] is SKIP
    assert acknowledged(now=summer, terms=())[0] is FAIL  # no terms at all: the text counts, whenever it was read
    assert acknowledged(read(term=None), now=summer, terms=())[0] is PASS


def test_the_term_is_the_team_s_day_and_not_utc_s() -> None:
    late = datetime(2018, 5, 12, 5, 0, tzinfo=UTC)  # still the 11th in California
    assert acknowledged(read(), now=late)[0] is PASS


def test_a_changed_text_leaves_those_who_read_the_last_one_seven_days() -> None:
    changed = text(since=NOW - 6 * DAY, earlier=True)
    assert acknowledged(read(sha=OLD), of=changed)[0] is SKIP
    assert acknowledged(of=changed)[0] is FAIL  # who never read any has no such time
    assert acknowledged(read(sha=OLD), of=text(since=NOW - 7 * DAY, earlier=True))[0] is FAIL
    assert acknowledged(read(sha=OLD), of=changed, check={"grace": "1d"})[0] is FAIL


def test_a_pull_request_is_reported_and_judged_at_the_deploy() -> None:
    pull = replace(CHANGE, pull_request="12")
    assert acknowledged(change=pull, phase="check")[0] is SKIP
    assert acknowledged(change=pull, phase="exec")[0] is FAIL
    assert acknowledged(phase="check")[0] is FAIL


def test_a_length_of_time_in_place_of_a_term() -> None:
    params = {"every": "30d"}
    assert acknowledged(read(at=NOW - 29 * DAY, term=None), params=params)[0] is PASS
    assert acknowledged(read(at=NOW - 31 * DAY, term=None), params=params)[0] is FAIL


EVERYBODY = {"who": "all-with-role", "role": "admin"}


def test_everybody_with_the_role_and_no_other_is_asked() -> None:
    assert acknowledged(read(), read(BOB), params=EVERYBODY, change=None)[0] is PASS
    outcome, says = acknowledged(read(), read(EVE), params=EVERYBODY, change=None)
    assert outcome is FAIL and says.endswith(": Bob")
    assert acknowledged(params={**EVERYBODY, "role": "editor"}, change=None)[0] is FAIL  # nobody is not everybody


def test_everybody_has_seven_days_after_a_change_or_a_term_s_begin() -> None:
    changed = text(since=NOW - 6 * DAY, earlier=True)
    outcome, says = acknowledged(read(), of=changed, params=EVERYBODY)
    assert outcome is SKIP and "until 2018-02-02" in says and "Bob" in says
    assert acknowledged(read(), read(BOB), of=changed, params=EVERYBODY)[0] is PASS
    assert acknowledged(read(), of=text(since=NOW - 8 * DAY, earlier=True), params=EVERYBODY)[0] is FAIL
    begun = datetime(2018, 8, 25, tzinfo=UTC)
    old = read(at=datetime(2018, 2, 1, tzinfo=UTC))
    assert acknowledged(old, now=begun, params=EVERYBODY)[0] is SKIP
    assert acknowledged(old, now=begun + 3 * DAY, params=EVERYBODY)[0] is FAIL


def test_a_text_that_nobody_pushed_is_an_error() -> None:
    found = run(context("acknowledged", {"document": "policy.md"}))
    assert found.outcome is ERROR and "tracker policy push" in found.summary


YESTERDAY = date(2018, 1, 31)


@pytest.mark.parametrize(
    ("item", "params", "outcome"),
    [
        (OpenItem(key="A1", priority="P0", due=YESTERDAY), {}, FAIL),
        (OpenItem(key="A1", priority="P0", due=date(2018, 2, 1)), {}, PASS),
        (OpenItem(key="A1", priority="P0", due=None), {}, PASS),
        (OpenItem(key="A1", priority="P1", due=YESTERDAY), {}, PASS),
        (OpenItem(key="A1", priority=None, due=YESTERDAY), {}, PASS),
        (OpenItem(key="A1", priority="P1", due=YESTERDAY), {"priorities": ["P0", "P1"]}, FAIL),
        (OpenItem(key="A1", priority="P0", due=YESTERDAY), {"grace": "2d"}, PASS),
        (OpenItem(key="A1", priority="P0", due=None), {"state": "open"}, FAIL),
        (OpenItem(key="A1", priority="P0", due=None), {"state": "regressed"}, PASS),
        (OpenItem(key="A1", priority="P0", due=None, regressed=True), {"state": "regressed"}, FAIL),
    ],
)
def test_items_stand_in_the_way_by_priority_and_state(item: OpenItem, params: Any, outcome: Outcome) -> None:
    found = run(context("action_items", params, facts=Facts(items=(item,))))
    assert found.outcome is outcome and (outcome is PASS or "A1" in found.summary)


@pytest.mark.parametrize(
    ("severity", "limit", "outcome"),
    [("SEV1", "SEV2", FAIL), ("SEV2", "SEV2", FAIL), ("SEV3", "SEV2", PASS), (None, "SEV2", FAIL), ("SEV1", "high", ERROR)],
)
def test_open_incidents_count_from_a_severity_on(severity: str | None, limit: str, outcome: Outcome) -> None:
    facts = Facts(incidents=(OpenIncident(slug="hub-is-down", severity=severity),))
    found = run(context("no_open_incident", {"min_severity": limit}, facts=facts))
    assert found.outcome is outcome


def test_no_incident_is_a_pass_and_no_server_an_error() -> None:
    assert run(context("no_open_incident", {})).outcome is PASS
    assert run(context("no_open_incident", {}, facts=None)).outcome is ERROR
    assert run(context("action_items", {}, facts=None)).outcome is ERROR
