"""Evidence kept up: what proofs say of items, folded again when something happened, cached, and told where it broke.

The fold is pure (tracker.policy.proving, tracker.policy.evidence); what it reads is bounded (evidence_facts). A check never
changes a claim or a document. Each break is told once, by an event; who reads the page or the log sees it.
"""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.domain.claims import Claim
from tracker.domain.policy import Mode, Outcome, Standing
from tracker.policy.evidence import Break, ItemFold, ProofFold
from tracker.policy.evidence import item as item_fold
from tracker.policy.wire import from_json, to_json
from tracker.services.events import event_row, new_batch
from tracker.services.evidence_decisions import seen
from tracker.services.evidence_stages import SAYS_REQUIRED, Folded, fold_stage
from tracker.store.models import ActionItem, Check, Event, Evidence, GateResult, GateRun, ItemOwner, ProofState, Stage
from tracker.store.queries.evidence import proofs_of_items, proofs_on_stages
from tracker.store.queries.evidence_facts import IS_THERE

__all__ = ["refresh", "seen"]

log = logging.getLogger("tracker.told")
ONCE_A_DAY = timedelta(hours=24)
ANEW = timedelta(hours=24)  # a tick folds everything from its beginning once a day, whatever was carried


def refresh(
    session: Session,
    *,
    stages: Iterable[Stage | int] | None = None,
    items: Iterable[ActionItem | int] | None = None,
    check: Check | None = None,
    run: GateRun | None = None,
    at: datetime,
    whole: bool = False,
) -> None:
    """Fold again what is proven on `stages`, or of `items` (neither: everything), update the caches, tell of new breaks.

    With `check` nothing has happened but an observation of it, with `run` nothing but that the gate decided. About twenty
    statements for each stage, over what happened there in the last days; `whole` reads all that was ever kept. Two who
    refresh one stage take turns, so that a break is told once.
    """
    session.flush()
    items = list(items) if items is not None else None
    rows = session.execute(_affected(stages, items)).all()
    _forget(session, {_id(one) for one in items or ()} - {row.action_item_id for row in rows})
    if not rows or (check is not None and not any(_hangs_on(row, check) for row in rows)):
        return
    if run is not None and not _is_news(session, run, rows):
        return
    by_stage: defaultdict[int, list[Any]] = defaultdict(list)
    asked = {_id(one) for one in stages} if stages is not None else None
    for row in rows:
        if asked is None or row.stage_id in asked:
            by_stage[row.stage_id].append(row)
    _take_turns(session, by_stage)
    folded: dict[int, Folded] = {}
    for stage_id, proofs in sorted(by_stage.items()):
        anew = whole or (stages is None and items is None and _is_old(proofs, at))
        folded |= fold_stage(session, stage_id, _fresh(session, proofs), at=at, whole=anew)
    _keep_proofs(session, rows, folded)
    _keep_items(session, rows, folded, at)


def _forget(session: Session, item_ids: Collection[int]) -> None:
    """Items that nothing proves any more: what did was another item's after all."""
    if item_ids:
        session.execute(sa.delete(Evidence).where(Evidence.action_item_id.in_(item_ids)))


def _affected(stages: Iterable[Stage | int] | None, items: Iterable[ActionItem | int] | None) -> Any:
    """The proofs of every item that is concerned, on whatever stage."""
    if items is not None:
        return proofs_of_items([_id(one) for one in items])
    return proofs_on_stages([_id(one) for one in stages] if stages is not None else None)


def _is_news(session: Session, run: GateRun, rows: Sequence[Any]) -> bool:
    """Whether a decision says anything yet: a refusal does, a yes only once its change is there (it came late, then), or
    where a check was asked whose state is a condition."""
    if run.verdict is None or not run.verdict.lets_through:
        return True
    conditions = {row.check_id for row in rows if row.mode is Mode.CONDITION}
    asked = sa.exists().where(GateResult.gate_run_id == run.id, GateResult.check_id.in_(conditions))
    if conditions and session.scalar(sa.select(asked.where(GateResult.outcome != Outcome.ERROR))):
        return True
    commits = [run.new_commit, *run.commits]
    about = {"stage": run.stage_id, "content": run.content_id, "commits": commits, "pull": run.pull_request}
    return bool(session.scalar(IS_THERE, about))


def _hangs_on(row: Any, check: Check) -> bool:
    """Whether the state of `check` matters to a proof; what a guard watches does not."""
    return row.check_id == check.id if row.mode is Mode.CONDITION else check.kind == SAYS_REQUIRED


def _id(one: Stage | ActionItem | int) -> int:
    return one if isinstance(one, int) else one.id


def _take_turns(session: Session, stage_ids: Iterable[int]) -> None:
    if session.get_bind().dialect.name == "sqlite":
        return  # its one writer has its turn
    session.execute(sa.select(Stage.id).where(Stage.id.in_(list(stage_ids))).order_by(Stage.id).with_for_update())


def _fresh(session: Session, proofs: Sequence[Any]) -> Sequence[Any]:
    """As they are now that it is our turn."""
    if session.get_bind().dialect.name == "sqlite":
        return proofs
    stage, ids = proofs[0].stage_id, {one.id for one in proofs}
    return [row for row in session.execute(proofs_on_stages([stage])) if row.id in ids]


def _is_old(proofs: Sequence[Any], at: datetime) -> bool:
    whole = [datetime.fromisoformat(one.carried["whole"]) for one in proofs if one.carried]
    return len(whole) < len(proofs) or at - min(whole) >= ANEW


