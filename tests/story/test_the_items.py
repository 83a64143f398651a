"""The three action items after that day (POLICY §2.6, §2.14): in force while their guards stand, back when those do not."""

import re

import pytest
import sqlalchemy as sa

from tests.story.conftest import TEXT, Story, policy_text
from tests.web.pages import send, words
from tracker.store.models import Event

pytestmark = pytest.mark.databases("sqlite")  # nothing here hangs on the database; the services are tested on both
VERIFIED = {"A1": "verified", "A2": "verified", "A3": "verified"}
REGRESSED = {"A1": "regressed", "A2": "regressed", "A3": "regressed"}


@pytest.fixture
def verified(story: Story) -> Story:
    """Friday, 9 February, in the morning: a change went through two weeks ago, and all three items are in force since."""
    story.at("2018-01-25 18:20")
    story.change("Upgrade the chart", "chart: 0.6\n")
    story.attest()
    story.at("2018-01-25 19:05")
    story.merge(234)
    assert "ALLOW" in story.push()
    story.tick()
    assert set(story.standing().values()) == {"holding"}, "nothing is verified before it has held for two weeks"
    story.days(14, step=2)
    story.at("2018-02-09 10:00")
    story.tick()
    assert story.standing() == VERIFIED
    return story


def breaks(story: Story) -> list[tuple[str, str]]:
    with story.app.extensions["sessions"].reading() as session:
        told = sa.select(Event.action_item_id, Event.because).where(Event.verb == "broke").order_by(Event.id)
        return [(f"A{item}", because) for item, because in session.execute(told)]


def listed(story: Story) -> list[str]:
    """The keys of the home page in their order."""
    found: list[str] = []
    for key in re.findall(r'id="(A\d+)"', story.page("/")):
        found += [key] if key not in found else []
    return found


def test_a_night_without_staging_and_a_refusal_leave_them_in_force(verified: Story) -> None:
    story = verified
    story.hub.mode = "refuse"
    story.days(1)
    assert story.standing() == VERIFIED and listed(story) == []

    story.at("2018-02-10 20:00")  # a Saturday
    story.hub.mode = "ok"
    story.change("Raise a limit", "chart: 0.7\n")
    story.attest()
    story.at("2018-02-10 20:40")
    story.hub.mode = "503"
    before = story.prod
    story.merge(235)
    said = story.push()
    assert story.prod == before and "DENY: 1 check blocks datahub/prod" in said, said
    story.tick()
    assert story.standing() == VERIFIED
    assert re.search(r"last refused .*503.* \(2018-02-11\)", story.verification("A2")), story.verification("A2")
    page = words(story.page("/items/A2"))
    assert "verified" in page and "last refused" in page.lower() and "did not answer [200]: 503" in page
    assert breaks(story) == []


def test_a_refused_change_pushed_past_the_hook_brings_all_three_back(verified: Story) -> None:
    story = verified
    story.change("Upgrade by hand", "chart: 0.8-beta\n")
    story.hub.mode = "503"
    merged, before = story.merge(236), story.prod
    assert "DENY" in story.push() and story.prod == before
    story.past_the_hook(merged)
    assert story.prod == merged
    story.report()
    story.tick()
    assert story.standing() == REGRESSED
    told = breaks(story)
    assert sorted({key for key, _ in told}) == ["A1", "A2", "A3"] and len(told) == 3, "each once"
    assert all(merged[:8] in because and "past the gate, which had refused it" in because for _, because in told)
    assert listed(story)[:3] == ["A1", "A2", "A3"]
    page = words(story.page("/"))
    assert "regressed" in page and merged[:8] in page and "past the gate" in page
    assert page.count(f"({merged[:8]}, Ada Lovelace") == 3, "each names it once"

    story.at("2018-02-09 19:30")
    story.hub.mode = "ok"
    story.change("Mend it", "chart: 0.8\n")
    story.attest()
    story.at("2018-02-09 20:05")
    mended = story.merge(237)
    assert "ALLOW" in story.push() and story.prod == mended
    assert story.standing() == REGRESSED, "it holds again, and stays listed until somebody has seen that it did not"
    assert "holds again since" in words(story.page("/items/A2"))
    assert listed(story)[:3] == ["A1", "A2", "A3"]
    for key in ("A1", "A2", "A3"):
        answer = send(story.signed_in(), f"/items/{key}", f"/items/{key}/seen")
        assert answer.status_code in (302, 303), answer.text
    assert set(story.standing().values()) == {"holding"} and listed(story) == []
    assert len(breaks(story)) == 3


def test_a_commit_that_nobody_asked_about_brings_all_three_back(verified: Story) -> None:
    story = verified
    story.made.switch("prod")
    quick = story.made.commit({"datahub/config.yaml": "chart: 0.9\n"}, "Quick fix", "Rosa Luxemburg")
    story.past_the_hook(quick)
    story.days(1)
    assert story.standing() == REGRESSED
    told = breaks(story)
    assert len(told) == 3 and all("past the gate: nobody asked it" in because for _, because in told)
    assert all(f"“Quick fix” ({quick[:8]}, Rosa Luxemburg" in because for _, because in told)


@pytest.mark.parametrize("how", ["advisory", "condition"])
def test_a_softened_check_brings_its_item_back_and_names_the_commit(verified: Story, how: str) -> None:
    story = verified
    text = policy_text(story.hub.url)
    begin, end = text.index("  - id: staging-online"), text.index("  - id: prod-merges-gated")
    check = text[begin:end]
    weaker = {
        "advisory": check.replace("enforcement: hard", "enforcement: advisory"),
        "condition": check.replace("mode: guard ", "mode: condition\n    schedule: 1h ").replace("hard", "advisory"),
    }[how]
    story.made.switch("main")
    commit = story.made.commit({"policy/datahub.yaml": text.replace(check, weaker)}, "Less noise", "Sam Spade")
    story.person("policy", "push", "policy/datahub.yaml")
    story.days(1)
    assert story.standing() == VERIFIED | {"A2": "regressed"}
    (told,) = breaks(story)
    assert told[0] == "A2" and f"in {commit[:8]} by Sam Spade" in told[1], told
    page = words(story.page("/"))
    assert commit[:8] in page and listed(story)[0] == "A2"


def test_a_changed_text_asks_again_and_counts_after_seven_days(verified: Story) -> None:
    story = verified
    story.made.switch("main")
    story.made.commit({"docs/policy/deployment.md": TEXT + "\nSay so in the channel first.\n"}, "Say more")
    story.person("policy", "push", "policy/datahub.yaml")
    story.tick()
    story.days(6)
    assert story.standing() == VERIFIED and breaks(story) == []
    story.days(2)
    assert story.standing() == VERIFIED | {"A1": "regressed"}
    (told,) = breaks(story)
    assert told[0] == "A1" and "not acknowledged docs/policy/deployment.md in spring-2018: Ada" in told[1]
    story.person("ack", "datahub")
    story.days(1)
    assert story.standing()["A1"] == "regressed" and "holds again since" in words(story.page("/items/A1"))
    send(story.signed_in(), "/items/A1", "/items/A1/seen")
    assert story.standing()["A1"] == "holding"
    story.days(2)
    assert story.standing() == VERIFIED
