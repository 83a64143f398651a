"""`commit_status`: these contexts succeeded on the commit. Skipped, neutral, cancelled and missing ones did not."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tracker.policy.forge.values import Ended, Ran
from tracker.policy.kinds.context import Context, CouldNotFindOut, failed, passed
from tracker.policy.values import Observation

if TYPE_CHECKING:
    from tracker.policy.parameters import CommitStatusParams

REQUESTS = 30


def run(ctx: Context, params: "CommitStatusParams") -> Observation:
    if ctx.forges is None:
        raise CouldNotFindOut("Only the tracker's server asks the forge.")
    repo = ctx.forges.repo(params.forge, params.repo, budget=REQUESTS, deadline=ctx.deadline)
    commit = ctx.change.new if ctx.change is not None else None
    if commit is None:
        if params.branch is None:
            raise CouldNotFindOut("There is no change here, and the check names no branch.")
        commit = repo.head(params.branch)
    if params.on == "merged-parent":
        merged = repo.second_parent(commit)
        if merged is None:
            return failed(f"{commit[:8]} is no merge, so nothing ran on what it merges", commit=commit)
        commit = merged
    return judge(repo.ran(commit, params.contexts), params.contexts, commit)


def judge(runs: Sequence[Ran], contexts: Sequence[str], commit: str) -> Observation:
    """Of each context the newest run of every app counts. `runs` are newest first."""
    wrong: list[str] = []
    told = []
    for context in contexts:
        newest: dict[int | None, Ran] = {}
        for one in runs:
            if one.context == context:
                newest.setdefault(one.app, one)
        wrong += [_words(context, one) for one in newest.values() if one.ended is not Ended.SUCCESS]
        wrong += [] if newest else [f"{context} has not run"]
        told += [
            {"context": context, "ended": str(one.ended), "at": one.at.isoformat(), "url": one.url}
            for one in newest.values()
        ]
    if wrong:
        return failed(f"on {commit[:8]}: {'; '.join(wrong)}", commit=commit, runs=told)
    return passed(f"on {commit[:8]} succeeded: {', '.join(contexts)}", commit=commit, runs=told)


def _words(context: str, run: Ran) -> str:
    words = {
        Ended.FAILURE: "failed",
        Ended.SKIPPED: "was skipped, which is not success",
        Ended.STOPPED: "was stopped before it had judged",
        Ended.RUNNING: "has not ended yet",
    }
    return f"{context} {words[run.ended]}"
