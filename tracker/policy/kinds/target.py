"""`target`: it is plain which deployment is meant, the job is where that is deployed from, and nothing else is touched."""

from typing import TYPE_CHECKING

from tracker.policy.kinds.context import Context, CouldNotFindOut, failed, passed
from tracker.policy.values import Change, Observation

if TYPE_CHECKING:
    from tracker.policy.parameters import TargetParams

SHOWN = 5  # paths in a summary
KEPT = 50  # paths in the evidence


def run(ctx: Context, params: "TargetParams") -> Observation:
    """Everything that is wrong, at once; an error only where nothing is wrong and something could not be found out."""
    change = ctx.given_change()
    wrong = [*_naming(ctx, change, params), *_place(ctx, change)]
    evidence = {
        "deployment": ctx.deployment.id,
        "stage": ctx.stage.id,
        "named": change.named,
        "confirmed": change.confirmed,
        "repo": change.repo,
        "ref": change.ref,
        "touched": list(change.deployments_touched),
    }
    if change.changed_paths is not None:
        strange = _strange(ctx, change, params)
        evidence |= {"paths": len(change.changed_paths), "not_its_own": strange[:KEPT]}
        wrong += _scope(ctx, change, params, strange)
    if wrong:
        return failed("; ".join(wrong), **evidence)
    if change.changed_paths is None:
        raise CouldNotFindOut("; ".join(change.problems) or "Which files the change touches could not be found out.")
    count = len(change.changed_paths)
    return passed(f"{ctx.deployment.id}/{ctx.stage.id}, {count} {'file' if count == 1 else 'files'}, its own", **evidence)


def _naming(ctx: Context, change: Change, params: "TargetParams") -> list[str]:
    if params.must_name and not change.named:
        how = "git push -o deployment=" if ctx.phase == "hook" else "say -d "
        return [f"the {' and the '.join(params.must_name)} were not named but guessed: {how}{ctx.deployment.id}"]
    asks = params.confirm == "always" or (params.confirm == "interactive" and change.confirmed is not None)
    if asks and not change.confirmed:
        return [f"nobody typed {ctx.deployment.id} to confirm it"]
    return []


def _place(ctx: Context, change: Change) -> list[str]:
    """Where the change comes from and goes: the deployment's own repo, a ref that is deployed on this stage."""
    wrong = []
    repo = ctx.deployment.repo
    if repo is not None and change.repo is not None and change.repo.lower() != repo.lower():
        wrong.append(f"{ctx.deployment.id} is deployed from {repo}, and this is {change.repo}")
    if change.ref is not None and not ctx.stage.takes(change.ref):
        wrong.append(f"{change.ref} is not deployed on {ctx.stage.id} ({', '.join(ctx.stage.refs)} is)")
    return wrong


def _strange(ctx: Context, change: Change, params: "TargetParams") -> list[str]:
    """Paths that the change may not touch here."""
    from tracker.policy.paths import owners_of, spec

    allowed = spec(params.allow) if params.allow else None
    strange = []
    for path, owners in owners_of(change.changed_paths or (), ctx.policy, ctx.deployment.repo).items():
        mine = ctx.deployment.id in owners.own
        shared = params.allow_shared and ctx.deployment.id in owners.shared
        if not (mine or shared or (allowed is not None and allowed.match_file(path))):
            strange.append(path)
    return strange


def _scope(ctx: Context, change: Change, params: "TargetParams", strange: list[str]) -> list[str]:
    wrong = []
    others = [name for name in change.deployments_touched if name != ctx.deployment.id]
    if params.forbid_ambiguous and others:
        wrong.append(f"the change touches {', '.join(others)} as well as {ctx.deployment.id}")
    if strange:
        more = f" and {len(strange) - SHOWN} more" if len(strange) > SHOWN else ""
        wrong.append(f"not {ctx.deployment.id}'s own: {', '.join(strange[:SHOWN])}{more}")
    if params.max_files is not None and change.changed_paths is not None and len(change.changed_paths) > params.max_files:
        wrong.append(f"{len(change.changed_paths)} files change, and {params.max_files} may")
    return wrong
