"""What a new version of a policy changes, in sentences, the quiet weakening of a check first of all."""

from collections.abc import Iterator
from typing import Any

from tracker.policy import model

STRENGTH = {"advisory": 0, "soft": 1, "hard": 2}


def changes(old: model.Policy | None, new: model.Policy) -> list[str]:
    """One sentence for each check, deployment and other part that differs; empty for the same policy."""
    if old is None:
        return [f"{len(new.checks)} checks for {', '.join(one.id for one in new.deployments)}: the first version"]
    said = [*_checks(old, new), *_deployments(old, new)]
    before, after = _parts(old), _parts(new)
    said += [f"{name} changed" for name in after if before.get(name) != after[name]]
    return said


def _checks(old: model.Policy, new: model.Policy) -> Iterator[str]:
    earlier = {one.id: one for one in old.checks}
    for check in new.checks:
        name = check.id if check.id in earlier else check.was
        before = earlier.pop(name, None) if name else None
        if before is None:
            yield f"check {check.id} added ({check.enforcement.value})"
            continue
        renamed = f"check {before.id} is now {check.id}" if before.id != check.id else f"check {check.id}"
        if differences := list(_fields(_plain(before), _plain(check))):
            yield f"{renamed}: {', '.join(differences)}"
        elif before.id != check.id:
            yield renamed
    yield from (f"check {name} removed" for name in earlier)


def _fields(before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    for name in after:
        if before[name] == after[name]:
            continue
        if name == "enforcement":
            weaker = STRENGTH[after[name]] < STRENGTH[before[name]]
            yield f"{'softened' if weaker else 'hardened'} from {before[name]} to {after[name]}"
        else:
            yield f"{name} changed"


def _plain(check: model.Check) -> dict[str, Any]:
    return check.model_dump(mode="json", by_alias=True, exclude={"id", "was"})


def _deployments(old: model.Policy, new: model.Policy) -> Iterator[str]:
    earlier = {one.id: one for one in old.deployments}
    for one in new.deployments:
        before = earlier.pop(one.id, None)
        if before is None:
            yield f"deployment {one.id} added"
        elif before != one:
            yield f"deployment {one.id} changed"
    yield from (f"deployment {name} removed" for name in earlier)


def _parts(policy: model.Policy) -> dict[str, Any]:
    return policy.model_dump(mode="json", by_alias=True, exclude={"checks", "deployments"})
