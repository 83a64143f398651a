"""What people say of a deployment: I tried this, I have read this, this check waits, this gate is overridden once."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import DateField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from tracker.domain.errors import Conflict, Invalid, NotFound, SignInNeeded
from tracker.domain.policy import Enforcement
from tracker.services import deployments, policy_pages, said
from tracker.services.policies_in_force import InForce, all_in_force, in_force
from tracker.store.models import Deployment, Person, RefUpdate, Waiver
from tracker.store.queries.policy_pages import readers_of, texts_of, waivers_of
from tracker.web.access import admin_required, editor_required, reader_required
from tracker.web.forms import BaseForm, back, say, squish
from tracker.web.ids import ID

bp = Blueprint("said", __name__)

REFUSED = (Invalid, Conflict, NotFound)


class AttestForm(BaseForm):
    content = SelectField("What you tried", description="Only what came to a gate or a stage is listed.")
    note = StringField("Note", [Optional(), Length(max=500)], filters=[squish], description="What you did; may be empty.")


class WaiveForm(BaseForm):
    check = SelectField("Check", description="A hard check cannot be waived, only overridden once.")
    until = DateField("Until the end of", [DataRequired("Say until when, at most 30 days from now.")])
    reason = StringField("Why", [DataRequired("Say why: others will read it."), Length(max=500)], filters=[squish])


class GlassForm(BaseForm):
    reason = TextAreaField(
        "Why",
        [DataRequired("Say why: it is read by everybody, and an item asks you to explain it.")],
        filters=[squish],
        description="It stands in the banner, on the page, and in an action item that is due in a few days.",
    )


@bp.get("/policy/<path:where>/attest")
@reader_required
def attest(where: str) -> ResponseReturnValue:
    return _attest(where, _me())


@bp.post("/policy/<path:where>/attest")
@reader_required
def attest_it(where: str) -> ResponseReturnValue:
    return _attest(where, _me())


def _attest(where: str, me: Person) -> ResponseReturnValue:
    page = policy_pages.stage_page(g.session, where, me, at=g.at)
    check = _check(page, request.args.get("check"), "attestation")
    form = AttestForm()
    contents = page.contents()
    form.content.choices = [SelectChoice(content, label) for content, label in contents.items()]
    if form.validate_on_submit():
        there, deployment = _there(page)
        try:
            said.attest(
                g.session,
                there,
                deployment,
                check.check.id,
                content_id=form.content.data,
                note=form.note.data or "",
                by=me,
                at=g.at,
            )
        except REFUSED as error:
            return _blamed("policies/attest.html", error, form=form, page=page, here=check)
        g.session.commit()
        say(f"You have said it of {form.content.data[:8]}: “{check.check.with_.statement}”.")  # type: ignore[attr-defined]
        return redirect(f"/policy/{where}", 303)
    return render_template("policies/attest.html", form=form, page=page, here=check), 422 if form.errors else 200


@bp.get("/policy/<path:where>/waivers")
@admin_required
def waivers(where: str) -> ResponseReturnValue:
    return _waivers(where)


@bp.post("/policy/<path:where>/waivers")
@admin_required
def waive(where: str) -> ResponseReturnValue:
    return _waivers(where)


def _waivers(where: str) -> ResponseReturnValue:
    page = policy_pages.stage_here(g.session, where, g.person, at=g.at)
    form = WaiveForm(check=request.args.get("check"))
    soft = [one.check for one in page.stage.checks.values() if one.check.enforcement is not Enforcement.HARD]
    form.check.choices = [SelectChoice(check.id, check.title or check.id) for check in soft]
    rows = g.session.execute(waivers_of(page.stage.row.id, g.at)).all()
    if form.validate_on_submit():
        there, deployment = _there(page)
        try:
            said.waive(
                g.session, there, deployment, page.stage.row.slug, form.check.data, reason=form.reason.data,
                until=_end_of(form.until.data, there), by=g.person, at=g.at,
            )  # fmt: skip
        except REFUSED as error:
            return _blamed("policies/waivers.html", error, form=form, page=page, rows=rows)
        g.session.commit()
        say(f"{form.check.data} does not block {where} until the end of {form.until.data}. It keeps being asked.")
        return redirect(request.path, 303)
    return render_template("policies/waivers.html", form=form, page=page, rows=rows), 422 if form.errors else 200


@bp.post(f"/policy/waivers/<{ID}:waiver_id>/end")
@admin_required
def end_waiver(waiver_id: int) -> ResponseReturnValue:
    waiver = g.session.get(Waiver, waiver_id)
    if waiver is None:
        raise NotFound("There is no such waiver.")
    said.end_waiver(g.session, waiver, by=g.person, at=g.at)
    g.session.commit()
    say("The check blocks again.")
    return back("/policy")


@bp.get("/policy/<path:where>/break-glass")
@reader_required
def glass(where: str) -> ResponseReturnValue:
    return _glass(where, _me())


@bp.post("/policy/<path:where>/break-glass")
@reader_required
def break_glass(where: str) -> ResponseReturnValue:
    """The page with the code: the only place where it is ever shown, so the answer itself and no redirect."""
    return _glass(where, _me())


def _glass(where: str, me: Person) -> ResponseReturnValue:
    page = policy_pages.stage_here(g.session, where, me, at=g.at)
    if page.policy.policy is None:
        raise NotFound(f"What the forge requires of {where} has no glass to break.")
    rules, form = page.policy.policy.break_glass, GlassForm()
    shown: dict[str, Any] = {"form": form, "page": page, "rules": rules, "may": me.role in rules.roles}
    if form.validate_on_submit():
        try:
            code = said.break_glass(g.session, *_there(page), page.stage.row.slug, reason=form.reason.data, by=me, at=g.at)
        except REFUSED as error:
            return _blamed("policies/break_glass.html", error, **shown)
        g.session.commit()
        return render_template("policies/break_glass.html", **shown, code=code)
    return render_template("policies/break_glass.html", **shown), 422 if form.errors else 200


@bp.post("/policy/<path:where>/confirm")
@editor_required
def confirm(where: str) -> ResponseReturnValue:
    """A change that came while the server was away: it went through the gate, as somebody knows."""
    page = policy_pages.stage_here(g.session, where, g.person, at=g.at)
    number = request.form.get("update", "")
    update = g.session.get(RefUpdate, int(number)) if number.isdecimal() and len(number) < 10 else None
    if update is None or update.stage_id != page.stage.row.id:
        raise NotFound("There is no such change.")
    deployments.confirm(g.session, update, by=g.person.name, at=g.at)
    g.session.commit()
    say("Noted: it went through the gate.")
    return redirect(f"/policy/{where}", 303)


@bp.get("/policy-texts")
@reader_required
def text(status: int = 200) -> ResponseReturnValue:
    """A document that people acknowledge, and who has read it as it stands now."""
    there = _policy(request.args.get("policy"))
    path = request.args.get("document") or there.policy.document or ""
    versions = g.session.execute(texts_of(there.row.id, path)).all()
    if not versions:
        raise NotFound(f"The policy {there.policy.name} has no text of {path} here. `tracker policy push` sends it along.")
    current = versions[0]
    readers = g.session.execute(readers_of(there.row.id, path, current.sha256)).all()
    term = there.policy.term(g.at.astimezone(there.policy.zone).date())
    return render_template(
        "policies/text.html", there=there, path=path, current=current, earlier=versions[1:], readers=readers, term=term
    ), status


@bp.post("/policy-texts")
@reader_required
def acknowledge() -> ResponseReturnValue:
    me = _me()
    there = _policy(request.args.get("policy"))
    path = request.args.get("document") or there.policy.document
    said.acknowledge(g.session, there, document=path, sha256=request.form.get("sha256"), by=me, at=g.at)
    g.session.commit()
    say(f"Noted: you have read {path}.")
    return redirect(url_for("said.text", policy=there.policy.name, document=path), 303)


def _me() -> Person:
    person: Person | None = g.person
    if person is None:
        raise SignInNeeded("Sign in first: this is said under a name.")
    return person


def _policy(name: str | None) -> InForce:
    """The one that is named; where none is, the first."""
    every = all_in_force(g.session) if name is None else [in_force(g.session, name)]
    if not every:
        raise NotFound("No policy is in force here yet.")
    return every[0]


def _check(page: policy_pages.StagePage, wanted: str | None, kind: str) -> policy_pages.CheckHere:
    for one in page.stage.checks.values():
        if one.check.kind == kind and wanted in (None, one.check.id):
            return one
    raise NotFound(f"{page.stage.where} has no such check.")


def _there(page: policy_pages.StagePage) -> tuple[InForce, Deployment]:
    there = in_force(g.session, page.policy.row.name)
    return there, g.session.get_one(Deployment, page.stage.row.deployment_id)


def _end_of(day: date, there: InForce) -> datetime:
    """The last moment of that day by the policy's clock, as long as that is within the 30 days."""
    return datetime.combine(day + timedelta(days=1), time(), there.policy.zone).astimezone(UTC)


def _blamed(template: str, error: Any, *, form: BaseForm, **page: Any) -> ResponseReturnValue:
    """The form again, with what was wrong beside the field that is to blame."""
    g.session.rollback()
    field = getattr(error, "field", None)
    blamed = form[field] if field in form else next(iter(form))
    blamed.errors = [*blamed.errors, str(error)]
    return render_template(template, form=form, **page), error.status
