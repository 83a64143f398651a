"""A push at a gate: which deployments' stages it would change, each asked about before anything moves.

Everything that goes wrong here keeps the push out: a hook that cannot find out must not let through.
"""

import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracker.domain.errors import Invalid, TrackerError
from tracker.domain.policy import ChangeType
from tracker.policy.change import changed_between, repo_name, touched_by
from tracker.policy.git import Repo, is_zero
from tracker.policy.plain_text import in_log
from tracker.policy.protected import Moves, PolicyText, policies_before

if TYPE_CHECKING:
    from tracker.policy.model import Deployment, Policy, Stage
    from tracker.policy.outputs import Report

GATE_SECONDS = 120.0
REPORT_SECONDS = 30.0
# who pushes, as servers of git say it: (variable, whose name it is)
PUSHERS = (("GL_USERNAME", "gitlab"), ("GITEA_PUSHER_NAME", None), ("GL_USER", None), ("REMOTE_USER", None), ("USER", None))
Place = "tuple[Deployment, Stage]"


@dataclass(frozen=True, slots=True)
class Update:
    """One line of what git tells a hook; None for no commit: the ref is made, or deleted."""

    old: str | None
    new: str | None
    ref: str


@dataclass(frozen=True)
class Push:
    """What is pushed, where, and with which push options."""

    repo: Repo
    updates: Sequence[Update]
    environ: Mapping[str, str]
    deployments: Sequence[str] = ()  # what the hook was installed for; empty: all of the policy

    @property
    def options(self) -> dict[str, str]:
        """`git push -o break-glass=CODE -o deployment=datahub` as {"break-glass": …, "deployment": …}."""
        count = self.environ.get("GIT_PUSH_OPTION_COUNT", "")
        words = [self.environ.get(f"GIT_PUSH_OPTION_{n}", "") for n in range(int(count) if count.isdecimal() else 0)]
        return {name.strip(): value.strip() for name, _, value in (word.partition("=") for word in words)}


def read_updates(lines: Iterable[str]) -> list[Update]:
    updates = []
    for line in lines:
        old, new, ref = line.rstrip("\n").split(" ", 2)
        updates.append(Update(None if is_zero(old) else old, None if is_zero(new) else new, ref))
    return updates


def places_of(push: Push, policy: "Policy", ref: str, *, protected: bool) -> "list[tuple[Deployment, Stage]]":
    """The stages that are deployed from this ref of this repo."""
    here = repo_name(push.repo)
    return [
        (one, stage)
        for one in policy.deployments
        if (not push.deployments or one.id in push.deployments)
        and (here is None or one.repo is None or one.repo.lower() == here.lower())
        for stage in one.stages
        if stage.refs and stage.takes(ref) and (stage.protected or not protected)
    ]


def judge(push: Push, show: Any) -> list[str]:
    """Ask the gate for every protected stage that the push would change; the sentences that keep it out, none if it may."""
    refused = []
    for update in push.updates:
        texts = _policies(push, update)
        if not texts:
            show(f"tracker: there is no policy under policy/ yet, so nothing protects {in_log(update.ref)}.\n")
        for text in texts:
            refused += _judge(push, update, text, show)
    return refused


def _policies(push: Push, update: Update) -> list[PolicyText]:
    """The policies that may protect a ref. One that cannot be read on a branch that somebody works on is no reason to keep
    its repair out: there the default branch's says what is protected."""
    try:
        return policies_before(push.repo, Moves(ref=update.ref, old=update.old, new=update.new))
    except Invalid:
        return policies_before(push.repo, Moves())


def _judge(push: Push, update: Update, text: PolicyText, show: Any) -> list[str]:
    places = places_of(push, text.policy, update.ref, protected=True)
    if not places:
        return []
    if update.new is None:
        return [f"{in_log(update.ref)} is protected by the policy {text.policy.name}: it may not be deleted."]
    refused = []
    for deployment, stage, named in _asked_about(push, update, text.policy, places):
        report = _gate(push, update, text, deployment, stage, named, show)
        if not report.verdict.lets_through:
            refused.append(f"{deployment}/{stage}: {report.verdict.value}: {in_log(report.decision.because)}.")
    return refused


