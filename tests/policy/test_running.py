"""Checks run side by side, and each is answered for in time."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest

from tests.policy.contexts import NOW
from tests.policy.contexts import context as make
from tracker.domain.policy import Outcome
from tracker.policy import kinds
from tracker.policy.kinds import Context, CouldNotFindOut, Kind, passed
from tracker.policy.running import evaluate, run_checks
from tracker.policy.values import Observation


@pytest.fixture
def kind(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Callable[[Context], Observation]], list[Any]]]:
    """Make one more kind of check, `own`, whose body is given; returns a way to have `count` checks of it."""

    def have(body: Callable[[Context], Observation]) -> list[Any]:
        module = ModuleType("tracker.policy.kinds.own")
        module.run = lambda ctx, params: body(ctx)  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, module.__name__, module)
        monkeypatch.setitem(kinds.KINDS, "own", Kind("own"))
        check = make("window", {"windows": ["none"]}).check
        return [check.model_copy(update={"id": f"c{n}", "kind": "own"}) for n in range(12)]

    yield have


def given(check: Any) -> Context:
    ctx = make("window", {"windows": ["none"]}, seconds=60.0, secrets={"FORGE": "s3cret"})
    ctx.check = check
    return ctx


def test_answers_come_in_the_order_of_the_policy_and_at_most_eight_run_at_once(kind: Any) -> None:
    lock, now, most = threading.Lock(), [0], [0]

    def body(ctx: Context) -> Observation:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.05 if ctx.check.id == "c0" else 0.01)
        with lock:
            now[0] -= 1
        return passed(ctx.check.id)

    checks = kind(body)
    results = run_checks(checks, given, deadline=time.monotonic() + 10)
    assert [one.check for one in results] == [one.summary for one in results] == [check.id for check in checks]
    assert 1 < most[0] <= 8
    assert {one.observed_at for one in results} == {NOW}


def test_a_check_that_hangs_is_an_error_within_the_deadline_and_holds_no_other_up(kind: Any) -> None:
    over = threading.Event()

    def body(ctx: Context) -> Observation:
        if ctx.check.id != "c11":
            over.wait(30)
        return passed("fine")

    checks = [check.model_copy(update={"timeout": check.timeout / 300}) for check in kind(body)]  # 0.1 seconds each
    start = time.monotonic()
    results = run_checks(checks, given, deadline=start + 10)
    over.set()
    assert time.monotonic() - start < 8  # each would have taken half a minute
    assert [one.outcome for one in results] == [Outcome.ERROR] * 11 + [Outcome.PASS]
    assert results[0].summary == "It was not done within 0.1 seconds."


def test_no_check_outlives_the_gates_deadline(kind: Any) -> None:
    over = threading.Event()
    checks = kind(lambda ctx: passed("fine") if over.wait(30) else passed("late"))
    start = time.monotonic()
    results = run_checks(checks, given, deadline=start + 0.3)
    over.set()
    assert 0.3 <= time.monotonic() - start < 8
    assert {one.outcome for one in results} == {Outcome.ERROR} and len(results) == 12
    assert results[-1].summary == "There was no time left to begin with it."


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (CouldNotFindOut("The clone is shallow."), "The clone is shallow."),
        (ZeroDivisionError("division by s3cret"), "The check itself failed: ZeroDivisionError: division by •••"),
    ],
)
def test_what_goes_wrong_is_an_error_that_says_what_without_secrets(kind: Any, error: Exception, says: str) -> None:
    def body(ctx: Context) -> Observation:
        raise error

    found = evaluate(given(kind(body)[0]))
    assert (found.outcome, found.summary) == (Outcome.ERROR, says)


def test_an_observation_is_one_line_and_small(kind: Any) -> None:
    checks = kind(lambda ctx: Observation(Outcome.FAIL, "a\n::error::\x1b[31m" + "x" * 400, {"body": "\0 s3cret" * 9}))
    found = evaluate(given(checks[0]))
    assert found.summary.startswith("a ::error::[31mxxx") and len(found.summary) == 300
    assert found.evidence == {"body": " •••" * 9}
    huge = evaluate(given(kind(lambda ctx: Observation(Outcome.PASS, "s", {"body": "x" * 20_000}))[0]))
    assert "left_out" in huge.evidence and huge.outcome is Outcome.PASS


def test_evidence_that_is_no_json_is_an_error(kind: Any) -> None:
    found = evaluate(given(kind(lambda ctx: passed("fine", what=object()))[0]))
    assert found.outcome is Outcome.ERROR and "fine" in found.summary
