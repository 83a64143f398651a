"""The half of `tracker prove` that asks a forge: an item is proven by what CI does already, without a policy file."""

import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from tracker.cli.context import Context
from tracker.cli.report import printable
from tracker.cli.server import Server
from tracker.domain.claims import Role
from tracker.domain.policy import Standing

SECONDS = 120.0  # for the server, which asks the forge meanwhile
WORDS = {"defined": "defined", "required": "required", "exercised": "exercised", "last_bit": "last refused"}


def prove_by_forge(
    context: Context, key: str, *, repo: str, branch: str, contexts: Sequence[str], forge: str | None = None
) -> Iterator[str]:
    """Prove the item `key` by statuses or check runs on a repo's branch; yields what to print. Raises `TrackerError`s."""
    if server := Server.of(os.environ):
        body = {"item": key, "repo": repo, "branch": branch, "contexts": list(contexts), "forge": forge}
        told = server.post("/api/v1/proofs/forge", body, deadline=time.monotonic() + SECONDS)
        yield from _lines(told["item"], told["place"], told["proofs"], told["jobs"])
        return
    from tracker.services import action_items, forge_watches
    from tracker.services.forges import forges_of

    target = forge_watches.target_of(repo, branch, contexts, forge)
    with context.reading(needs=Role.EDITOR) as (session, person):
        action_items.find(session, key, person)
    looked = forge_watches.first_look(forges_of(context.settings), target)
    with context.writing(needs=Role.EDITOR) as (session, person):
        item = action_items.find(session, key, person)
        made = forge_watches.prove(session, item, target, looked, by=person, at=context.at)
        answers = forge_watches.answers(session, made)
        proofs = [
            {"check": slug, "standing": state.standing.value, "because": state.because, "answers": state.answers}
            for slug, state in answers
        ]
        session.commit()
        lines = list(_lines(item.key, target.place, proofs, forge_watches.jobs_to_copy(target, looked)))
    yield from lines


def _lines(key: str, place: str, proofs: Iterable[Mapping[str, Any]], jobs: Iterable[str]) -> Iterator[str]:
    for proof in proofs:
        yield f"{key} is proven by {printable(proof['check'])} ({printable(place)})."
        for name, word in WORDS.items():
            if answer := proof["answers"].get(name):
                said = "" if answer["answer"] == "none" else f"{answer['answer']}: "
                yield f"  {word:13} {said}{printable(answer['text'])}"
        if proof["standing"] == Standing.HOLDING:
            yield f"  It holds: {printable(proof['because'])}."
        elif proof["because"]:
            yield f"  It does not hold yet: {printable(proof['because'])}."
    for job in jobs:
        yield "  It was not seen to run there. If there is no such job yet, this makes it; then let the branch require it:"
        yield "".join(f"\n    {line}" for line in job.splitlines()) + "\n"
