"""docs/policy.md says of every key what the models say, and nothing that is not so."""

import re

import pytest

from tests.policy.test_load import ROOT
from tracker.policy import key_tables
from tracker.policy.kinds.context import Context
from tracker.policy.kinds.texts import names
from tracker.policy.problems import kinds
from tracker.policy.recurrence import FREQUENCIES, NUMBERS

PAGE = (ROOT / "docs" / "policy.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("block", [key_tables.parts, key_tables.kinds])
def test_the_page_has_the_tables_of_the_models(block) -> None:
    assert block() in PAGE, "run `tracker policy schema --format md` and put its tables into docs/policy.md"


def test_each_kind_has_its_chapter_and_each_key_its_meaning() -> None:
    assert re.findall(r"^### `([a-z_]+)`$", PAGE.partition("## The kinds of check")[2], re.M) == sorted(kinds())
    rows = re.findall(r"^\| `.*\|$", PAGE, re.M)
    assert len(rows) > 100
    assert [row for row in rows if re.search(r"\|\s*\|$", row)] == []


def test_the_page_names_what_may_stand_in_braces_and_in_rules() -> None:
    from tests.policy.test_load import EXAMPLE
    from tracker.policy.load import load

    policy = load(EXAMPLE, "p").policy
    assert policy is not None
    stage, check = policy.deployments[0].stages[1], policy.checks[0]
    context = Context(policy=policy, deployment=policy.deployments[0], stage=stage, check=check, now=None, deadline=0.0)
    words = [*names(context), *(set(NUMBERS) - {"INTERVAL"}), "INTERVAL", "BYDAY", *FREQUENCIES]
    assert [word for word in words if word not in PAGE] == []
