"""What was asked at the gates, and what was answered."""

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from tracker.services import gate_pages
from tracker.web.access import reader_required
from tracker.web.filters import page_number

bp = Blueprint("gate_runs", __name__)

PER_PAGE = 100


@bp.get("/gates")
@reader_required
def index() -> ResponseReturnValue:
    number, where = page_number(request.args), request.args.get("stage") or None
    rows = gate_pages.runs(g.session, where, limit=PER_PAGE + 1, offset=PER_PAGE * (number - 1))
    page = {"rows": rows[:PER_PAGE], "more": len(rows) > PER_PAGE, "number": number, "where": where}
    return render_template("gates/index.html", **page)


@bp.get("/gates/<public_id>")
@reader_required
def show(public_id: str) -> ResponseReturnValue:
    page = gate_pages.run_page(g.session, public_id)
    return render_template(
        "gates/show.html",
        run=page.run,
        results=page.results,
        touched=page.touched,
        edits_policy=page.edits_policy,
        late=page.is_late,
    )
