"""What the pages of policies show: the board of deployments, stages and checks; one stage, with all that is known of it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain.errors import NotFound
from tracker.domain.policy import Mode, Outcome, State
from tracker.policy.coverage import Passage, Reached, Run, passages
from tracker.policy.model import Check, Policy
from tracker.policy.windows import Freeze, freeze
from tracker.services.policies_in_force import parsed
from tracker.store.models import Person
from tracker.store.queries import gate_pages as gates
from tracker.store.queries import policy_pages as queries

FORGE = "forge:"  # the name of a policy that no file states (services.forge_watches)
CHANGES = 30  # shown on the page of a stage
RUNS = 300  # looked at to say which of them went through the gate
RUNS_SHOWN = 12
COUNTED = timedelta(days=90)  # overrides and waivers of that time stand on the page


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckHere:
    """A check on a stage: what it asks, and how it stands."""

    check: Check
    row: Any  # of queries.states

    @property
    def keys(self) -> list[str]:
        """The items that it proves there, as far as the person may see them."""
        return sorted((self.row.keys or "").split(), key=lambda key: (len(key), key))

    def word(self, at: datetime) -> str:
        """How it stands, in one word: waived, pass, fail, stale, error (could not find out), unknown (nobody asked yet)."""
        if self.row.waived_until:
            return "waived"
        if self.row.state in (None, State.UNKNOWN):
            return "error" if self.row.outcome is Outcome.ERROR else "unknown"
        if self.row.fresh_until is not None and self.row.fresh_until < at:
            return "stale"
        return "pass" if self.row.state is State.PASS else "fail"

    @property
    def judges(self) -> bool:
        """It is asked at the gate; failing there is its work, and no alarm."""
        return self.check.mode is Mode.GUARD


@dataclass(frozen=True, slots=True, kw_only=True)
class StageHere:
    row: Any  # of queries.stages_in_force
    checks: Mapping[str, CheckHere]
    freeze: Freeze | None  # None where no check looks at a window

    @property
    def where(self) -> str:
        return f"{self.row.deployment}/{self.row.slug}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentHere:
    slug: str
    title: str
    repo: str | None
    stages: Sequence[StageHere]

    @property
    def checks(self) -> list[Check]:
        """Every check that applies to one of the stages, in the order of the file."""
        found = {one.check.id: one.check for stage in self.stages for one in stage.checks.values()}
        return list(found.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyHere:
    row: Any  # of queries.policies_in_force
    policy: Policy | None  # None where no file states it: the forge does
    deployments: Sequence[DeploymentHere]

    @property
    def name(self) -> str:
        return str(self.row.name).removeprefix(FORGE)

    @property
    def is_of_forge(self) -> bool:
        return str(self.row.name).startswith(FORGE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change that reached a stage, and whether it went through the gate."""

    row: Any  # of gate_pages.changes_of
    word: str  # gated, past, unknown, same, failed
    run: Any | None  # the run that let it through, or turned it away


@dataclass(frozen=True, slots=True, kw_only=True)
class StagePage:
    policy: PolicyHere
    stage: StageHere
    texts: Sequence[str]  # paths of what people acknowledge for this stage
    changes: Sequence[Change] = ()
    runs: Sequence[Any] = ()

    @property
    def where(self) -> str:
        return self.stage.where

    @property
    def ungated(self) -> list[Change]:
        return [change for change in self.changes if change.word == "past"]

    def contents(self) -> dict[str, str]:
        """The contents that came to this gate or stage, newest first, each with a line about it."""
        found: dict[str, str] = {}
        for row in [*self.runs, *(change.row for change in self.changes)]:
            if row.content_id:
                found.setdefault(row.content_id, f"{row.content_id[:8]}: {row.subject or 'no subject'}"[:120])
        return found

    def of_content(self, content_id: str | None) -> Any | None:
        """The newest run, else change, of that content."""
        rows = [*self.runs, *(change.row for change in self.changes)]
        return next((row for row in rows if content_id and row.content_id == content_id), None)

    @property
    def now(self) -> Any | None:
        """What is there now, as far as anybody reported it."""
        return next((change.row for change in self.changes if change.row.status in (None, "success")), None)


def board(session: Session, person: Person | None, *, at: datetime) -> list[PolicyHere]:
    """Everything in force: policies, their deployments, stages and checks. Three statements."""
    policies = session.execute(queries.policies_in_force()).all()
    stages = session.execute(queries.stages_in_force(at - COUNTED)).all()
    states = {(row.stage_id, row.slug): row for row in session.execute(queries.states(person, at=at))}
    return [_policy_here(row, [s for s in stages if s.policy_id == row.id], states, at) for row in policies]


