"""The founding item alone, from a policy that proves nothing by itself: one command ties it to the check (issue 9)."""

import pytest

from tests.story.conftest import Story, policy_text
from tests.web.pages import words

pytestmark = pytest.mark.databases("sqlite")  # nothing here hangs on the database; the services are tested on both


def test_one_promise_kept_by_one_check(story: Story) -> None:
    text = "".join(
        line for line in policy_text(story.hub.url).splitlines(keepends=True) if not line.lstrip().startswith("proves")
    )
    story.made.switch("main")
    story.made.commit({"policy/datahub.yaml": text}, "Prove nothing yet")
    story.person("policy", "push", "policy/datahub.yaml")
    for key in ("A1", "A2", "A3"):  # the proofs of the policy before are a person's to take away
        for line in story.verification(key).splitlines():
            if " on datahub/prod: " in line:
                check = line.split()[0]
                story.person("prove", key, "-d", "datahub", "-s", "prod", "--check", check, "--remove")
    assert set(story.standing().values()) == {"none"}

    said = story.person("prove", "A2", "-d", "datahub", "-s", "prod", "--check", "staging-online")
    assert "A2 is proven by staging-online on datahub/prod from now on." in said

    story.at("2018-01-25 18:20")
    story.change("Upgrade the chart", "chart: 0.6\n")
    story.attest()
    story.at("2018-01-25 19:05")
    story.merge(234)
    assert "ALLOW" in story.push()
    story.days(14, step=2)
    story.at("2018-02-10 12:00")  # a Saturday, without labs
    story.tick()
    assert story.standing() == {"A1": "none", "A2": "verified", "A3": "none"}

    story.change("Raise a limit", "chart: 0.7\n")
    story.attest()
    story.at("2018-02-10 12:40")
    story.hub.mode = "503"
    before, refused = story.prod, story.merge(235)
    assert "DENY: 1 check blocks datahub/prod" in story.push() and story.prod == before
    assert story.standing()["A2"] == "verified"
    page = words(story.page("/items/A2"))
    assert "last refused" in page.lower() and "“Merge pull request #235 from berkeley-dsep-infra/staging”" in page

    story.past_the_hook(refused)
    assert story.standing() == {"A1": "none", "A2": "regressed", "A3": "none"}
    home = words(story.page("/"))
    assert "regressed" in home and f"({refused[:8]}, Ada Lovelace" in home
