"""A proof made out of what a forge knows, for a person's own token."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, g
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tracker.domain.claims import Role
from tracker.domain.errors import Forbidden
from tracker.services import action_items, forge_watches, tokens
from tracker.services.forges import forges_of
from tracker.store.models import ActionItem, Person
from tracker.web.api.asked import body_as, reading, token_required, writing
from tracker.web.scope import settings

bp = Blueprint("forge_proofs", __name__)


@dataclass(frozen=True, kw_only=True)
class ForgeProof:
    item: str
    repo: str
    branch: str
    contexts: tuple[str, ...]
    forge: str | None = None


@bp.post("/proofs/forge")
@token_required
def prove() -> ResponseReturnValue:
    """Ask the forge, and prove the item by what it tells. Nobody who may not do it makes this server ask."""
    sent = body_as(ForgeProof)
    target = forge_watches.target_of(sent.repo, sent.branch, sent.contexts, sent.forge)
    with reading() as session:
        _item(session, sent.item)
    looked = forge_watches.first_look(forges_of(settings()), target)
    with writing() as session:
        item, by = _item(session, sent.item)
        made = forge_watches.prove(session, item, target, looked, by=by, at=g.at)
        told = [_told(slug, state) for slug, state in forge_watches.answers(session, made)]
        jobs = forge_watches.jobs_to_copy(target, looked)
        answer = {"item": item.key, "place": target.place, "proofs": told, "jobs": jobs}
    return answer, 201


def _item(session: Session, key: str) -> tuple[ActionItem, Person]:
    person = tokens.person_of(session, g.token)
    if not person.role.includes(Role.EDITOR):
        raise Forbidden("This takes an editor.")
    return action_items.find(session, key, person), person


def _told(check: str, state: Any) -> dict[str, Any]:
    answers = {name: {"answer": one["answer"], "text": one["text"]} for name, one in state.answers.items()}
    return {"check": check, "standing": state.standing.value, "because": state.because, "answers": answers}
