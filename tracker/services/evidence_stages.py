"""The proofs on one stage, folded together: they rest on the same facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.domain.policy import Mode
from tracker.policy.definitions import Push, Wanted, definitions
from tracker.policy.evidence import ProofFold
from tracker.policy.model import Check as CheckModel
from tracker.policy.proof_facts import Carried, ProofFacts, Watched
from tracker.policy.proving import fold
from tracker.policy.states import CheckStanding
from tracker.policy.states import fold as fold_state
from tracker.policy.wire import from_json, to_json
from tracker.services import evidence_facts
from tracker.services.evidence_facts import StageFacts
from tracker.store.models import ActionItem, Check

BEHIND = timedelta(days=2)  # a fold is carried so far behind: late reports are usual until then
CARRIED_FOR = timedelta(days=3)  # and carried on once it is older than that, so that it is not written every time
SAYS_REQUIRED = "branch_rules"  # the kind of check that says whether the forge requires the gate


@dataclass(frozen=True, slots=True)
class Folded:
    """A proof's fold, what to go on from, and when a person last decided about it by a waiver."""

    fold: ProofFold
    carried: dict[str, Any]
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Policies:
    """What all proofs of a call need of their policies."""

    pushes: Mapping[int, Sequence[Push]]
    required: Mapping[tuple[int, str], int]  # ids of branch_rules checks, by policy and slug
    item_of_key: Mapping[str, int] = field(default_factory=dict)

    def check(self, policy_id: int, slug: str) -> CheckModel | None:
        """The check as the newest version that has it says."""
        return next((found for push in reversed(self.pushes[policy_id]) if (found := push.policy.check(slug))), None)

    def says_required(self, row: Any) -> str | None:
        """The slug of the check that says whether the gate of that stage is required, in the newest version.

        Of several it is the one that names the guard's own contexts: a repo without a policy file has one for each.
        """
        pushes = self.pushes[row.policy_id]
        found = [
            check
            for check in (pushes[-1].policy.checks if pushes else ())
            if check.kind == SAYS_REQUIRED
            and any((row.deployment, row.stage) == (one.id, stage.id) for one, stage in pushes[-1].policy.places(check))
        ]
        guard = self.check(row.policy_id, row.check)
        contexts = set(getattr(guard.with_, "contexts", ())) if guard is not None else set()
        named = [one for one in found if contexts and contexts <= set(getattr(one.with_, "required_checks", ()))]
        return next((one.id for one in [*named, *found]), None)


def fold_stage(
    session: Session, stage_id: int, rows: Sequence[Any], *, at: datetime, whole: bool = False
) -> dict[int, Folded]:
    """Fold the proofs `rows` (store.queries.evidence), which are on that stage; by their ids."""
    policies = _policies(session, rows)
    watches = {row.id: _watch(policies, row) for row in rows}
    newest = evidence_facts.newest_ids(session)
    after = None if whole else _carried_until(session, stage_id, rows)
    facts = evidence_facts.load(
        session,
        stage_id,
        after=after,
        guards={row.check_id for row in rows if row.mode is Mode.GUARD},
        watched={watch for watch, _ in watches.values() if watch is not None},
    )
    return {row.id: _fold(policies, facts, row, watches[row.id], newest, at) for row in rows}


def _policies(session: Session, rows: Sequence[Any]) -> _Policies:
    pushes = evidence_facts.pushes(session, {row.policy_id for row in rows})
    checks = [(policy_id, check) for policy_id, those in pushes.items() for push in those for check in push.policy.checks]
    required: dict[tuple[int, str], int] = {}
    if any(check.kind == SAYS_REQUIRED for _, check in checks):
        wanted = sa.select(Check.policy_id, Check.slug, Check.id).where(
            Check.policy_id.in_(pushes), Check.kind == SAYS_REQUIRED
        )
        required = {(policy_id, slug): check_id for policy_id, slug, check_id in session.execute(wanted)}
    keys = set[str]().union(*(check.keys() for _, check in checks)) - {row.key for row in rows}
    if not keys:
        return _Policies(pushes, required)
    items = sa.select(ActionItem.key, sa.func.coalesce(ActionItem.joined_to, ActionItem.id)).where(ActionItem.key.in_(keys))
    return _Policies(pushes, required, dict(session.execute(items).all()))


