"""Whether an incident is going on: two buttons on its page."""

from flask import Blueprint, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from tracker.services import outages
from tracker.services.incidents import find
from tracker.web.access import editor_required
from tracker.web.forms import say

bp = Blueprint("outages", __name__)


@bp.post("/incidents/<slug>/outage")
@editor_required
def say_so(slug: str) -> ResponseReturnValue:
    """`is` is "over" or "on"."""
    incident, wanted = find(g.session, slug, g.person), request.form.get("is")
    if wanted not in ("over", "on"):
        abort(400)
    (outages.resolve if wanted == "over" else outages.reopen)(g.session, incident, by=g.person, at=g.at)
    g.session.commit()
    say("It is over." if wanted == "over" else "It is going on: a gate lets a recovery of its deployments through.")
    return redirect(url_for("incidents.show", slug=slug), 303)
