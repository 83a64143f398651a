"""Whether a check stood in its policy, version by version: the quiet way in which measures die is an edit of a file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tracker.domain.policy import Mode
from tracker.policy.model import Check, Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """From `at` on this version is in force."""

    id: int
    at: datetime
    policy: Policy
    commit: str | None = None
    author: str = ""  # of the commit; else whoever pushed


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """From `at` on the check does, or does not, stand in the policy as a proof of the item; `why` says what ended it.

    `judges_all` where every change to the stage is to be judged by it, whatever its ref, paths and type.
    """

    at: datetime
    push: int
    stands: bool
    why: str = ""
    enforcement: str = ""
    judges_all: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What has to stand: the check, by its present id, on a stage, and naming the item where the policy made the proof."""

    check: str
    deployment: str
    stage: str
    mode: Mode
    items: frozenset[str] | None = None  # its key, and the keys of what was joined to it

    @property
    def place(self) -> str:
        return f"{self.deployment}/{self.stage}"


def definitions(pushes: Iterable[Push], wanted: Wanted) -> list[Definition]:
    """The versions in force in their order, each with whether the check stands in it."""
    in_order = sorted(pushes, key=lambda push: (push.at, push.id))
    names = _names(in_order, wanted.check)
    return [_definition(push, names, wanted) for push in in_order]


def _names(pushes: Sequence[Push], check: str) -> frozenset[str]:
    """The ids that the check has had, followed back by `was`."""
    names = {check}
    for push in reversed(pushes):
        names |= {one.was for one in push.policy.checks if one.id in names and one.was}
    return frozenset(names)


def _definition(push: Push, names: frozenset[str], wanted: Wanted) -> Definition:
    found = [check for check in push.policy.checks if check.id in names]
    check = next((one for one in found if one.id == wanted.check), found[0] if found else None)
    why = _missing(push, check, wanted)
    if check is None or why:
        return Definition(at=push.at, push=push.id, stands=False, why=f"{why} {_by(push)}".strip())
    to = check.applies_to
    judges_all = not (to.refs or to.changed_paths or to.change_types)
    return Definition(at=push.at, push=push.id, stands=True, enforcement=check.enforcement.value, judges_all=judges_all)


def _missing(push: Push, check: Check | None, wanted: Wanted) -> str:
    if check is None:
        return f"{wanted.check} was removed from the policy"
    if wanted.mode is Mode.GUARD and not check.enforcement.blocks:
        return f"{wanted.check} was softened to advisory"
    if wanted.mode is Mode.GUARD and check.mode is not Mode.GUARD:
        return f"{wanted.check} was made a condition, which holds no change back"
    places = push.policy.places(check) if wanted.items is None else push.policy.places_proven(check)
    if wanted.place not in {f"{deployment.id}/{stage.id}" for deployment, stage in places}:
        return f"{wanted.check} was taken off {wanted.place}"
    if wanted.items is not None and wanted.items.isdisjoint(check.keys()):
        return f"{wanted.check} no longer says that it proves {' or '.join(sorted(wanted.items))}"
    return ""


def _by(push: Push) -> str:
    where = f"in {push.commit[:8]}" if push.commit else ""
    return f"{where} by {push.author}".strip() if push.author else where
