"""One look at a branch on a forge: what it requires, what reached it, whether the contexts had run by then, and refused.

Nothing is concluded from what could not be read: a change whose runs were not told is left for the next look, oldest first.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tracker.policy.forge.values import Commit, Ended, ForgeSilent, Move, NotThere, OutOfRequests, Ran, Request, Rules

if TYPE_CHECKING:
    from tracker.policy.forge.github import GitHub
    from tracker.policy.forge.gitlab import GitLab

FIRST_LOOK = 10  # changes that are looked back on when a branch is looked at first
READ = 100  # commits, requests and moves
REFUSALS = 10  # requests that are not merged whose heads are looked at each time
ACTIONS = 15368  # GitHub Actions: its clock is GitHub's own
OWN_CLOCK, OTHER_CLOCK = timedelta(seconds=5), timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A change that reached the branch, with the run of each context that counted for it; none: it had not run by then."""

    commit: str
    parent: str | None
    at: datetime
    subject: str
    author: str
    url: str
    request: Request | None
    runs: tuple[Ran, ...]


@dataclass(slots=True, kw_only=True)
class Look:
    """What one look found. `rules` None: not told, for the reason in `silent` (`missing`: the repo or branch is not there).

    `settled` are commits that need not be looked at again: parts of another change, or such as nobody can date. `problem`
    says why the look ended early, `until` from when it can go on.
    """

    rules: Rules | None = None
    silent: str = ""
    missing: bool = False
    arrivals: list[Arrival] = field(default_factory=list)  # oldest first
    refused: list[tuple[Request, Ran]] = field(default_factory=list)
    settled: list[str] = field(default_factory=list)
    listed: bool = False  # what reached the branch was told
    problem: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    commit: str
    at: datetime
    exact: bool  # the forge says when it reached the branch; else that is the commit's own time, and no later than now
    request: Request | None = None
    move: Move | None = None
    seen: Commit | None = None


def look(
    repo: "GitHub | GitLab",
    branch: str,
    contexts: Sequence[str],
    *,
    known: Collection[str] = (),
    since: datetime | None = None,
) -> Look:
    """Look at a branch. `known` are the commits that were told of before; `since` is the last look, None for the first."""
    found = Look()
    try:
        found.rules = repo.rules(branch)
    except OutOfRequests as out:
        found.silent = found.problem = str(out)
        found.until = out.until
        return found
    except ForgeSilent as silent:
        found.silent, found.missing = str(silent), isinstance(silent, NotThere)
    try:
        requests = repo.requests(branch, at_most=READ)
        candidates = _candidates(repo, branch, requests, known)
        found.listed = True
        if since is None:
            found.settled += [one.commit for one in candidates[:-FIRST_LOOK]]
            candidates = candidates[-FIRST_LOOK:]
        for one in candidates:
            _take(repo, branch, contexts, one, found)
        found.refused = list(_refused(repo, contexts, requests, since))
    except OutOfRequests as out:
        found.problem, found.until = str(out), out.until
    except ForgeSilent as silent:
        found.problem = str(silent)
        found.missing = found.missing or isinstance(silent, NotThere)
    return found


def _candidates(
    repo: "GitHub | GitLab", branch: str, requests: Sequence[Request], known: Collection[str]
) -> list[_Candidate]:
    """What reached the branch and is not known yet, oldest first: merged requests, and what was pushed past them."""
    line = repo.line(branch, at_most=READ)
    moves = repo.moves(branch, at_most=READ)
    seen = {one.id: one for one in line}
    found: dict[str, _Candidate] = {}
    for request in requests:
        if request.merge_commit is not None and request.merged_at is not None and request.base == branch:
            commit = request.merge_commit
            found[commit] = _Candidate(
                commit=commit, at=request.merged_at, exact=True, request=request, seen=seen.get(commit)
            )
    if moves is None:  # each commit of the branch's line that no request brought
        for one in line:
            found.setdefault(one.id, _Candidate(commit=one.id, at=one.at, exact=False, seen=one))
    for move in moves or ():
        candidate = _Candidate(commit=move.after, at=move.at, exact=True, move=move, seen=seen.get(move.after))
        found.setdefault(move.after, candidate)
    new = [one for one in found.values() if one.commit not in known]
    return sorted(new, key=lambda one: (one.at, one.commit))


