"""`deployed_on`: this very content has run on another stage, for long enough, and nothing else was deployed there since."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from tracker.policy.kinds.context import Context, CouldNotFindOut, failed, passed
from tracker.policy.values import Change, Observation, Ran

if TYPE_CHECKING:
    from tracker.policy.git import Repo
    from tracker.policy.parameters import DeployedOnParams


def run(ctx: Context, params: "DeployedOnParams") -> Observation:
    """The stage's newest deploy has to be of this content; its age counts from the first of an unbroken run of such."""
    change = ctx.given_change()
    # The server's clock may be a moment behind that of whoever told of the deploy; nobody looks into the future further.
    ran = [one for one in ctx.given_facts().ran.get(params.stage, ()) if one.at <= ctx.now + timedelta(minutes=5)]
    wanted = _wanted(change, params.match)
    evidence: dict[str, Any] = {"stage": params.stage, "match": params.match, "wanted": wanted}
    if not ran:
        return failed(f"nothing is known to have run on {params.stage}", **evidence)
    since = _since(ran, change, params.match, ctx.git)
    newest = ran[0]
    evidence |= {"runs": _part(newest, params.match), "runs_since": newest.at.isoformat()}
    if since is None:
        before = any(_same(one, change, params.match, None) for one in ran) if params.match != "ancestor" else False
        return failed(
            f"{params.stage} has run something else since"
            if before
            else f"this {_word(params.match)} ({(wanted or '')[:8]}) has not run on {params.stage}",
            **evidence,
        )
    age = max(ctx.now - since, timedelta(0))
    evidence |= {"since": since.isoformat(), "age_minutes": _minutes(age)}
    if age < params.min_age:
        return failed(f"live on {params.stage} for {_minutes(age)} min (need {_minutes(params.min_age)} min)", **evidence)
    if params.max_age is not None and age > params.max_age:
        return failed(f"live on {params.stage} for longer than {_minutes(params.max_age)} min: try it anew", **evidence)
    need = f" (need {_minutes(params.min_age)} min)" if params.min_age else ""
    return passed(f"live on {params.stage} for {_minutes(age)} min{need}", **evidence)


def _since(ran: Sequence[Ran], change: Change, match: str, git: "Repo | None") -> datetime | None:
    """Since when the stage has run it without a break; None where its newest deploy is of something else."""
    since = None
    for one in ran:
        if not _same(one, change, match, git):
            break
        since = one.at
    return since


def _same(one: Ran, change: Change, match: str, git: "Repo | None") -> bool:
    if match == "ancestor":
        return _is_ancestor(one, change, git)
    wanted = _wanted(change, match)
    if wanted is None:
        raise CouldNotFindOut("; ".join(change.problems) or f"The {_word(match)} of this change could not be found out.")
    return _part(one, match) == wanted


def _is_ancestor(one: Ran, change: Change, git: "Repo | None") -> bool:
    if git is None:
        raise CouldNotFindOut("Ancestors are found in a clone, and there is none here.")
    if one.commit is None or change.new is None:
        raise CouldNotFindOut("Which commit runs there is not known.")
    if git.commit_id(one.commit) is None:
        raise CouldNotFindOut(f"Commit {one.commit[:8]}, which runs there, is not in this clone: fetch it (fetch-depth: 0).")
    return git.is_ancestor(one.commit, change.new)


def _wanted(change: Change, match: str) -> str | None:
    return {"content": change.content_id, "tree": change.tree}.get(match, change.new)


def _part(one: Ran, match: str) -> str | None:
    return {"content": one.content_id, "tree": one.tree}.get(match, one.commit)


def _word(match: str) -> str:
    return {"content": "content", "tree": "tree"}.get(match, "commit")


def _minutes(length: timedelta) -> int:
    return int(length.total_seconds() // 60)
