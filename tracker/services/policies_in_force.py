"""Which policies are in force, and what a version says. Putting one in force is tracker.services.policies."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.domain.errors import Conflict, NotFound
from tracker.policy import model
from tracker.store.models import Deployment, Policy, PolicyVersion
from tracker.store.queries import policies as queries

NO_POLICY = "No policy is in force here yet: send one with `tracker policy push policy/*.yaml`."


@dataclass(frozen=True, slots=True)
class InForce:
    """A policy as it is in force: what the text says, its version, and the row of the policy."""

    policy: model.Policy
    version: PolicyVersion
    row: Policy


def find_version(session: Session, row: Policy, digest: str) -> PolicyVersion | None:
    return session.scalar(sa.select(PolicyVersion).where(PolicyVersion.policy_id == row.id, PolicyVersion.digest == digest))


def parsed(version: PolicyVersion) -> model.Policy:
    """What a version says; those that were asked for lately are not read again."""
    return _parsed(version.digest, _Carried(version.parsed))


def in_force(session: Session, policy_name: str) -> InForce:
    """Raises `NotFound` where no policy of that name is in force."""
    row = session.scalar(sa.select(Policy).where(Policy.name == policy_name))
    version = version_in_force(session, row) if row is not None else None
    if row is None or version is None:
        raise NotFound(f"No policy called {policy_name} is in force here: send it with `tracker policy push`.")
    return InForce(parsed(version), version, row)


def all_in_force(session: Session) -> list[InForce]:
    """Every policy that is in force, by name; two statements."""
    rows = session.scalars(queries.in_force()).all()
    wanted = sa.select(PolicyVersion).where(PolicyVersion.id.in_([row.version_id for row in rows]))
    versions = {one.id: one for one in session.scalars(wanted)}
    return [InForce(parsed(versions[row.version_id]), versions[row.version_id], row) for row in rows if row.version_id]


def of_deployment(session: Session, name: str, policy: str | None = None) -> tuple[InForce, Deployment]:
    """The policy in force that has a deployment of that id or alias, and the deployment's row.

    Raises `NotFound`, with the names that there are, or `Conflict` where several policies have one and none is named.
    """
    every = [in_force(session, policy)] if policy is not None else all_in_force(session)
    found = [(one, deployment) for one in every if (deployment := one.policy.deployment(name)) is not None]
    if not found:
        known = ", ".join(sorted(deployment.id for one in every for deployment in one.policy.deployments))
        raise NotFound(f"There is no deployment {name}: there is {known}." if known else NO_POLICY)
    if len(found) > 1:
        names = ", ".join(one.policy.name for one, _ in found)
        raise Conflict(f"Several policies have a deployment {name}: name one of {names} with --policy.")
    chosen, deployment = found[0]
    query = sa.select(Deployment).where(Deployment.policy_id == chosen.row.id, Deployment.slug == deployment.id)
    return chosen, session.scalars(query).one()


def version_in_force(session: Session, row: Policy) -> PolicyVersion | None:
    return session.get(PolicyVersion, row.version_id) if row.version_id is not None else None


class _Carried:
    """Carries a version's values past the cache's key, which is the digest of its text."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Carried)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=256)
def _parsed(_digest: str, carried: _Carried) -> model.Policy:
    return model.policy_from(carried.values)
