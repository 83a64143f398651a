"""Policies: put a text in force."""

from dataclasses import dataclass
from dataclasses import field as fields_field

from flask import Blueprint, g
from flask.typing import ResponseReturnValue

from tracker.services import policies, tokens
from tracker.web.api.asked import body_as, token_required, writing

bp = Blueprint("policies", __name__)


@dataclass(frozen=True, kw_only=True)
class Push:
    """`texts` are the documents that people acknowledge, by path."""

    yaml: str
    commit: str | None = None
    author: str = ""
    texts: dict[str, str] = fields_field(default_factory=dict)
    file: str = "policy.yaml"


@bp.put("/policies/<name>")
@token_required
def push(name: str) -> ResponseReturnValue:
    """A version, by its digest; 422 names every line that is wrong. Sending what is in force already changes nothing."""
    sent = body_as(Push)
    with writing() as session:
        tokens.allow(session, g.token, tokens.WRITE, name)
        person = tokens.person_of(session, g.token) if g.token.kind == tokens.PERSON else None
        pushed = policies.push(
            session,
            sent.yaml.encode(),
            policy_name=name,
            commit=sent.commit,
            author=sent.author,
            texts=sent.texts,
            by=person.name if person else g.token.name,
            seen_by=person,
            file=sent.file,
            at=g.at,
        )
    warnings = [{"line": one.line, "message": one.message, "fix": one.fix} for one in pushed.problems]
    return {"name": name, "digest": pushed.digest, "changed": pushed.changed, "warnings": warnings}
