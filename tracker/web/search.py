"""Finding incidents and action items by words."""

from dataclasses import asdict

from flask import Blueprint, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from tracker.services import searching
from tracker.web.access import reader_required
from tracker.web.forms import squish

bp = Blueprint("search", __name__)

LONGEST = 200  # letters; what is longer is no search


@bp.get("/search")
@reader_required
def index() -> ResponseReturnValue:
    words = _words()
    found = searching.find(g.session, words, g.person) if words else None
    return render_template("search/index.html", words=words, found=found)


@bp.get("/search.json")
@reader_required
def as_json() -> ResponseReturnValue:
    words = _words()
    found = searching.find(g.session, words, g.person)
    return jsonify(
        words=words,
        incidents=[_plain(hit) for hit in found.incidents],
        items=[_plain(hit) for hit in found.items],
        more=found.more,
    )


def _words() -> str:
    return (squish(request.args.get("q")) or "")[:LONGEST]


def _plain(hit: searching.IncidentHit | searching.ItemHit) -> dict[str, object]:
    """Without the marks, which are the page's; days as ISO."""
    values = asdict(hit)
    if "snippet" in values:
        values["snippet"] = "".join(text for text, _ in values["snippet"])
    return {
        name: value.isoformat() if name.endswith("date") and value else value
        for name, value in values.items()
        if not name.startswith("marked")
    }