def _keep_proofs(session: Session, rows: Sequence[Any], folded: Mapping[int, Folded]) -> None:
    for row in rows:
        if (one := folded.get(row.id)) is None:
            continue
        values = {
            "standing": one.fold.standing,
            "since": one.fold.since,
            "because": one.fold.because,
            "waived_until": one.fold.waived_until,
            "answers": {name: to_json(answer) for name, answer in one.fold.answers.items()},
            "carried": one.carried,
        }
        if row.standing is None:
            session.execute(sa.insert(ProofState).values(proof_id=row.id, **values))
        elif changed := {name: value for name, value in values.items() if getattr(row, name) != value}:
            update = sa.update(ProofState).where(ProofState.proof_id == row.id).values(**changed)
            session.execute(update, execution_options={"synchronize_session": False})


def _keep_items(session: Session, rows: Sequence[Any], folded: Mapping[int, Folded], at: datetime) -> None:
    proofs: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        proofs[row.action_item_id].append(row)
    wanted = sa.select(Evidence).where(Evidence.action_item_id.in_(list(proofs)))
    known = {one.action_item_id: one for one in session.scalars(wanted.execution_options(populate_existing=True))}
    for item_id, its in proofs.items():
        folds = [(row, folded[row.id].fold if row.id in folded else _as_cached(row, at)) for row in its]
        fold = item_fold(
            [one for row, one in folds if row.until is None], [one for row, one in folds if row.until is not None]
        )
        evidence = known.get(item_id)
        if evidence is None:
            evidence = Evidence(action_item_id=item_id, standing=Standing.NONE)
            session.add(evidence)
        decided = [folded[row.id].decided_at for row in its if row.id in folded]
        _keep_item(session, evidence, its[0], fold, [one for one in decided if one is not None], at)
    session.flush()


def _as_cached(row: Any, at: datetime) -> ProofFold:
    """A proof on a stage where nothing happened, as it was folded last."""
    if not row.carried:
        return ProofFold(standing=Standing.NONE)
    last = row.carried.get("last")
    return ProofFold(
        standing=row.standing,
        since=row.since,
        because=row.because,
        verify_for=timedelta(seconds=row.carried["verify_for"]),
        waived_until=row.waived_until if row.waived_until is not None and row.waived_until > at else None,
        last=from_json(Break, last) if last else None,
    )


def _keep_item(
    session: Session, evidence: Evidence, row: Any, fold: ItemFold, decided: Sequence[datetime], at: datetime
) -> None:
    was = evidence.standing
    new = _unknown(session, evidence.action_item_id, fold.breaks)
    events = [_event(row, "broke", one.because, at, new=_told_as(one)) for one in new]
    evidence.standing, evidence.since, evidence.because = fold.standing, fold.since, fold.because
    evidence.verified_from, evidence.waived_until = fold.verified_from, fold.waived_until
    evidence.broke_at = fold.last.at if fold.last else None
    evidence.broke_because = fold.last.because if fold.last else ""
    evidence.broke_url = fold.last.url if fold.last else None
    evidence.decided_at = max([*decided, *([evidence.decided_at] if evidence.decided_at else [])], default=None)
    if fold.standing is Standing.HOLDING and (new or was is Standing.BROKEN):
        events.append(_event(row, "holds_again", fold.because, at, new={"since": _iso(fold.since)}))
    if row.claim is Claim.DONE and _is_regressed(evidence):
        events += _tell(session, evidence, row, bool(new), at)
    if events:
        session.execute(sa.insert(Event), events)


def _is_regressed(evidence: Evidence) -> bool:
    return evidence.broke_at is not None and (evidence.decided_at is None or evidence.broke_at > evidence.decided_at)


def _unknown(session: Session, item_id: int, breaks: Sequence[Break]) -> list[Break]:
    """Those that were not told of yet: a break whose moment was corrected by a late report is no new one."""
    if not breaks:
        return []
    wanted = sa.select(Event.new).where(Event.action_item_id == item_id, Event.verb == "broke")
    known = [(one["cause"], datetime.fromisoformat(one["at"])) for one in session.scalars(wanted) if one]
    return [one for one in breaks if not any(one.is_known_by(cause, moment) for cause, moment in known)]


def _tell(session: Session, evidence: Evidence, row: Any, new: bool, at: datetime) -> list[dict[str, Any]]:
    """A line for its owner, on the page and in the log: of each break once, and no more than one a day."""
    if evidence.told_at is not None:
        broke = sa.select(sa.func.max(Event.at)).where(
            Event.action_item_id == evidence.action_item_id, Event.verb == "broke"
        )
        last: datetime | None = at if new else session.scalar(broke)
        if at - evidence.told_at < ONCE_A_DAY or last is None or last <= evidence.told_at:
            return []
    names = sa.select(ItemOwner.name).where(ItemOwner.action_item_id == evidence.action_item_id).order_by(ItemOwner.n)
    owners = list(session.scalars(names))
    evidence.told_at = at
    whom = ", ".join(owners) or "nobody, since it has no owner"
    log.warning("%s is done and no longer in force (told %s): %s", row.key, whom, evidence.broke_because)
    return [_event(row, "told", evidence.broke_because, at, new={"owners": owners})]


def _told_as(one: Break) -> dict[str, Any]:
    return {"at": _iso(one.at), "cause": one.cause, "url": one.url}


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None


def _event(row: Any, verb: str, because: str, at: datetime, *, new: dict[str, Any]) -> dict[str, Any]:
    return event_row(verb, by=None, at=at, batch=new_batch(), item_id=row.action_item_id, new=new, because=because)
