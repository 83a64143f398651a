"""What would the gate say: now, at another time, for that change. Nothing is stored, and no glass is broken."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue
from wtforms import DateTimeLocalField, SelectChoice, SelectField, StringField
from wtforms.validators import Length, Optional

from tracker.domain.errors import Conflict, Invalid, NotFound
from tracker.domain.policy import ChangeType
from tracker.policy.values import Change
from tracker.services import gates, policy_pages
from tracker.services.server_checks import surroundings
from tracker.web.access import editor_required
from tracker.web.forms import BaseForm, squish
from tracker.web.scope import reads_only, settings

bp = Blueprint("simulate", __name__)

ASKED = (ChangeType.NORMAL, ChangeType.ROLLBACK, ChangeType.RECOVERY)


class AskForm(BaseForm):
    content = SelectField("Content", description="What came to a gate or a stage; other contents need a clone.")
    change_type = SelectField("Kind of change", choices=[SelectChoice(one.value, one.value) for one in ASKED])
    reason = StringField("Reason", [Length(max=500)], filters=[squish], description="A rollback and a recovery need one.")
    at = DateTimeLocalField("When", [Optional()], description="By the policy’s clock; empty for now.")
    actor = StringField("Who deploys", [Length(max=200)], filters=[squish], description="A name or e-mail known here.")


@bp.get("/policy/<path:where>/ask")
@editor_required
def ask(where: str) -> ResponseReturnValue:
    page = policy_pages.stage_page(g.session, where, g.person, at=g.at)
    return render_template("policies/ask.html", form=_form(page), page=page, decision=None)


@bp.post("/policy/<path:where>/ask")
@editor_required
@reads_only
def answer(where: str) -> ResponseReturnValue:
    page = policy_pages.stage_page(g.session, where, g.person, at=g.at)
    form = _form(page)
    if not form.validate_on_submit():
        return render_template("policies/ask.html", form=form, page=page, decision=None), 422
    try:
        prepared, decision = gates.simulate(g.session, _request(form, page), at=g.at, around=surroundings(settings()))
    except (Invalid, Conflict, NotFound) as error:
        form.reason.errors = [*form.reason.errors, str(error)]
        return render_template("policies/ask.html", form=form, page=page, decision=None), error.status
    return render_template("policies/ask.html", form=form, page=page, decision=decision, asked_for=prepared.at)


def _form(page: policy_pages.StagePage) -> AskForm:
    form = AskForm(actor=g.person.name)
    contents = page.contents()
    form.content.choices = [SelectChoice("", "any, not known here"), *(SelectChoice(*one) for one in contents.items())]
    return form


def _request(form: AskForm, page: policy_pages.StagePage) -> gates.GateRequest:
    row = page.stage.row
    known: Any = page.of_content(form.content.data)
    change = Change(
        deployment=row.deployment,
        stage=row.slug,
        repo=row.repo,
        new=(known.new_commit if hasattr(known, "new_commit") else known.commit) if known else None,
        content_id=form.content.data or None,
        subject=known.subject if known else "",
        deployments_touched=(row.deployment,),
        actor=form.actor.data or None,
        change_type=ChangeType(form.change_type.data),
        reason=form.reason.data or "",
    )
    return gates.GateRequest(change=change, policy=page.policy.row.name, dry_run=True, at=_at(form, page))


def _at(form: AskForm, page: policy_pages.StagePage) -> datetime | None:
    wall = form.at.data
    if wall is None or page.policy.policy is None:
        return None
    return wall.replace(tzinfo=page.policy.policy.zone).astimezone(UTC)  # type: ignore[no-any-return]
