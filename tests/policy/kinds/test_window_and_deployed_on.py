"""The kinds that need a clock and records: freeze windows, and what ran on another stage."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.policy.contexts import CHANGE, NOW, context, run
from tests.policy.repos import RepoBuilder, environ_for_git
from tracker.domain.policy import Outcome
from tracker.policy.git import Repo
from tracker.policy.values import Facts, Ran

LABS = {
    "reason": "Data 8 labs run all day until 7p",
    "rules": [{"start": "2018-01-16T08:00:00", "duration": "11h", "rrule": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"}],
}


@pytest.mark.parametrize(
    ("at", "outcome", "says"),
    [
        ("15:30:00", Outcome.FAIL, "inside freeze (Data 8 labs run all day until 7p) until Thu 19:00 PST"),
        ("18:59:59", Outcome.FAIL, "inside freeze (Data 8 labs run all day until 7p) until Thu 19:00 PST"),
        ("19:00:00", Outcome.PASS, "open until Fri 08:00 PST"),
    ],
)
def test_a_window_says_when_it_opens_next(at: str, outcome: Outcome, says: str) -> None:
    now = datetime.fromisoformat(f"2018-01-25T{at}-08:00").astimezone(UTC)
    ctx = context("window", {"windows": ["lab-hours"]}, now=now, more={"windows": {"lab-hours": LABS}})
    found = run(ctx)
    assert (found.outcome, found.summary) == (outcome, says)


def ran(content: str | None, minutes_ago: int, commit: str | None = None) -> Ran:
    return Ran(commit=commit, tree=None, content_id=content, at=NOW - timedelta(minutes=minutes_ago))


MINE = CHANGE.content_id


@pytest.mark.parametrize(
    ("staging", "params", "outcome", "says"),
    [
        ([ran(MINE, 101)], {"min_age": "30m"}, Outcome.PASS, "live on staging for 101 min (need 30 min)"),
        ([ran(MINE, 10)], {"min_age": "30m"}, Outcome.FAIL, "live on staging for 10 min (need 30 min)"),
        ([ran(MINE, 10), ran(MINE, 50), ran("x", 90)], {"min_age": "30m"}, Outcome.PASS, "live on staging for 50 min"),
        ([ran("x", 10), ran(MINE, 50)], {}, Outcome.FAIL, "staging has run something else since"),
        ([ran("x", 10)], {}, Outcome.FAIL, "this content (c0ffee00) has not run on staging"),
        ([], {}, Outcome.FAIL, "nothing is known to have run on staging"),
        ([ran(MINE, 3000)], {"max_age": "1d"}, Outcome.FAIL, "live on staging for longer than 1440 min"),
        ([ran(MINE, -1)], {}, Outcome.PASS, "live on staging for 0 min"),
    ],
)
def test_content_counts_as_long_as_it_is_the_newest_on_that_stage(
    staging: list[Ran], params: dict[str, Any], outcome: Outcome, says: str
) -> None:
    ctx = context("deployed_on", {"stage": "staging", **params}, facts=Facts(ran={"staging": staging}))
    found = run(ctx)
    assert (found.outcome, found.summary[: len(says)]) == (outcome, says)


def test_without_content_or_facts_it_is_not_found_out() -> None:
    import dataclasses

    change = dataclasses.replace(CHANGE, content_id=None, problems=("This is a shallow clone.",))
    ctx = context("deployed_on", {"stage": "staging"}, facts=Facts(ran={"staging": [ran(MINE, 5)]}), change=change)
    assert (run(ctx).outcome, run(ctx).summary) == (Outcome.ERROR, "This is a shallow clone.")
    assert run(context("deployed_on", {"stage": "staging"}, facts=None)).outcome is Outcome.ERROR


def test_an_ancestor_is_looked_up_in_the_clone(tmp_path: Any) -> None:
    import dataclasses

    made = RepoBuilder(tmp_path / "repo")
    old, new = made.commit({"a": "1"}), made.commit({"a": "2"})
    git = Repo.around(made.folder, environ_for_git(tmp_path))
    change = dataclasses.replace(CHANGE, new=new)
    for commit, outcome in [(old, Outcome.PASS), ("f" * 40, Outcome.ERROR), (None, Outcome.ERROR)]:
        facts = Facts(ran={"staging": [ran(None, 50, commit)]})
        ctx = context("deployed_on", {"stage": "staging", "match": "ancestor"}, facts=facts, change=change, git=git)
        assert run(ctx).outcome is outcome
