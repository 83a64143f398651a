"""`branch_rules`: the forge really demands it of the branch. What the forge does not tell is an error and never a fail."""

from typing import TYPE_CHECKING

from tracker.policy.forge.values import Rules
from tracker.policy.kinds.context import Context, CouldNotFindOut, could_not_find_out, failed, passed
from tracker.policy.values import Observation

if TYPE_CHECKING:
    from tracker.policy.parameters import BranchRulesParams

REQUESTS = 12


def run(ctx: Context, params: "BranchRulesParams") -> Observation:
    if ctx.forges is None:
        raise CouldNotFindOut("Only the tracker's server asks the forge.")
    repo = ctx.forges.repo(params.forge, params.repo, budget=REQUESTS, deadline=ctx.deadline)
    deep = params.require_pull_request or params.forbid_force_push or params.forbid_bypass_actors
    return judge(repo.rules(params.branch, deep=deep), params)


def judge(rules: Rules, params: "BranchRulesParams") -> Observation:
    """What is missing is a fail, whatever else is not known; else what is not known is an error."""
    missing: list[str] = []
    unknown: list[str] = []
    for context in params.required_checks:
        found = _required(rules, context, params.expected_app_id)
        missing += [found] if found else []
        unknown += [f"whether {context} is required"] if found is None else []
    for wanted, told, what in (
        (params.require_pull_request, rules.pull_request, "changes need a pull request"),
        (params.forbid_force_push, rules.no_force_push, "force pushes are forbidden"),
        (params.forbid_bypass_actors, None if rules.bypass is None else not rules.bypass, "nobody is let past the rules"),
    ):
        if wanted and told is not True:
            (unknown if told is None else missing).append(f"whether {what}" if told is None else f"it is not so that {what}")
    evidence = {
        "branch": params.branch,
        "required": sorted(rules.required),
        "bypass": list(rules.bypass) if rules.bypass is not None else None,
        "url": rules.url,
    }
    place = f"{params.branch} of {params.repo}"
    if missing:
        return failed(f"{place}: {'; '.join(missing)}", **evidence)
    if unknown:
        because = f": {rules.because}" if rules.because else ""
        return could_not_find_out(f"{place}: not known {', '.join(unknown)}{because}", **evidence)
    what = f"requires {', '.join(params.required_checks)}" if params.required_checks else "is protected as it has to be"
    return passed(f"{place} {what}", **evidence)


def _required(rules: Rules, context: str, app: int | None) -> str | None:
    """ "" where it is required, what is wrong where it is not, None where that is not known."""
    if context in rules.required:
        reporter = rules.required[context]
        if app is None or reporter == app:
            return ""
        return f"{context} may be reported by {'any app' if reporter is None else f'app {reporter}'}, not only by app {app}"
    if rules.any_pipeline:
        return ""
    if rules.all_known and rules.any_pipeline is False:
        return f"{context} is not required"
    return None