def _take(repo: "GitHub | GitLab", branch: str, contexts: Sequence[str], one: _Candidate, found: Look) -> None:
    """Find out what had run for a candidate. It is an arrival once that is known, and settled where nobody can know it."""
    if one.request is None:
        mine = [each for each in repo.requests_of(one.commit) if each.base == branch and each.merged_at is not None]
        whole = next((each for each in mine if each.merge_commit == one.commit), None)
        if mine and whole is None:  # a part of a change that is told of by its last commit
            found.settled.append(one.commit)
            return
        if whole is not None and whole.merged_at is not None:
            one = replace(one, request=whole, at=whole.merged_at, exact=True)
    required = found.rules.required if found.rules is not None else {}
    runs = _runs_that_counted(repo, contexts, one, required)
    if runs is None:
        found.settled.append(one.commit)
        return
    request, seen, move = one.request, one.seen, one.move
    found.arrivals.append(
        Arrival(
            commit=one.commit,
            parent=move.before if move else seen.parent if seen else None,
            at=one.at,
            subject=request.title if request else seen.subject if seen else "",
            author=request.author if request else move.by if move and move.by else seen.author if seen else "",
            url=request.url if request else seen.url if seen else "",
            request=request,
            runs=tuple(runs),
        )
    )


def _runs_that_counted(
    repo: "GitHub | GitLab", contexts: Sequence[str], one: _Candidate, required: Mapping[str, int | None]
) -> list[Ran] | None:
    """Of each context the last run that had ended by then, on the request's head, else on the commit itself (merge queues).

    None where a success is there and nobody can tell whether it was there in time.
    """
    counted: dict[str, Ran] = {}
    heads = [one.request.head] if one.request is not None else []
    for commit in dict.fromkeys([*heads, one.commit]):
        open_ = [each for each in contexts if each not in counted or counted[each].ended is not Ended.SUCCESS]
        if not open_:
            break
        for context in open_:
            ended = [run for run in repo.ran(commit, [context]) if _is_asked_for(run, required.get(context))]
            in_time = [run for run in ended if run.at <= one.at + _skew(run, on_head=commit in heads)]
            if not one.exact and any(run.ended is Ended.SUCCESS for run in ended if run not in in_time):
                return None
            newest = max(in_time, key=lambda run: run.at, default=None)
            if newest is not None and (context not in counted or newest.at > counted[context].at):
                counted[context] = newest
    return list(counted.values())


def _is_asked_for(run: Ran, app: int | None) -> bool:
    """A run that has ended, and that the app reported which has to."""
    return run.ended is not Ended.RUNNING and (app is None or run.app in (app, None))


def _skew(run: Ran, *, on_head: bool) -> timedelta:
    """How much later than the merge it may seem to have ended: another CI has another clock. What ran on the commit itself
    may have been set off by its push, so there is nothing to give."""
    if not on_head:
        return timedelta(0)
    return OTHER_CLOCK if run.app not in (None, ACTIONS) else OWN_CLOCK


def _refused(
    repo: "GitHub | GitLab", contexts: Sequence[str], requests: Sequence[Request], since: datetime | None
) -> Iterator[tuple[Request, Ran]]:
    """What a context said no to and is not merged: open requests, and those that were closed since the last look."""
    waiting = [one for one in requests if one.merged_at is None]
    waiting = [one for one in waiting if not one.closed or since is None or one.updated_at >= since]
    try:
        for request in waiting[:REFUSALS]:
            for context in contexts:
                newest = next((run for run in repo.ran(request.head, [context]) if run.ended is not Ended.RUNNING), None)
                if newest is not None and newest.ended is Ended.FAILURE:
                    yield request, newest
    except ForgeSilent:  # shown, not demanded: what reached the branch matters more
        return
