"""Taking back one act: everything of its batch."""

from flask import Blueprint, g, jsonify
from flask.typing import ResponseReturnValue

from tracker.domain.errors import NotFound
from tracker.services import history
from tracker.store.queries.events import hidden_parts_of_batch
from tracker.web.access import editor_required
from tracker.web.errors import wants_json
from tracker.web.forms import back, say

bp = Blueprint("undo", __name__)


@bp.post("/undo/<batch>")
@editor_required
def undo(batch: str) -> ResponseReturnValue:
    """Undo `batch` and go back to the list; an act on incidents that the person may not see is like an unknown one."""
    if g.session.scalar(hidden_parts_of_batch(batch, g.person).limit(1)) is not None:
        raise NotFound("There is nothing like that to undo.")
    history.undo(g.session, batch, by=g.person, at=g.at)
    g.session.commit()
    if wants_json():
        return jsonify(text="Undone.")
    say("Undone.")
    return back("/")
