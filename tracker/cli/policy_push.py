"""Hand a policy in: to the server that TRACKER_SERVER names, else to the local database."""

import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from tracker.cli.context import Context
from tracker.cli.server import Server, segment
from tracker.domain.claims import Role
from tracker.domain.errors import Unreadable
from tracker.policy.git import Repo
from tracker.policy.model import Policy

SECONDS = 60.0  # for the server's answer


def push(
    context: Context, yaml: bytes, policy: Policy, file: Path, *, commit: str | None, author: str | None
) -> Iterator[str]:
    """Put a policy in force, and yield what is to be told about it. Raises `TrackerError`s as they come."""
    folder = Path.cwd() if str(file) == "-" else file.resolve().parent
    repo = Repo.around(folder, os.environ)
    at = commit or (repo.commit_id("HEAD") if repo else None)
    about = repo.about(at) if repo and at and repo.commit_id(at) else None
    written_by = author if author is not None else (about.author if about else "")
    texts = documents(policy, _top(repo, folder))
    if server := Server.of(os.environ):
        body = {"yaml": yaml.decode(), "commit": at, "author": written_by, "texts": texts, "file": str(file)}
        path = f"/api/v1/policies/{segment(policy.name)}"
        answer = server.put(path, body, deadline=time.monotonic() + SECONDS)
        yield from told(policy, answer["digest"], answer["changed"])
    else:
        yield from to_database(context, yaml, policy, str(file), commit=at, author=written_by, texts=texts)


def to_database(
    context: Context, yaml: bytes, policy: Policy, file: str, *, commit: str | None, author: str, texts: Mapping[str, str]
) -> Iterator[str]:
    from tracker.services import policies

    with context.writing(needs=Role.ADMIN) as (session, person):
        pushed = policies.push(
            session,
            yaml,
            policy_name=policy.name,
            commit=commit,
            author=author,
            texts=texts,
            by=person.name,
            seen_by=person,
            file=file,
            at=context.at,
        )
        session.commit()
    yield from told(policy, pushed.digest, pushed.changed)


def told(policy: Policy, digest: str, changed: list[str]) -> Iterator[str]:
    if not changed:
        yield f"{policy.name}@{digest[:8]} is in force already: nothing changed."
        return
    yield f"{policy.name}@{digest[:8]} is in force."
    yield from (f"  {line}" for line in changed)


def documents(policy: Policy, top: Path) -> dict[str, str]:
    """The texts that people acknowledge, by their path from the top of the checkout; those that are not there are left out.

    Raises `Unreadable` for one that is no text: nobody can have read it.
    """
    named = {policy.document, *(getattr(check.with_, "document", None) for check in policy.checks)}
    found: dict[str, str] = {}
    for path in sorted(filter(None, named)):
        file = (top / path).resolve()
        if not file.is_relative_to(top.resolve()) or not file.is_file():
            continue
        try:
            found[path] = file.read_bytes().decode("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise Unreadable(f"{path}: cannot be read as a text ({error}).") from error
    return found


def _top(repo: Repo | None, folder: Path) -> Path:
    """The top of the checkout that a folder is in, else the folder where the command runs."""
    if repo is None:
        return Path.cwd()
    said = repo.ask_or_none("rev-parse", "--show-toplevel")
    return Path(os.fsdecode(said.strip(b"\n"))) if said and said.strip() else folder
