"""What one part of a policy says of another: every name must be that of something, and no rule may undo a hard one."""

from collections import Counter
from collections.abc import Iterable, Iterator

from tracker.domain.policy import Enforcement
from tracker.policy.checks import ALWAYS_CONDITIONS
from tracker.policy.model import Check, Policy
from tracker.policy.parameters import CommandParams, DeployedOnParams, HttpParams, WindowParams
from tracker.policy.problems import Path, Problem, Source, did_you_mean


def wrong_references(policy: Policy, source: Source) -> list[Problem]:
    """Names of stages, windows, checks, deployments that are none, and names that stand for two things."""
    return [
        *_twice(policy, source),
        *_stages(policy, source),
        *_relaxed(policy, source),
        *(problem for n, check in enumerate(policy.checks) for problem in _of_check(policy, check, n, source)),
    ]


def _twice(policy: Policy, source: Source) -> Iterator[Problem]:
    names = [(("deployments", n), name) for n, one in enumerate(policy.deployments) for name in (one.id, *one.aliases)]
    yield from _repeated("deployment", [(path, name.casefold()) for path, name in names], source)
    for n, one in enumerate(policy.deployments):
        stages: list[tuple[Path, str]] = [(("deployments", n, "stages", m), stage.id) for m, stage in enumerate(one.stages)]
        yield from _repeated("stage", stages, source)
    yield from _repeated("check", [(("checks", n), check.id) for n, check in enumerate(policy.checks)], source)
    yield from _repeated("term", [(("terms", n), term.id) for n, term in enumerate(policy.terms)], source)


def _repeated(what: str, names: Iterable[tuple[Path, str]], source: Source) -> Iterator[Problem]:
    seen: Counter[str] = Counter()
    for path, name in names:
        seen[name] += 1
        if seen[name] == 2:
            yield source.error((*path, "id"), f"there are two {what}s called `{name}`.", "Give one of them another name.")


def _stages(policy: Policy, source: Source) -> Iterator[Problem]:
    for n, deployment in enumerate(policy.deployments):
        others = [stage.id for stage in deployment.stages]
        for m, stage in enumerate(deployment.stages):
            path = ("deployments", n, "stages", m, "promotes_from")
            if stage.promotes_from == stage.id:
                yield source.error(path, f"`{stage.id}` cannot promote from itself.", "Name the stage before it.")
            elif stage.promotes_from is not None and stage.promotes_from not in others:
                message = f"`{deployment.id}` has no stage `{stage.promotes_from}`."
                yield source.error(path, message, did_you_mean(stage.promotes_from, others))


def _relaxed(policy: Policy, source: Source) -> Iterator[Problem]:
    known = [check.id for check in policy.checks]
    for what, relax in (("rollback", policy.rollback.relax), ("recovery", policy.recovery.relax)):
        for n, name in enumerate(relax):
            check = policy.check(name)
            if check is None:
                yield source.error((what, "relax", n), f"there is no check `{name}` to relax.", did_you_mean(name, known))
            elif check.enforcement is Enforcement.HARD:
                yield source.error(
                    (what, "relax", n),
                    f"a {what} cannot relax `{name}`, since that is hard.",
                    "Take it off this list, or make it soft; break-glass is the one way past a hard check.",
                )


def _of_check(policy: Policy, check: Check, n: int, source: Source) -> Iterator[Problem]:
    deployments = {one.id: {stage.id for stage in one.stages} for one in policy.deployments}
    stages = set[str]().union(*deployments.values())
    at: Path = ("checks", n)
    for m, name in enumerate(check.applies_to.deployments):
        if name not in deployments:
            message = f"there is no deployment `{name}`."
            yield source.error((*at, "applies_to", "deployments", m), message, did_you_mean(name, deployments))
    for m, name in enumerate(check.applies_to.stages):
        if name not in stages:
            message = f"no deployment has a stage `{name}`."
            yield source.error((*at, "applies_to", "stages", m), message, did_you_mean(name, stages))
    for m, place in enumerate(check.proves_on):
        yield from _proves_on(deployments, place, (*at, "proves_on", m), source)
    if check.was is not None and policy.check(check.was) is not None:
        message = f"`{check.was}` is still a check of its own, so this one cannot be what it was."
        yield source.error((*at, "was"), message, "Remove the old check, or take `was` away.")
    if check.proves and check.schedule and (*at, "mode") not in source.lines and check.kind not in ALWAYS_CONDITIONS:
        # what it is must not hang on its enforcement: softened, a guard would turn into a condition, which may well hold
        message = f"`{check.id}` proves something and runs on a schedule: is it a guard or a condition?"
        fix = "Say `mode: guard` (it judges changes, whatever it watches does) or `mode: condition` (it is to be true)."
        yield source.error(at, message, fix)
    yield from _of_parameters(policy, check, at, source)


def _proves_on(deployments: dict[str, set[str]], place: str, path: Path, source: Source) -> Iterator[Problem]:
    deployment, _, stage = place.partition("/")
    if deployment not in deployments:
        yield source.error(path, f"there is no deployment `{deployment}`.", did_you_mean(deployment, deployments))
    elif stage and stage not in deployments[deployment]:
        yield source.error(path, f"`{deployment}` has no stage `{stage}`.", did_you_mean(stage, deployments[deployment]))


def _of_parameters(policy: Policy, check: Check, at: Path, source: Source) -> Iterator[Problem]:
    params = check.with_
    if isinstance(params, WindowParams):
        for m, name in enumerate(params.windows):
            if name not in policy.windows:
                path = (*at, "with", "windows", m)
                yield source.error(path, f"there is no window `{name}`.", did_you_mean(name, policy.windows))
    if isinstance(params, DeployedOnParams):
        for deployment, stage in policy.places(check):
            known = [one.id for one in deployment.stages if one.id != stage.id]
            if params.stage not in known:
                message = (
                    f"it applies to {deployment.id}/{stage.id}, and `{deployment.id}` has no other stage `{params.stage}`."
                )
                yield source.error((*at, "with", "stage"), message, did_you_mean(params.stage, known))
    if isinstance(params, HttpParams | CommandParams):
        from tracker.policy.lookups import wrong_lookups

        yield from wrong_lookups(policy, check, at, source)
