"""What was asked at the gates, and what was answered."""

from flask import Blueprint, Response, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.domain.errors import NotFound
from tracker.services import gate_pages
from tracker.web.access import reader_required
from tracker.web.filters import page_number
from tracker.web.scope import settings

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


@bp.get("/gates/<public_id>.<shape>")
@reader_required
def export(public_id: str, shape: str) -> ResponseReturnValue:
    """The same in another shape: md, json, xml (JUnit)."""
    if shape not in gate_pages.SHAPES:
        raise NotFound(f"A gate run is to be had as {', '.join(gate_pages.SHAPES)}.")
    here = settings().url.rstrip("/") + url_for("gate_runs.show", public_id=public_id)
    body, kind = gate_pages.shaped(g.session, public_id, shape, url=here)
    return Response(body, content_type=f"{kind}; charset=utf-8")
