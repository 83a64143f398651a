"""What one side says, the other understands; what neither would say is refused by its place."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.errors import Invalid
from tracker.domain.policy import ChangeType, Enforcement, Outcome, Verdict
from tracker.policy import values as v
from tracker.policy.wire import from_json, texts_are_whole, to_json

NOW = datetime(2018, 1, 25, 23, 30, tzinfo=UTC)
ADA = v.Human(name="Ada", role="admin", logins=frozenset({"github:ada", "ada@example.org"}))
RESULT = v.Result(
    check="staging-online",
    title="Staging is online",
    kind="http",
    outcome=Outcome.FAIL,
    summary="503",
    enforcement=Enforcement.HARD,
    evidence={"status": 503, "tries": [1, 2.5, None]},
    observed_at=NOW,
    took=timedelta(seconds=1.5),
)
VALUES = [
    v.Change(deployment="datahub", stage="prod", commits=("a", "b"), changed_paths=("naïve\n.yml",), confirmed=None),
    RESULT,
    v.Waiver(check="soak", until=NOW, reason="r", by="Ada"),
    v.Override(by="Ada", reason="The site is down and staging, too"),
    v.Relaxed(change_type=ChangeType.RECOVERY, checks=frozenset({"soak", "lab-hours"})),
    v.Decision(verdict=Verdict.DENY, results=(RESULT,), blocking=("staging-online",), because="1 check blocks"),
    v.Facts(
        ran={"staging": (v.Ran(commit="c", tree=None, content_id="e08a", at=NOW),)},
        attested=(v.Attested(check="tested", content_id="e08a", by=ADA, at=NOW),),
        texts={"p.md": v.Text(path="p.md", sha256="a" * 64, since=NOW)},
        people=(ADA,),
        items=(v.OpenItem(key="A1", priority="P0", due=date(2018, 2, 1)),),
    ),
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_a_value_comes_back_as_it_was(value):
    assert from_json(type(value), to_json(value)) == value


@given(st.datetimes(timezones=st.timezones()))
def test_an_instant_comes_back_in_utc_whatever_zone_it_was_in(at):
    try:
        at = at.astimezone(UTC)
    except OverflowError:  # the first and the last day that there is
        return
    assert from_json(v.Waiver, to_json(v.Waiver(check="c", until=at, reason="", by=""))).until == at


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"outcome": "maybe"}, "result.outcome"),
        ({"summary": 5}, "result.summary"),
        ({"summary": "a\0b"}, "result.summary"),
        ({"summary": "\ud83d"}, "result.summary"),
        ({"observed_at": "2018-01-25T23:30:00"}, "result.observed_at"),
        ({"observed_at": 7}, "result.observed_at"),
        ({"evidence": []}, "result.evidence"),
        ({"by_server": "yes"}, "result.by_server"),
        ({"took": "long"}, "result.took"),
    ],
)
def test_what_has_another_shape_is_refused_by_its_place(change, where):
    with pytest.raises(Invalid, match=where):
        from_json(v.Result, {**to_json(RESULT), **change})


def test_what_is_missing_is_named_and_what_is_unknown_is_left_out():
    with pytest.raises(Invalid, match=r"waiver\.reason is missing"):
        from_json(v.Waiver, {"check": "c", "until": "2018-01-25T23:30:00Z", "by": "Ada"})
    assert from_json(v.Override, {"by": "Ada", "reason": "r", "new": 1}) == v.Override(by="Ada", reason="r")
    for shape in (None, [], "text", 5):
        with pytest.raises(Invalid):
            from_json(v.Override, shape)


def test_texts_deep_in_evidence_are_looked_at_too():
    assert texts_are_whole({"a": [{"b": "fine"}]}, "evidence") == {"a": [{"b": "fine"}]}
    with pytest.raises(Invalid, match="evidence"):
        texts_are_whole({"a": [{"b": "a\0"}]}, "evidence")
