"""What is deployed, which checks stand before it, and how they stand: the board, a stage, the history of a check."""

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from tracker.domain.errors import NotFound
from tracker.services import policy_pages
from tracker.store.queries.policy_pages import observations_of
from tracker.web.access import reader_required
from tracker.web.filters import page_number

bp = Blueprint("policies", __name__)

PER_PAGE = 100


@bp.get("/policy")
@reader_required
def index() -> ResponseReturnValue:
    policies = policy_pages.board(g.session, g.person, at=g.at)
    return render_template("policies/index.html", policies=policies)


@bp.get("/policy/<path:where>")
@reader_required
def stage(where: str) -> ResponseReturnValue:
    """`where` is DEPLOYMENT/STAGE; with ?check=ID the history of that check there."""
    if (wanted := request.args.get("check")) is None:
        page = policy_pages.stage_page(g.session, where, g.person, at=g.at)
        return render_template("policies/stage.html", page=page, stage=page.stage)
    page = policy_pages.stage_here(g.session, where, g.person, at=g.at)
    check = page.stage.checks.get(wanted)
    if check is None:
        raise NotFound(f"{where} has no check {wanted}. Its page lists those that it has.")
    number = page_number(request.args)
    seen = observations_of(check.row.check_id, check.row.stage_id).limit(PER_PAGE + 1).offset(PER_PAGE * (number - 1))
    rows = g.session.execute(seen).all()
    return render_template(
        "policies/check.html",
        page=page,
        stage=page.stage,
        here=check,
        rows=rows[:PER_PAGE],
        number=number,
        more=len(rows) > PER_PAGE,
    )
