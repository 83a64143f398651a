"""Getting in with a one-time link, and out. Opening the link changes nothing: chat previews open links, too."""

from flask import Blueprint, g, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from tracker.services import sign_ins
from tracker.web import access
from tracker.web.access import public
from tracker.web.scope import settings

bp = Blueprint("sign_in", __name__)


@bp.get("/sign-in/<token>")
@public
def ask(token: str) -> ResponseReturnValue:
    owner = sign_ins.link_owner(g.session, token, at=g.at)
    return render_template("people/sign_in.html", owner=owner, days=settings().session_days)


@bp.post("/sign-in/<token>")
@public
def enter(token: str) -> ResponseReturnValue:
    """The link is spent, whoever was signed in in this browser before is out, and a new secret goes into its cookie."""
    before = access.sign_in_token()
    new = sign_ins.use_link(g.session, token, at=g.at, days=settings().session_days, agent=request.user_agent.string)
    if before:
        sign_ins.sign_out(g.session, before, at=g.at)
    g.session.commit()
    response = redirect("/", 303)
    access.set_sign_in(response, new)  # type: ignore[arg-type]
    return response


@bp.post("/sign-out")
@public
def leave() -> ResponseReturnValue:
    if token := access.sign_in_token():
        sign_ins.sign_out(g.session, token, at=g.at)
        g.session.commit()
    g.person = None
    response = make_response(render_template("people/signed_out.html"))
    access.drop_sign_in(response)
    return response
