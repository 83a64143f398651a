"""What is wrong with a policy that loads: rules that never bite, and what its author most likely did not mean.

Each rule is one small function whose docstring says what it asks for.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, timedelta

from tracker.domain.policy import Mode
from tracker.policy.load import Loaded, load
from tracker.policy.lookups import texts
from tracker.policy.model import Policy
from tracker.policy.parameters import AcknowledgedParams, HttpParams, WindowParams
from tracker.policy.problems import Problem, Source
from tracker.policy.secrets import secret_in

Rule = Callable[[Policy, Source], Iterator[Problem]]


def lint(data: bytes, file: str) -> Loaded:
    """All that `load` finds and, where the file loads, what else is wrong with it. `policy` stands even with errors then."""
    loaded = load(data, file)
    if loaded.policy is None:
        return loaded
    found = [problem for rule in RULES for problem in rule(loaded.policy, loaded.source)]
    problems = sorted(dict.fromkeys([*loaded.problems, *found]), key=lambda problem: problem.line)
    return Loaded(loaded.policy, loaded.digest, tuple(problems), loaded.source)


def checks_apply_somewhere(policy: Policy, source: Source) -> Iterator[Problem]:
    """Every check is for one stage at least, and what it proves counts on one where it is."""
    for n, check in enumerate(policy.checks):
        if not any(policy.places(check)):
            message = f"`{check.id}` applies nowhere: no stage fits all of its `applies_to`."
            yield source.error(("checks", n, "applies_to"), message, "Name a stage that one of these deployments has.")
        for m, place in enumerate(check.proves_on):
            known = {name for d, s in policy.places(check) for name in (d.id, f"{d.id}/{s.id}")}
            if known and place not in known:
                message = f"`{check.id}` does not apply to {place}, so it proves nothing there."
                yield source.error(("checks", n, "proves_on", m), message, f"It is for {', '.join(sorted(known))}.")
        if check.proves_on and not check.proves:
            message = "`proves_on` says where something is proven, and `proves` names nothing."
            yield source.warning(("checks", n, "proves_on"), message, "Name the action item’s key under `proves`.")


def protected_stages_are_checked(policy: Policy, source: Source) -> Iterator[Problem]:
    """A protected stage has a check that can block: without any check the gate denies everything."""
    for n, deployment in enumerate(policy.deployments):
        for m, stage in enumerate(deployment.stages):
            checks = policy.applicable(deployment.id, stage.id)
            name, path = f"{deployment.id}/{stage.id}", ("deployments", n, "stages", m)
            if stage.protected and not checks:
                message = f"{name} is protected and no check is for it: the gate would deny every change."
                yield source.error(path, message, "Write a check for it, or take `protected` away.")
            elif stage.protected and not any(check.enforcement.blocks for check in checks):
                message = f"{name} is protected and every check for it is advisory: the gate would allow every change."
                yield source.warning(path, message, "Make one of them soft or hard.")


def secrets_are_not_written_out(policy: Policy, source: Source) -> Iterator[Problem]:
    """A secret is named, `${env:NAME}` or `${secret:NAME}`, and never stands in the file, which everybody can read."""
    for path, text in texts(policy.model_dump(mode="json", by_alias=True), ()):
        if what := secret_in(path, text):
            fix = "Write ${env:NAME} (in CI) or ${secret:NAME} (on the server), and change the secret: it has been seen."
            yield source.error(path, f"`{path[-1]}` looks like {what} written in clear.", fix)


def windows_happen(policy: Policy, source: Source) -> Iterator[Problem]:
    """Each window is active at some time, and used by a check."""
    from tracker.policy.windows import occurs

    used = {name for check in policy.checks if isinstance(check.with_, WindowParams) for name in check.with_.windows}
    for name, window in policy.windows.items():
        path = ("windows", name)
        since = min(rule.start for rule in window.rules).replace(tzinfo=UTC) - timedelta(days=2)
        if not occurs(window, policy.zone, since, since + timedelta(days=366 * 30)):
            yield source.error(path, f"the window `{name}` never happens.", "Look at `until`, `except` and the rrule.")
        elif name not in used:
            yield source.warning(path, f"no check uses the window `{name}`.", "Name it in a check of the kind `window`.")


def windows_open(policy: Policy, source: Source) -> Iterator[Problem]:
    """What is closed opens again: the windows of one check together do not deny changes for more than a year."""
    from tracker.policy.windows import freeze

    for n, check in enumerate(policy.checks):
        if not isinstance(check.with_, WindowParams):
            continue
        denying = [name for name in check.with_.windows if policy.windows[name].effect == "deny"]
        starts = [rule.start for name in denying for rule in policy.windows[name].rules]
        closed = freeze(policy, denying, max(starts).replace(tzinfo=UTC) + timedelta(days=2)) if starts else None
        if closed and closed.blocked and closed.opens_at is None:
            message = f"`{check.id}` never opens: its windows deny every change for over a year."
            yield source.error(("checks", n, "with", "windows"), message, "Shorten a duration, or give a rule an `until`.")


def acknowledgements_have_terms(policy: Policy, source: Source) -> Iterator[Problem]:
    """`every: term` needs terms, and they do not overlap."""
    for n, check in enumerate(policy.checks):
        if isinstance(check.with_, AcknowledgedParams) and check.with_.every == "term" and not policy.terms:
            fix = "Write `terms:` with ids, first and last days, or give a length such as `every: 180d`."
            yield source.error(("checks", n, "with", "every"), f"`{check.id}` asks once a term, and there is none.", fix)
    for n, term in enumerate(policy.terms):
        for other in policy.terms[:n]:
            if term.start <= other.end and other.start <= term.end:
                message = f"the terms `{other.id}` and `{term.id}` overlap."
                yield source.error(("terms", n), message, "A day belongs to one term at most.")


def relaxing_has_conditions(policy: Policy, source: Source) -> Iterator[Problem]:
    """A rollback goes back to what ran there, a recovery has an open incident: else every change could be one."""
    if policy.rollback.relax and "content_ran_on_stage" not in policy.rollback.needs:
        message = "every change could call itself a rollback."
        yield source.error(("rollback", "needs"), message, "Add content_ran_on_stage.")
    if policy.recovery.relax and "open_incident" not in policy.recovery.needs:
        yield source.error(("recovery", "needs"), "every change could call itself a recovery.", "Add open_incident.")


def proofs_can_hold(policy: Policy, source: Source) -> Iterator[Problem]:
    """A guard that proves something blocks; a condition is looked at by itself, and often enough to be fresh."""
    for n, check in enumerate(policy.checks):
        path = ("checks", n)
        if check.proves and check.mode is Mode.GUARD and not check.enforcement.blocks:
            message = f"`{check.id}` guards {', '.join(check.keys())}, but is advisory: it stops nothing and proves nothing."
            yield source.warning((*path, "enforcement"), message, "Make it soft or hard, or say `mode: condition`.")
        if check.proves and check.mode is Mode.CONDITION and check.schedule is None and check.kind != "pushed":
            message = f"`{check.id}` is a condition that is looked at only when somebody asks the gate."
            yield source.warning(path, message, "Give it a `schedule`, such as 1d.")
        if check.schedule and check.fresh_for is not None and check.fresh_for < check.schedule:
            message = f"`{check.id}` is stale before it runs again."
            yield source.warning((*path, "fresh_for"), message, "Make `fresh_for` longer than `schedule`.")


def checks_have_time(policy: Policy, source: Source) -> Iterator[Problem]:
    """A check that waits between its attempts is given the time that this takes."""
    for n, check in enumerate(policy.checks):
        if isinstance(check.with_, HttpParams) and check.with_.wait * (check.with_.need - 1) >= check.timeout:
            message = (
                f"`{check.id}` needs {check.with_.need} answers with pauses between them, and its `timeout` is shorter."
            )
            yield source.error(("checks", n, "timeout"), message, "Make `timeout` longer, or `wait` shorter.")


RULES: tuple[Rule, ...] = (
    checks_apply_somewhere,
    protected_stages_are_checked,
    secrets_are_not_written_out,
    windows_happen,
    windows_open,
    acknowledgements_have_terms,
    relaxing_has_conditions,
    proofs_can_hold,
    checks_have_time,
)
