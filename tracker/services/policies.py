"""Policies: taking in a version, and which one is in force.

A policy is its `name`; a version is a text, by its digest; the version pushed last is in force. What a gate judges by comes
from the protected side of the repo (POLICY §2.2), so a text may be seen at a gate before, or without, being pushed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain.errors import Invalid
from tracker.policy import model
from tracker.policy.lint import lint
from tracker.policy.load import Loaded, Problem, load
from tracker.policy.wire import texts_are_whole
from tracker.services import evidence, observations, proofs
from tracker.services.policies_in_force import (
    InForce,
    all_in_force,
    find_version,
    in_force,
    of_deployment,
    parsed,
    version_in_force,
)
from tracker.services.policy_changes import changes
from tracker.services.policy_rows import keep_in_step
from tracker.services.proven_items import misfits
from tracker.store.models import Person, Policy, PolicyPush, PolicyText, PolicyVersion
from tracker.store.queries import policies as queries

__all__ = [
    "InForce",
    "Pushed",
    "all_in_force",
    "find_version",
    "in_force",
    "of_deployment",
    "parsed",
    "push",
    "readable",
    "store",
]

MAX_TEXT = 1024 * 1024  # characters of a document that people acknowledge


@dataclass(frozen=True, slots=True)
class Pushed:
    """`changed` are sentences, empty where that version was in force already; `problems` are warnings of the linter."""

    digest: str
    version: PolicyVersion
    changed: list[str]
    problems: tuple[Problem, ...]


def push(
    session: Session,
    yaml: bytes,
    *,
    policy_name: str | None = None,
    commit: str | None = None,
    author: str = "",
    texts: Mapping[str, str] | None = None,
    by: str = "",
    seen_by: Person | None = None,
    file: str = "policy.yaml",
    at: datetime,
) -> Pushed:
    """Put a text in force, and the documents that people acknowledge, as they are now, by path.

    `seen_by` is the person who pushes, None for CI: a key is only compared with items that they may see. Raises `Invalid`
    naming file and line for a text with errors, for another name than `policy_name`, and for `proves` that do not fit
    their items. Pushing what is in force already is fine and changes nothing.
    """
    loaded = readable(yaml, file, lint)
    policy = loaded.policy
    assert policy is not None
    if policy_name not in (None, policy.name):
        raise Invalid(f"The text is the policy {policy.name}, and it was sent as {policy_name}.", "name")
    if wrong := list(misfits(session, policy, loaded.source, seen_by=seen_by)):
        raise Invalid("\n".join(map(str, wrong)), "proves")
    row = queries.locked_policy(session, policy.name)
    queries.lock_stages_of(session, row.id)
    before = version_in_force(session, row)
    version = store(session, row, loaded, yaml.decode(), at=at)
    changed = [] if before and before.id == version.id else changes(parsed(before) if before else None, policy)
    _take_texts(session, row, policy, texts or {}, at=at)
    if before is None or before.id != version.id:
        session.add(PolicyPush(policy_id=row.id, version_id=version.id, at=at, commit=commit, author=author, by=by))
        _put_in_force(session, InForce(policy, version, row), at=at)
    stages = [stage for _, stage in session.execute(queries.places(row.id))]
    evidence.refresh(session, stages=stages, at=at)
    return Pushed(loaded.digest, version, changed, loaded.problems)


def _put_in_force(session: Session, there: InForce, *, at: datetime) -> None:
    there.row.version_id = there.version.id
    keep_in_step(session, there.row, there.policy, at=at)
    proofs.from_policy(session, there.row, there.version, at)
    observations.fold_again(session, there, at=at)


def readable(yaml: bytes, file: str = "policy.yaml", read: Callable[[bytes, str], Loaded] = load) -> Loaded:
    """What a text says. Raises `Invalid` with every error and its line; read by `lint` what loads may be wrong, too."""
    loaded = read(yaml, file)
    errors = [one for one in loaded.problems if one.severity == "error"]
    if loaded.policy is None or errors:
        said = "\n".join(f"{one.file}:{one.line}: {one.message}" + (f" {one.fix}" if one.fix else "") for one in errors)
        raise Invalid(said or f"{file} is no policy.", "yaml")
    texts_are_whole(loaded.policy.model_dump(mode="json", by_alias=True), file)
    return loaded


def store(session: Session, row: Policy, loaded: Loaded, yaml: str, *, at: datetime) -> PolicyVersion:
    """The version of that text, once for each digest; putting it in force is another matter."""
    known = find_version(session, row, loaded.digest)
    if known is not None:
        return known
    assert loaded.policy is not None
    values: dict[str, Any] = loaded.policy.model_dump(mode="json", by_alias=True)
    version = PolicyVersion(policy_id=row.id, digest=loaded.digest, yaml=yaml, parsed=values, received_at=at)
    session.add(version)
    session.flush()
    return version


def _take_texts(session: Session, row: Policy, policy: model.Policy, texts: Mapping[str, str], *, at: datetime) -> None:
    """Keep each text that differs from the one before it. Only documents that the policy names are taken."""
    wanted = documents_of(policy)
    current = {one.path: one for one in session.scalars(queries.texts_of(row.id))}  # the last one of a path wins
    for path, body in texts.items():
        if path not in wanted:
            raise Invalid(
                f"The policy {policy.name} names no document {path}: it names {', '.join(sorted(wanted))}.", "texts"
            )
        if len(body) > MAX_TEXT:
            raise Invalid(f"{path} is longer than {MAX_TEXT} characters.", "texts")
        digest = sha256(body.encode()).hexdigest()
        if path not in current or current[path].sha256 != digest:
            session.add(PolicyText(policy_id=row.id, path=path, sha256=digest, body=body, at=at))
    session.flush()


def documents_of(policy: model.Policy) -> set[str]:
    """The paths of the documents that people acknowledge."""
    named = {getattr(check.with_, "document", None) for check in policy.checks} | {policy.document}
    return {path for path in named if path}
