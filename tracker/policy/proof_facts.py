"""What a proof hangs on, as plain values, and where the fold over it stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tracker.domain.policy import Mode, State
from tracker.policy.coverage import Passage, Run, Span
from tracker.policy.definitions import Definition
from tracker.policy.evidence import Answer, Break
from tracker.policy.states import CheckStanding, Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What the state of a check tells: of a condition its own, of a guard that of what says whether the forge requires it.

    `texts` has the summary and the link of observations, by id; `turns` are the state's, or those since it was carried.
    """

    name: str
    standing: CheckStanding
    turns: Sequence[Turn] = ()
    texts: Mapping[int, tuple[str, str | None]] = field(default_factory=dict)
    latest: tuple[str, str | None] = ("", None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofFacts:
    """All that one proof hangs on. `check` is the check's id in the runs, `place` the stage as “datahub/prod”."""

    mode: Mode
    check: int
    name: str
    place: str
    since: datetime
    until: datetime | None = None
    verify_for: timedelta = timedelta(days=14)
    definitions: Sequence[Definition] = ()
    watched: Watched | None = None
    waived: Sequence[Span] = ()
    passages: Sequence[Passage] = ()
    runs: Sequence[Run] = ()
    reported: bool = False  # somebody tells what reaches the stage


@dataclass(slots=True, kw_only=True)
class Carried:
    """Where a fold stands after all that happened until `at`: from here it goes on without what was before."""

    at: datetime | None = None
    counts: bool = False  # the proof has begun
    defined: Definition | None = None
    stood: bool = False  # it ever stood in the policy
    defined_since: datetime | None = None
    state: State = State.UNKNOWN
    turned: datetime | None = None  # the last turn to pass
    holds_since: datetime | None = None
    broken: Break | None = None
    last: Break | None = None
    judged: int = 0  # changes since it holds
    by_itself: bool = False  # what judged them stands in the way itself
    gated: Answer | None = None
    refused: Answer | None = None
    unknown: Answer | None = None
