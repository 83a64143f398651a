"""May this change go there now? One pure function, used by the server, and by the command line when it is on its own."""

from collections.abc import Sequence
from dataclasses import replace

from tracker.domain.policy import Enforcement, Outcome, Verdict
from tracker.policy.values import Decision, Override, Relaxed, Result, Waiver

NO_CHECKS = "no_checks"


def decide(
    results: Sequence[Result],
    *,
    protected: bool,
    where: str,
    relaxed: Relaxed | None = None,
    waivers: Sequence[Waiver] = (),
    override: Override | None = None,
) -> Decision:
    """Weigh what the applicable checks of `where` ("datahub/prod") answered.

    A failure of a soft or hard check blocks, and so does an error unless its check says `on_error: warn`. Waivers (the
    caller gives those in force only) and what a rollback or recovery relaxes take the weight from soft checks, never from
    hard ones; only an override, which a person gives with a reason, does more. A gate that has nothing to say must not say
    yes: a protected stage that no check judged is denied, and undecided where all of them erred. What `waived` says in
    `results` already does not count.
    """
    weighed = tuple(replace(result, waived=_waived(result, relaxed, waivers)) for result in results)
    blocking = tuple(result for result in weighed if blocks(result))
    verdict, because = _weigh(weighed, blocking, protected=protected, where=where, relaxed=relaxed)
    if override is not None and not verdict.lets_through:
        verdict, because = Verdict.OVERRIDDEN, f"overridden by {override.by}: {override.reason} (otherwise: {because})"
    return Decision(verdict=verdict, results=weighed, blocking=tuple(result.check for result in blocking), because=because)


def blocks(result: Result) -> bool:
    """Whether a result, with its `waived` filled in, stands in the way."""
    if result.waived is not None or not result.enforcement.blocks:
        return False
    return result.outcome is Outcome.FAIL or (result.outcome is Outcome.ERROR and result.on_error_fails)


def _waived(result: Result, relaxed: Relaxed | None, waivers: Sequence[Waiver]) -> str | None:
    """Why a result that would block does not; None where it counts in full, or has nothing to be forgiven."""
    if result.enforcement is not Enforcement.SOFT or not blocks(replace(result, waived=None)):
        return None
    for waiver in waivers:
        if waiver.check == result.check:
            return f"waived until {waiver.until:%Y-%m-%d %H:%M} UTC by {waiver.by}: {waiver.reason}"
    if relaxed is not None and relaxed.refused is None and result.check in relaxed.checks:
        return f"not asked of a {relaxed.change_type.value}"
    return None


def _weigh(
    weighed: Sequence[Result], blocking: Sequence[Result], *, protected: bool, where: str, relaxed: Relaxed | None
) -> tuple[Verdict, str]:
    if relaxed is not None and relaxed.refused is not None:
        return Verdict.DENY, f"this is no {relaxed.change_type.value}: {relaxed.refused}"
    outcomes = {result.outcome for result in weighed} - {Outcome.SKIP}
    if protected and not outcomes:
        return Verdict.DENY, f"no check judges this change, and {where} is protected ({NO_CHECKS})"
    failed = [result for result in blocking if result.outcome is Outcome.FAIL]
    if failed:
        return Verdict.DENY, f"{_checks(len(blocking), 'blocks', 'block')} {where}"
    if blocking:
        return Verdict.UNDECIDED, f"{_checks(len(blocking), '', '')} could not find out; trying again may help"
    if protected and outcomes == {Outcome.ERROR}:  # each may warn only, and yet nobody looked at this change
        return Verdict.UNDECIDED, f"no check could find out anything, and {where} is protected; trying again may help"
    return Verdict.ALLOW, _why_allowed(weighed, where)


def _why_allowed(weighed: Sequence[Result], where: str) -> str:
    passed = sum(result.outcome is Outcome.PASS for result in weighed)
    waived = sum(result.waived is not None for result in weighed)
    warned = sum(result.outcome in (Outcome.FAIL, Outcome.ERROR) and result.waived is None for result in weighed)
    counts = [f"{_checks(passed, 'passes', 'pass')} for {where}"]
    counts += [f"{waived} waived"] * bool(waived) + [f"{warned} {'warns' if warned == 1 else 'warn'}"] * bool(warned)
    return ", ".join(counts)


def _checks(count: int, one: str, many: str) -> str:
    """`1 check blocks`, `3 checks block`."""
    return f"{count} check {one}".rstrip() if count == 1 else f"{count} checks {many}".rstrip()
