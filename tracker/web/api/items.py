"""What stands behind an action item."""

from typing import Any

from flask import Blueprint, g
from flask.typing import ResponseReturnValue

from tracker.services import stage_reports, tokens
from tracker.web.api.asked import reading, token_required

bp = Blueprint("items", __name__)


@bp.get("/action-items/<key>/verification")
@token_required
def verification(key: str) -> ResponseReturnValue:
    """Its claim, its evidence, its proofs. CI sees no item that only restricted incidents mention."""
    with reading() as session:
        person = tokens.person_of(session, g.token) if g.token.kind == tokens.PERSON else None
        found: dict[str, Any] = stage_reports.verification(session, key, person, at=g.at)
        return found
