"""Short ways to write what happened on a stage, and to fold it."""

from datetime import UTC, datetime, timedelta

from tracker.domain.policy import Mode, State, Verdict
from tracker.policy.coverage import Reached, Run, Said, Span, passages
from tracker.policy.definitions import Definition
from tracker.policy.proof_facts import ProofFacts, Watched
from tracker.policy.proving import fold
from tracker.policy.states import CheckStanding, Turn

START = datetime(2026, 1, 1, tzinfo=UTC)
CHECK = 7
DAY = timedelta(days=1)


def t(days):
    """So many days after the start."""
    return START + timedelta(days=days)


def stands(at=0, n=1, **more):
    return Definition(at=t(at), push=n, stands=True, enforcement="hard", **{"judges_all": True, **more})


def gone(at, n=2, why="staging-online was removed from the policy in 3f2a91b0 by Ada"):
    return Definition(at=t(at), push=n, stands=False, why=why)


def change(at, content, n=None, **more):
    name = n if n is not None else f"{content}@{at}"
    return Reached(id=f"update:{name}", at=t(at), content_id=content, **{"commit": f"commit {name}", **more})


def run(at, content, verdict=Verdict.ALLOW, n=None, said=None, phase="hook", **more):
    said = {CHECK: Said(blocking=verdict is Verdict.DENY, summary="staging did not answer")} if said is None else said
    return Run(id=n or round(at * 10_000), at=t(at), verdict=verdict, content_id=content, said=said, phase=phase, **more)


def span(start, end):
    return Span(start=t(start), end=t(end))


def guard(reached=(), runs=(), *, definitions=None, gaps=(), waived=(), now=100.0, since=0.0, watched=None, **more):
    """The fold of a guard proof that was made at `since`."""
    found = passages(reached, runs, gaps)
    facts = ProofFacts(
        mode=Mode.GUARD,
        check=CHECK,
        name="staging-online",
        place="datahub/prod",
        since=t(since),
        definitions=[stands()] if definitions is None else definitions,
        watched=watched,
        waived=waived,
        passages=found,
        runs=runs,
        reported=more.pop("reported", bool(reached) or any(one.phase in ("hook", "exec") for one in runs)),
        **more,
    )
    return fold(facts, now=t(now))[0]


def turns(*states):
    """`(at, "pass")`, …"""
    return [Turn(t(at), n, State(state)) for n, (at, state) in enumerate(states, 1)]


def watching(*states, name="prod-merges-gated", **more):
    last = turns(*states)[-1] if states else None
    standing = CheckStanding(state=last.state if last else State.UNKNOWN, since=last.at if last else None, **more)
    return Watched(name=name, standing=standing, turns=turns(*states), latest=("the branch asks for nothing", None))


def condition(*states, definitions=None, waived=(), now=100.0, since=0.0, **more):
    facts = ProofFacts(
        mode=Mode.CONDITION,
        check=CHECK,
        name="admins-acknowledged",
        place="datahub/prod",
        since=t(since),
        definitions=[stands()] if definitions is None else definitions,
        watched=watching(*states, name="admins-acknowledged", **more),
        waived=waived,
    )
    return fold(facts, now=t(now))[0]
