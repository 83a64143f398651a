"""What the gate answers, for any results: properties, and a table of the cases that people ask about."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.domain.policy import ChangeType, Enforcement, Outcome, Verdict
from tracker.policy.decide import decide
from tracker.policy.values import Decision, Override, Relaxed, Result, Waiver

WHERE = "datahub/prod"
LATER = datetime(2026, 12, 1, tzinfo=UTC)
NAMES = ["a", "b", "c", "d"]
GLASS = Override(by="Ada", reason="the site is down and people wait")

results = st.lists(
    st.builds(
        Result,
        check=st.sampled_from(NAMES),
        title=st.just("T"),
        kind=st.just("http"),
        summary=st.just("s"),
        outcome=st.sampled_from(Outcome),
        enforcement=st.sampled_from(Enforcement),
        on_error_fails=st.booleans(),
        waived=st.sampled_from([None, "says so itself"]),
    ),
    max_size=5,
    unique_by=lambda result: result.check,
)
waivers = st.lists(
    st.builds(Waiver, check=st.sampled_from(NAMES), until=st.just(LATER), reason=st.just("r"), by=st.just("B"))
)
relaxed = st.none() | st.builds(
    Relaxed,
    change_type=st.sampled_from([ChangeType.ROLLBACK, ChangeType.RECOVERY]),
    checks=st.frozensets(st.sampled_from(NAMES)),
    refused=st.none() | st.just("no incident is open"),
)
overrides = st.none() | st.just(GLASS)
every = settings(deadline=None, max_examples=120)


@every
@given(results, st.booleans(), relaxed, waivers)
def test_nothing_is_allowed_while_a_hard_check_fails(
    got: list[Result], protected: bool, relax: Relaxed | None, waived: list[Waiver]
) -> None:
    got = [*got, result("hard", Outcome.FAIL, Enforcement.HARD)]
    waived = [*waived, Waiver(check="hard", until=LATER, reason="r", by="B")]
    decided = decide(got, protected=protected, where=WHERE, relaxed=relax, waivers=waived)
    assert decided.verdict is Verdict.DENY and "hard" in decided.blocking


@every
@given(results, st.booleans(), relaxed, waivers, st.sampled_from(Enforcement))
def test_one_more_check_that_passes_never_opens_the_gate(
    got: list[Result], protected: bool, relax: Relaxed | None, waived: list[Waiver], enforcement: Enforcement
) -> None:
    before = decide(got, protected=protected, where=WHERE, relaxed=relax, waivers=waived)
    more = [*got, result("more", Outcome.PASS, enforcement)]
    after = decide(more, protected=protected, where=WHERE, relaxed=relax, waivers=waived)
    if any(one.outcome in (Outcome.PASS, Outcome.FAIL) for one in got):  # else it is the first that judges, and may
        assert after.verdict is before.verdict


@every
@given(results, relaxed, waivers)
def test_what_nothing_judged_does_not_pass_a_protected_stage(
    got: list[Result], relax: Relaxed | None, waived: list[Waiver]
) -> None:
    got = [replace(one, outcome=Outcome.SKIP) for one in got]
    decided = decide(got, protected=True, where=WHERE, relaxed=relax, waivers=waived)
    assert decided.verdict is Verdict.DENY
    if relax is None:
        assert "no_checks" in decided.because
        assert decide(got, protected=False, where=WHERE).verdict is Verdict.ALLOW


@every
@given(results, relaxed, waivers)
def test_a_protected_stage_opens_only_where_some_check_could_look(
    got: list[Result], relax: Relaxed | None, waived: list[Waiver]
) -> None:
    decided = decide(got, protected=True, where=WHERE, relaxed=relax, waivers=waived)
    if decided.verdict is Verdict.ALLOW:
        assert any(one.outcome in (Outcome.PASS, Outcome.FAIL) for one in got)


@every
@given(results, st.booleans(), relaxed, waivers, overrides)
def test_a_hard_check_is_never_waived(
    got: list[Result], protected: bool, relax: Relaxed | None, waived: list[Waiver], override: Override | None
) -> None:
    decided = decide(got, protected=protected, where=WHERE, relaxed=relax, waivers=waived, override=override)
    assert [one.check for one in decided.results if one.waived and one.enforcement is Enforcement.HARD] == []
    assert [one.check for one in decided.results] == [one.check for one in got]


@every
@given(results, st.booleans(), waivers)
def test_it_is_undecided_when_only_errors_stand_in_the_way(got: list[Result], protected: bool, waived: list[Waiver]) -> None:
    decided = decide(got, protected=protected, where=WHERE, waivers=waived)
    outcomes = {one.outcome for one in decided.results if one.check in decided.blocking}
    nobody_looked = protected and {one.outcome for one in got} - {Outcome.SKIP} == {Outcome.ERROR}
    assert (decided.verdict is Verdict.UNDECIDED) == (outcomes == {Outcome.ERROR} or nobody_looked)


@every
@given(results, st.booleans(), relaxed, waivers)
def test_an_override_opens_every_gate_and_says_that_it_was_needed(
    got: list[Result], protected: bool, relax: Relaxed | None, waived: list[Waiver]
) -> None:
    without = decide(got, protected=protected, where=WHERE, relaxed=relax, waivers=waived)
    with_it = decide(got, protected=protected, where=WHERE, relaxed=relax, waivers=waived, override=GLASS)
    assert with_it.verdict is (Verdict.ALLOW if without.verdict is Verdict.ALLOW else Verdict.OVERRIDDEN)
    assert with_it.blocking == without.blocking


def result(check: str, outcome: Outcome, enforcement: Enforcement = Enforcement.SOFT) -> Result:
    return Result(check=check, title="T", kind="http", outcome=outcome, summary="s", enforcement=enforcement)


def decided(*got: Result, **more: object) -> Decision:
    return decide(got, protected=True, where=WHERE, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("got", "verdict", "because"),
    [
        ([result("a", Outcome.PASS)], Verdict.ALLOW, "1 check passes for datahub/prod"),
        ([result("a", Outcome.FAIL), result("b", Outcome.ERROR)], Verdict.DENY, "2 checks block datahub/prod"),
        ([result("a", Outcome.ERROR)], Verdict.UNDECIDED, "1 check could not find out; trying again may help"),
        (
            [result("a", Outcome.PASS), result("b", Outcome.FAIL, Enforcement.ADVISORY)],
            Verdict.ALLOW,
            "1 check passes for datahub/prod, 1 warns",
        ),
    ],
)
def test_it_says_in_one_line_why(got: list[Result], verdict: Verdict, because: str) -> None:
    assert (decided(*got).verdict, decided(*got).because) == (verdict, because)


def test_a_relaxed_check_is_shown_as_waived_and_a_refused_rollback_is_denied() -> None:
    soak, tested = result("soak", Outcome.FAIL), result("tested", Outcome.PASS)
    recovery = Relaxed(change_type=ChangeType.RECOVERY, checks=frozenset({"soak"}))
    allowed = decided(soak, tested, relaxed=recovery)
    assert allowed.verdict is Verdict.ALLOW and allowed.results[0].waived == "not asked of a recovery"
    refused = replace(recovery, refused="no incident is open on datahub")
    denied = decided(tested, relaxed=refused)
    assert denied.verdict is Verdict.DENY and denied.because == "this is no recovery: no incident is open on datahub"


def test_a_waiver_says_who_until_when_and_why() -> None:
    waiver = Waiver(check="soak", until=LATER, reason="the clock of staging is wrong", by="Ada")
    allowed = decided(result("soak", Outcome.FAIL), waivers=[waiver])
    assert allowed.results[0].waived == "waived until 2026-12-01 00:00 UTC by Ada: the clock of staging is wrong"
