"""Which of the changes that reached a stage went through its gate (POLICY §2.6, "exercised").

A change is covered by a run of the gate that let it through and was asked for the same content, the same commit (itself or
among those that it brings) or the same pull request, before the change was there: a run that is made afterwards covers
nothing, one that was made without the server and handed in later does. What came back after something else had run there
needs a new run. Reports come late, twice and by several ways; the answer hangs on their set alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tracker.domain.policy import Verdict

SKEW = timedelta(minutes=5)  # two machines' clocks may differ by so much
HOOK = "hook"  # a report, or a run, of the repository's own hook, at the moment itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From `start`, and before `end`."""

    start: datetime
    end: datetime

    def has(self, at: datetime) -> bool:
        return self.start <= at < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A report of a change that reached the stage `at`, or at the latest `by` where a time of reaching is not known."""

    id: str  # record:7, update:12
    at: datetime
    by: datetime | None = None
    content_id: str | None = None
    commit: str | None = None
    pull_request: str | None = None
    subject: str = ""
    author: str = ""
    url: str | None = None
    source: str = HOOK  # hook, history, forge, record
    run_id: int | None = None  # the run that its record names
    confirmed: bool = False  # a person says that it went through the gate

    @property
    def content(self) -> str:
        """What ran there from then on; where the content is not known the commit stands for it."""
        return self.content_id or f"commit {self.commit or self.id}"


@dataclass(frozen=True, slots=True)
class Said:
    """What one check said in a run, as far as it matters afterwards; `skipped` where it did not judge that change."""

    blocking: bool = False
    summary: str = ""
    skipped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A gate run that was not a dry one; `said` has the checks that applied and were evaluated, by their id."""

    id: int
    at: datetime
    verdict: Verdict | None
    content_id: str | None = None
    commits: frozenset[str] = frozenset()  # the new commit, and what comes with it
    pull_request: str | None = None
    phase: str = "check"  # check, exec, hook, forge
    said: Mapping[int, Said] = field(default_factory=dict)
    subject: str = ""
    url: str | None = None

    @property
    def lets_through(self) -> bool:
        return self.verdict is not None and self.verdict.lets_through

    def was_judged_by(self, check: int) -> bool:
        return check in self.said and not self.said[check].skipped


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A change that reached the stage, with the runs about it that came in time."""

    change: Reached
    let_through: tuple[Run, ...] = ()
    turned_away: tuple[Run, ...] = ()  # denied, undecided, never decided
    repeats: bool = False  # the same content was there already
    in_gap: bool = False  # this server was away then


@dataclass(frozen=True, slots=True)
class Earlier:
    """The last time that a content ran there before, and when something else took its place."""

    at: datetime
    replaced: datetime | None


def passages(
    reached: Iterable[Reached],
    runs: Sequence[Run],
    gaps: Sequence[Span] = (),
    *,
    earlier: Mapping[str, Earlier] | None = None,
    running: str | None = None,
) -> list[Passage]:
    """The changes in the order in which they reached the stage, each with its runs.

    Where only the newest are given, `earlier` says when their contents ran before, and `running` what was there last.
    """
    last_time = dict(earlier or {})
    about = _Index(runs)
    found: list[Passage] = []
    for change in each_once(reached):
        content = change.content
        if running is not None and running != content and running in last_time:
            last_time[running] = Earlier(last_time[running].at, last_time[running].replaced or change.at)
        near = [run for run in about(change) if _in_time(run, change, last_time.get(content)) or run.id == change.run_id]
        found.append(
            Passage(
                change=change,
                let_through=tuple(run for run in near if run.lets_through),
                turned_away=tuple(run for run in near if not run.lets_through),
                repeats=content == running,
                in_gap=any(gap.has(change.at) for gap in gaps),
            )
        )
        running, last_time[content] = content, Earlier(change.at, None)
    return found


class _Index:
    """Runs by what they are about: the same content, the same commit, the same pull request, or named by the record."""

    def __init__(self, runs: Iterable[Run]) -> None:
        self._by: defaultdict[tuple[str, object], list[Run]] = defaultdict(list)
        for run in sorted({run.id: run for run in runs}.values(), key=lambda run: (run.at, run.id)):
            for about in (("content", run.content_id), ("pull", run.pull_request), ("run", run.id)):
                self._by[about].append(run)
            for commit in run.commits:
                self._by["commit", commit].append(run)

    def __call__(self, change: Reached) -> list[Run]:
        asked = (
            ("content", change.content_id), ("commit", change.commit), ("pull", change.pull_request), ("run", change.run_id),
        )  # fmt: skip
        found = {run.id: run for key in asked if key[1] is not None for run in self._by.get(key, ())}
        return sorted(found.values(), key=lambda run: (run.at, run.id))


def each_once(reached: Iterable[Reached]) -> list[Reached]:
    """By time, without what a commit's hook has said better: history and forge tell of it again, by its own time."""
    by_id = {change.id: change for change in reached}
    in_order = sorted(by_id.values(), key=lambda change: (change.at, change.id))
    told = {change.commit for change in in_order if change.source == HOOK}
    once: list[Reached] = []
    for change in in_order:
        if change.source in ("history", "forge") and change.commit is not None:
            if change.commit in told:
                continue
            told.add(change.commit)
        once.append(change)
    return once


def _in_time(run: Run, change: Reached, before: Earlier | None) -> bool:
    """Asked before the change was there, and not for an earlier time that the same content was there."""
    if run.at > (change.by or change.at) + SKEW:
        return False
    if before is None:
        return True
    # A run a little after the content's earlier time belongs to that, by the clocks, unless something else ran already.
    settled = before.at + SKEW
    return run.at > (min(before.replaced, settled) if before.replaced is not None else settled)
