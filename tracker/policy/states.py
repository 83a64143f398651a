"""What the observations of a check on one stage amount to: a fold over the set of them, whatever the order they came in.

The first pass or fail decides; after that `fail_after` fails in a row turn it to fail, `pass_after` passes in a row to pass.
An error ("could not find out") changes nothing: it lets the state grow stale. A skip changes nothing and keeps it fresh.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from tracker.domain.policy import Outcome, State

ALERT_AFTER = 4  # errors in a row that somebody should look at


@dataclass(frozen=True, slots=True, order=True)
class Seen:
    """An observation as far as the state goes; `id` settles the order of those of one moment."""

    observed_at: datetime
    id: int
    outcome: Outcome = field(compare=False)


@dataclass(frozen=True, slots=True)
class Turn:
    """From the observation `id`, seen `at`, the state is this one."""

    at: datetime
    id: int
    state: State


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckStanding:
    """The state and what it hangs on. Counts are of the last ones in a row; an error or a skip does not end a row of others.

    `since` is when the state turned, that is the observation that tipped it. `stale` where the last pass, fail or skip is
    older than `fresh_for`. `turns` are those of the observations that were given.
    """

    state: State = State.UNKNOWN
    since: datetime | None = None
    fails: int = 0
    passes: int = 0
    errors: int = 0
    stale: bool = False
    fresh_at: datetime | None = None
    fresh_until: datetime | None = None
    errors_since: datetime | None = None
    turns: tuple[Turn, ...] = ()

    @property
    def alert(self) -> bool:
        """Nobody has been able to find out several times in a row."""
        return self.errors >= ALERT_AFTER


def fold(
    observations: Iterable[Seen],
    *,
    fail_after: int = 3,
    pass_after: int = 2,
    fresh_for: timedelta | None = None,
    now: datetime,
    carried: CheckStanding | None = None,
) -> CheckStanding:
    """The state after `observations`, of which each id counts once; `carried` is the fold of all that were before them."""
    standing = replace(carried, turns=()) if carried is not None else CheckStanding()
    for seen in in_order(observations):
        standing = _after(standing, seen, fail_after, pass_after)
    until = standing.fresh_at + fresh_for if standing.fresh_at is not None and fresh_for is not None else None
    return replace(standing, fresh_until=until, stale=until is not None and now > until)


def in_order(observations: Iterable[Seen]) -> list[Seen]:
    """By time, then by id; a report that came twice once."""
    return sorted({seen.id: seen for seen in observations}.values())


def _after(was: CheckStanding, seen: Seen, fail_after: int, pass_after: int) -> CheckStanding:
    if seen.outcome is Outcome.ERROR:
        return replace(was, errors=was.errors + 1, errors_since=was.errors_since or seen.observed_at)
    fresh = replace(was, errors=0, errors_since=None, fresh_at=seen.observed_at)
    if seen.outcome is Outcome.SKIP:
        return fresh
    if seen.outcome is Outcome.FAIL:
        counted, row, enough, state = replace(fresh, fails=was.fails + 1, passes=0), was.fails + 1, fail_after, State.FAIL
    else:
        counted, row, enough, state = replace(fresh, passes=was.passes + 1, fails=0), was.passes + 1, pass_after, State.PASS
    if was.state is state or (was.state is not State.UNKNOWN and row < enough):
        return counted
    return replace(counted, state=state, since=seen.observed_at, turns=(*was.turns, Turn(seen.observed_at, seen.id, state)))