def _watch(policies: _Policies, row: Any) -> tuple[int | None, str]:
    """The check whose state matters, by id and slug: a condition's own, a guard's that says that it is required."""
    if row.mode is Mode.CONDITION:
        return row.check_id, row.check
    slug = policies.says_required(row)
    return (policies.required.get((row.policy_id, slug)), slug) if slug is not None else (None, "")


def _carried_until(session: Session, stage_id: int, rows: Sequence[Any]) -> datetime | None:
    """Until when all of them are carried, with nothing having come late since; None: read everything."""
    if not all(row.carried and row.carried.get("at") for row in rows):
        return None
    until = min(datetime.fromisoformat(row.carried["at"]) for row in rows)
    names = {name for row in rows for name in row.carried["seen"]}
    known = {name: min(row.carried["seen"].get(name, 0) for row in rows) for name in names}
    return None if evidence_facts.came_late(session, stage_id, until, known) else until


def _fold(
    policies: _Policies, facts: StageFacts, row: Any, watch: tuple[int | None, str], newest: Mapping[str, int], at: datetime
) -> Folded:
    before = row.carried if facts.after is not None else {}
    moves = facts.after is None or at - facts.after >= CARRIED_FOR
    carry_at = at - BEHIND if moves or facts.after is None else facts.after
    watched, state = _watched(policies, facts, row, watch, before, carry_at, at)
    reported = facts.reported or bool(before.get("reported"))
    folded, carried = fold(
        _proof_facts(policies, facts, row, watched, reported=reported),
        now=at,
        carried=from_json(Carried, before["walk"]) if before else None,
        carry_at=carry_at,
    )
    kept = dict(before)
    if moves:
        kept = {"at": carry_at.isoformat(), "seen": dict(newest), "walk": to_json(carried), "watch": to_json(state)}
        kept["whole"] = at.isoformat() if facts.after is None else before["whole"]
    kept |= {"last": to_json(folded.last), "verify_for": folded.verify_for.total_seconds(), "reported": reported}
    return Folded(folded, kept, facts.decided_at.get(row.check_id))


def _proof_facts(policies: _Policies, facts: StageFacts, row: Any, watched: Watched | None, *, reported: bool) -> ProofFacts:
    check = policies.check(row.policy_id, row.check)
    wanted = Wanted(
        check=row.check,
        deployment=row.deployment,
        stage=row.stage,
        mode=row.mode,
        items=_keys(policies, row) if row.source == "policy" else None,
    )
    return ProofFacts(
        mode=row.mode,
        check=row.check_id,
        name=row.check,
        place=wanted.place,
        since=row.begun,
        until=row.until,
        verify_for=check.verify_for if check is not None else timedelta(days=14),
        definitions=definitions(policies.pushes[row.policy_id], wanted),
        watched=watched,
        waived=facts.waived.get(row.check_id, ()),
        passages=facts.passages if row.mode is Mode.GUARD else (),
        runs=facts.runs,
        reported=reported,
    )


def _keys(policies: _Policies, row: Any) -> frozenset[str]:
    """The keys that mean this item: its own, and those that were joined to it."""
    return frozenset({row.key} | {key for key, item_id in policies.item_of_key.items() if item_id == row.action_item_id})


def _watched(
    policies: _Policies,
    facts: StageFacts,
    row: Any,
    watch: tuple[int | None, str],
    before: Mapping[str, Any],
    carry_at: datetime,
    at: datetime,
) -> tuple[Watched | None, CheckStanding | None]:
    """The watched check's state now, and as of `carry_at`."""
    check_id, slug = watch
    if check_id is None:
        return None, None
    check = policies.check(row.policy_id, slug)
    how: dict[str, Any] = {
        "fail_after": check.fail_after if check else 1,
        "pass_after": check.pass_after if check else 1,
        "fresh_for": check.fresh_for if check else None,
        "now": at,
    }
    seen = facts.seen.get(check_id, ())
    carried = from_json(CheckStanding, before["watch"]) if before.get("watch") else None
    then = fold_state([one for one in seen if one.observed_at <= carry_at], carried=carried, **how)
    now = fold_state([one for one in seen if one.observed_at > carry_at], carried=then, **how)
    latest = facts.latest.get(check_id, ("", None))
    return Watched(name=slug, standing=now, turns=(*then.turns, *now.turns), texts=facts.texts, latest=latest), then