def stage_here(session: Session, where: str, person: Person | None, *, at: datetime) -> StagePage:
    """`where` is DEPLOYMENT/STAGE, either of which may have slashes: its checks, not its history. Three statements.

    Raises `NotFound`.
    """
    stages = session.execute(queries.stages_in_force(at - COUNTED)).all()
    row = next((stage for stage in stages if f"{stage.deployment}/{stage.slug}" == where), None)
    if row is None:
        raise NotFound(f"There is no stage {where}. The policy page lists them all.")
    policy = next(one for one in session.execute(queries.policies_in_force()) if one.id == row.policy_id)
    states = {(one.stage_id, one.slug): one for one in session.execute(queries.states(person, stage_id=row.id, at=at))}
    here = _policy_here(policy, [row], states, at)
    stage = here.deployments[0].stages[0]
    texts = sorted({str(d) for one in stage.checks.values() if (d := getattr(one.check.with_, "document", None))})
    return StagePage(policy=here, stage=stage, texts=texts)


def stage_page(session: Session, where: str, person: Person | None, *, at: datetime) -> StagePage:
    """`stage_here`, with what reached the stage and what was asked at its gate: two statements more."""
    page = stage_here(session, where, person, at=at)
    changes, runs = _changes(session, page.stage.row.id)
    return replace(page, changes=changes, runs=runs[:RUNS_SHOWN])


def _policy_here(
    row: Any,
    stages: Sequence[Any],
    states: Mapping[tuple[int, str], Any],
    at: datetime,
) -> PolicyHere:
    policy = parsed(row)
    by_deployment: defaultdict[str, list[Any]] = defaultdict(list)
    for stage in stages:
        by_deployment[stage.deployment].append(stage)
    deployments = [
        DeploymentHere(
            slug=slug,
            title=rows[0].title,
            repo=rows[0].repo,
            stages=[_stage_here(policy, one, states, at) for one in rows],
        )
        for slug, rows in by_deployment.items()
    ]
    return PolicyHere(row=row, policy=policy, deployments=deployments)


def _stage_here(policy: Policy, row: Any, states: Mapping[tuple[int, str], Any], at: datetime) -> StageHere:
    here = {
        check.id: CheckHere(check=check, row=state)
        for check in policy.checks
        if any((d.id, s.id) == (row.deployment, row.slug) for d, s in policy.places(check))
        and (state := states.get((row.id, check.id))) is not None
    }
    windows = [window for one in here.values() for window in getattr(one.check.with_, "windows", ())]
    return StageHere(row=row, checks=here, freeze=freeze(policy, windows, at) if windows else None)


def _changes(session: Session, stage_id: int) -> tuple[list[Change], list[Any]]:
    """The last changes, newest first, each with the run that it went through; and the last runs."""
    rows = session.execute(gates.changes_of(stage_id, CHANGES)).all()
    runs = session.execute(gates.runs_of(stage_id).limit(RUNS)).all()
    by_id = {run.id: run for run in runs}
    asked = [_run(run) for run in runs if not run.dry_run]
    found = passages([_reached(row) for row in rows], asked)
    by_change = {f"{row.kind}:{row.id}": row for row in rows}
    changes = [_change(passage, by_change[passage.change.id], by_id) for passage in reversed(found)]
    return changes, list(runs)


def _change(passage: Passage, row: Any, runs: Mapping[int, Any]) -> Change:
    """How it came there. A deploy that failed after an allow was gated, and never ran there."""
    through = next((run for run in reversed(passage.let_through)), None)
    away = next((run for run in reversed(passage.turned_away)), None)
    if row.status == "failure":
        word = "failed"
    elif through is not None or passage.change.confirmed:
        word = "gated"
    elif passage.repeats:
        word = "same"
    else:
        word = "unknown" if row.in_gap else "past"
    shown = through or away
    return Change(row=row, word=word, run=runs.get(shown.id) if shown else None)


def _reached(row: Any) -> Reached:
    return Reached(
        id=f"{row.kind}:{row.id}",
        at=row.at,
        content_id=row.content_id,
        commit=row.commit,
        pull_request=row.pull_request,
        source=row.source,
        run_id=row.run_id,
        confirmed=row.confirmed_by is not None,
    )


def _run(row: Any) -> Run:
    return Run(
        id=row.id,
        at=row.at,
        verdict=row.verdict,
        content_id=row.content_id,
        commits=frozenset([*row.commits, *([row.new_commit] if row.new_commit else [])]),
        pull_request=row.pull_request,
        phase=row.phase,
    )