def _asked_about(
    push: Push, update: Update, policy: "Policy", places: "Sequence[tuple[Deployment, Stage]]"
) -> list[tuple[str, str, bool]]:
    """Deployment, stage, and whether somebody named it: every one that is touched, and the one that was named.

    Where only one is deployed from that branch, the branch names it. A push that touches no deployment's own files (shared
    ones, say) is judged for all of them.
    """
    assert update.new is not None
    named = push.options.get("deployment") or None
    touched = set(touched_by(policy, None, changed_between(push.repo, update.old, update.new)))
    asked = [(one, stage) for one, stage in places if one.id in touched] or list(places)
    alone = len(places) == 1
    found = [(one.id, stage.id, alone or named in (one.id, *one.aliases)) for one, stage in asked]
    if named is not None and not any(by_name for _, _, by_name in found if not alone):
        there = policy.deployment(named)
        if there is None:
            raise Invalid(
                f"There is no deployment {in_log(named)}: there is {', '.join(one.id for one in policy.deployments)}."
            )
        stage_of = {one.id: stage.id for one, stage in places}
        stage = stage_of.get(there.id) or places[0][1].id
        if (there.id, stage) not in [(one, other) for one, other, _ in found]:
            found.append((there.id, stage, True))
    return found


def _gate(push: Push, update: Update, text: PolicyText, deployment: str, stage: str, named: bool, show: Any) -> "Report":
    from tracker.cli.gate_answers import answer, open_gate
    from tracker.cli.gate_questions import Question, prepare
    from tracker.policy.banner import Look, beginning, rest
    from tracker.policy.outputs.text import below_the_banner

    options = push.options
    try:
        change_type = ChangeType(options.get("change-type") or "normal")
    except ValueError:
        raise Invalid("-o change-type= takes normal, rollback or recovery.") from None
    actor, forge = pusher(push.environ)
    question = Question(
        deployment=deployment,
        stage=stage,
        ref=update.ref,
        old=update.old,
        new=update.new,
        change_type=change_type,
        reason=options.get("reason", ""),
        break_glass=options.get("break-glass") or None,
        actor=actor,
        actor_forge=forge,
        policy=text.policy.name,
        phase="hook",
        named=named,
        folder=push.repo.folder,
        environ=push.environ,
        deadline=time.monotonic() + GATE_SECONDS,
        now=datetime.now(UTC),
    )
    look = Look(width=78)
    prepared = prepare(question)
    show(beginning(prepared.heading, look))
    opened = open_gate(prepared)
    show(rest(opened.heading, look))
    report = answer(opened)
    show(below_the_banner(report, look))
    return report


def pusher(environ: Mapping[str, str]) -> tuple[str | None, str | None]:
    """Who pushes, and on which forge that is their name."""
    if told := environ.get("TRACKER_ACTOR"):
        return told, None
    return next(((environ[name], forge) for name, forge in PUSHERS if environ.get(name)), (None, None))


def tell_reached(push: Push, say: Any) -> None:
    """Report what has moved, for every deployment whose content it changes. A server that is away hears of it from
    `tracker gate history` later."""
    from tracker.cli.gate_history import send, update_of
    from tracker.cli.server import Server

    server = Server.of(push.environ)
    if server is None:
        return
    for update in push.updates:
        if update.new is None:
            continue
        for text in policies_before(push.repo, Moves(ref=update.ref, old=update.old, new=None)):
            for deployment, stage in places_of(push, text.policy, update.ref, protected=False):
                told = update_of(push.repo, deployment, update.ref, update.new, update.old, at=datetime.now(UTC))
                if told is None:
                    continue
                try:
                    send(server, deployment.id, stage.id, [told], "hook", deadline=time.monotonic() + REPORT_SECONDS)
                except TrackerError as error:
                    say(f"tracker: {deployment.id}/{stage.id}: {error} `tracker gate history` reports it later.")


def this_push(lines: Iterable[str], environ: Mapping[str, str], deployments: Sequence[str]) -> Push:
    repo = Repo.around(Path.cwd(), environ)
    if repo is None:
        raise Invalid("This is no git repo: the command is for git's hooks.")
    return Push(repo, read_updates(lines), environ, deployments)


def flush(text: str) -> None:
    """Git relays what a hook says line by line, to whoever pushes."""
    sys.stderr.write(text)
    sys.stderr.flush()
