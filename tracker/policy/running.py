"""Run checks side by side, and answer for each of them in time, whatever they do.

A check runs in a thread that may be left behind: Python cannot end a thread, so a check that does not come back by its
deadline is answered for with an error and its thread, which nobody waits for, ends with the process. The kinds end what they
start by themselves (tracker.policy.programs); should we be ended first, `end_all` there is called.
"""

import json
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tracker.domain.errors import TrackerError
from tracker.domain.policy import Outcome
from tracker.policy.kinds import KINDS, Context, could_not_find_out, redact, timed
from tracker.policy.plain_text import one_line
from tracker.policy.values import Observation, Result

if TYPE_CHECKING:
    from tracker.policy.model import Check

MakeContext = Callable[["Check"], Context]
SLACK_SECONDS = 0.2  # a check that stops at its own deadline may take this long to say so
SUMMARY_AT_MOST = 300  # characters
EVIDENCE_AT_MOST = 16 * 1024  # bytes of JSON


@dataclass(frozen=True)
class _Begun:
    """A check that runs: until when it may, and since when it does (both `time.monotonic()`)."""

    check: "Check"
    since: float
    deadline: float
    at: datetime


_Done = queue.SimpleQueue[tuple[str, Observation]]


def run_checks(checks: Sequence["Check"], make_context: MakeContext, *, at_most: int = 8, deadline: float) -> list[Result]:
    """The answer of every check, in their order; never later than `deadline` (`time.monotonic()`) and a moment.

    `at_most` of them run at once. A check's own deadline is that of its `timeout`, the context's and `deadline`, whichever
    comes first.
    """
    waiting, running, results = list(checks), dict[str, _Begun](), dict[str, Result]()
    done: _Done = queue.SimpleQueue()
    while waiting or running:
        while waiting and len(running) < at_most and time.monotonic() < deadline:
            begun = _begin(waiting.pop(0), make_context, deadline, done)
            running[begun.check.id] = begun
        _collect(running, results, done, deadline)
        if time.monotonic() >= deadline + SLACK_SECONDS:
            break
        _give_up_late_ones(running, results)
    for begun in running.values():
        results[begun.check.id] = _late(begun)
    for check in waiting:
        results[check.id] = result_of(check, could_not_find_out("There was no time left to begin with it."), None)
    return [results[check.id] for check in checks]


def result_of(check: "Check", observation: Observation, at: datetime | None, *, by_server: bool = False) -> Result:
    """An observation as the gate weighs it, by what the policy says of its check."""
    return Result(
        check=check.id,
        title=check.title or check.id,
        kind=check.kind,
        outcome=observation.outcome,
        summary=observation.summary,
        enforcement=check.enforcement,
        on_error_fails=check.on_error == "fail",
        fix=check.fix,
        evidence=observation.evidence,
        observed_at=at,
        took=observation.took,
        by_server=by_server,
    )


def evaluate(ctx: Context) -> Observation:
    """Run the check of a context once, here. Never raises: what goes wrong is an error. Shows no secret."""
    start = time.monotonic()
    kind = KINDS.get(ctx.check.kind)
    try:
        if kind is None:
            observed = could_not_find_out(f"There is no kind of check called {ctx.check.kind} here.")
        else:
            observed = kind.run(ctx, ctx.check.with_)
    except TrackerError as error:
        observed = could_not_find_out(str(error))
    except Exception as error:  # a fault of the kind's: the gate goes on and says so
        observed = could_not_find_out(f"The check itself failed: {type(error).__name__}: {error}")
    return _tidied(observed, {*ctx.revealed, *ctx.secrets.values()}, time.monotonic() - start)


def _begin(check: "Check", make_context: MakeContext, deadline: float, done: _Done) -> _Begun:
    ctx = make_context(check)
    since = time.monotonic()
    ctx.deadline = min(ctx.deadline, deadline, since + check.timeout.total_seconds())
    work = threading.Thread(target=lambda: done.put((check.id, evaluate(ctx))), name=f"check {check.id}", daemon=True)
    work.start()
    return _Begun(check, since, ctx.deadline, ctx.now)


def _collect(running: dict[str, _Begun], results: dict[str, Result], done: _Done, deadline: float) -> None:
    """Wait for the next answer, or until the next deadline."""
    until = min([deadline, *(begun.deadline for begun in running.values())]) + SLACK_SECONDS
    try:
        name, observed = done.get(timeout=max(0.001, until - time.monotonic()))
    except queue.Empty:
        return
    if begun := running.pop(name, None):  # else it comes after we gave it up
        results[name] = result_of(begun.check, observed, begun.at)


def _give_up_late_ones(running: dict[str, _Begun], results: dict[str, Result]) -> None:
    now = time.monotonic()
    for name, begun in list(running.items()):
        if now >= begun.deadline + SLACK_SECONDS:
            results[name] = _late(running.pop(name))


def _late(begun: _Begun) -> Result:
    took = time.monotonic() - begun.since
    observed = could_not_find_out(f"It was not done within {begun.deadline - begun.since:.3g} seconds.")
    return result_of(begun.check, Observation(observed.outcome, observed.summary, {}, timed(took)), begun.at)


def _tidied(observed: Observation, secrets: set[str], seconds: float) -> Observation:
    """Within the limits of an observation, in one line, without secrets."""
    summary = one_line(redact(observed.summary, secrets), SUMMARY_AT_MOST)
    try:
        evidence: Any = _storable(json.loads(json.dumps(redact(dict(observed.evidence), secrets))))
        size = len(json.dumps(evidence, ensure_ascii=False).encode())
    except (TypeError, ValueError):
        return Observation(Outcome.ERROR, f"The check's evidence is no JSON. It said: {summary}"[:SUMMARY_AT_MOST])
    if size > EVIDENCE_AT_MOST:
        evidence = {"left_out": f"{size} bytes of evidence, and {EVIDENCE_AT_MOST} are kept"}
    return Observation(observed.outcome, summary, evidence, observed.took or timed(seconds))


def _storable(value: Any) -> Any:
    """Without what no database takes: NUL, and halves of letters."""
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_storable(key): _storable(one) for key, one in value.items()}
    return [_storable(one) for one in value] if isinstance(value, list) else value
