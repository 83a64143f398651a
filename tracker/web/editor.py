"""Writing a document as Markdown in a text area: new ones, and those that are there. Whatever happens, the text stays."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import DateField, HiddenField, RadioField, SelectChoice, StringField, TextAreaField
from wtforms.validators import Length, Optional

from tracker.domain.claims import Visibility
from tracker.domain.errors import Invalid, TooLarge, TrackerError, Unreadable
from tracker.domain.postmortem import Postmortem
from tracker.postmortem.explain import Understood, explain
from tracker.postmortem.html import render
from tracker.postmortem.reader import read
from tracker.postmortem.template import new_document
from tracker.postmortem.typed import for_text_area
from tracker.services import documents, editing, incidents
from tracker.services.documents import Saved
from tracker.services.editing import Base
from tracker.store.models import Incident
from tracker.web.access import editor_required
from tracker.web.forms import BaseForm, say, squish
from tracker.web.ids import as_id
from tracker.web.scope import reads_only, settings

bp = Blueprint("editor", __name__)

WHO_MAY_SEE = [
    (Visibility.INTERNAL.value, "Everybody who is signed in"),
    (Visibility.RESTRICTED.value, "Only me and the admins; others can be named later"),
    (Visibility.PUBLIC.value, "Everybody, signed in or not, where this site lets them"),
]


class StartForm(BaseForm):
    """What the template needs; sent by GET, since it changes nothing."""

    class Meta:
        csrf = False

    title = StringField("What happened?", [Length(max=200)], filters=[squish], description="A short title.")
    day = DateField("On which day?", [Optional()])
    severity = StringField("Severity", [Length(max=40)], filters=[squish], description="In your team’s words; may be empty.")


class TextForm(BaseForm):
    text = TextAreaField("Markdown")
    message = StringField(
        "What did you change?", [Length(max=200)], filters=[squish], description="For the history; may be empty."
    )
    base = HiddenField()
    visibility = RadioField(
        "Who may see it?", choices=[SelectChoice(*one) for one in WHO_MAY_SEE], default=Visibility.INTERNAL.value
    )


@dataclass(frozen=True, slots=True)
class Preview:
    """How a text would look, and what would be understood of it."""

    html: str
    postmortem: Postmortem
    values: list[Understood]


@bp.get("/incidents/new")
@editor_required
def new() -> ResponseReturnValue:
    start = StartForm(request.args)
    if not request.args:
        start.day.data = g.today
        return render_template("editor/new.html", start=start)
    if not start.validate():
        return render_template("editor/new.html", start=start), 422
    form = TextForm(formdata=None)
    if start.title.data:
        day: date = start.day.data or g.today
        text = new_document(title=start.title.data, day=day, severity=start.severity.data or None)
        form.text.data = for_text_area(text)
    return _page(form, None)


@bp.post("/incidents/new")
@editor_required
def create() -> ResponseReturnValue:
    form = TextForm()
    data = _typed(form, b"")
    if data is None or not form.validate():
        return _page(form, None, status=422)
    try:
        saved = editing.create(
            g.session,
            data,
            by=g.person,
            at=g.at,
            message=form.message.data or "",
            visibility=Visibility(form.visibility.data),
        )
    except Unreadable as error:
        return _page(_blame(form, error), None, status=422)
    g.session.commit()
    say("Saved. Everything in it can still be changed.")
    return redirect(url_for("incidents.show", slug=saved.incident.slug), 303)


@bp.post("/incidents/new/preview")
@editor_required
@reads_only
def preview_new() -> ResponseReturnValue:
    return _preview(TextForm(), None, b"")


@bp.get("/incidents/<slug>/edit")
@editor_required
def edit(slug: str) -> ResponseReturnValue:
    incident = incidents.find(g.session, slug, g.person)
    base = editing.base_of(g.session, incident)
    form = TextForm(formdata=None, data={"text": for_text_area(base.data), "base": str(base.revision_id)})
    return _page(form, incident)


@bp.post("/incidents/<slug>/edit")
@editor_required
def save(slug: str) -> ResponseReturnValue:
    incident = incidents.find(g.session, slug, g.person)
    form = TextForm()
    base = _base(form, incident)
    data = _typed(form, base.data)
    if data is None or not form.validate():
        return _page(form, incident, status=422)
    try:
        saved = documents.save(
            g.session,
            incident,
            base.revision_id,
            data,
            by=g.person,
            at=g.at,
            message=form.message.data or "Edited",
            via="text",
        )
    except Unreadable as error:
        return _page(_blame(form, error), incident, status=422)
    g.session.commit()
    return _saved(saved)


@bp.post("/incidents/<slug>/preview")
@editor_required
@reads_only
def preview(slug: str) -> ResponseReturnValue:
    incident = incidents.find(g.session, slug, g.person)
    form = TextForm()
    return _preview(form, incident, _base(form, incident).data)


def _saved(saved: Saved) -> ResponseReturnValue:
    if saved.question is not None:
        say("Somebody changed the same lines while you wrote. Both texts are kept: choose, or put them together.")
        return redirect(url_for("questions.show", question_id=saved.question.id), 303)
    if saved.revision is None:
        say("Nothing was changed.")
    elif saved.merged:
        say("Saved, together with what somebody else saved while you wrote. Nothing of either was lost.", undo=saved.batch)
    else:
        say("Saved.", undo=saved.batch)
    return redirect(url_for("incidents.show", slug=saved.incident.slug), 303)


def _base(form: TextForm, incident: Incident) -> Base:
    base_id = as_id(form.base.data)
    if base_id is None:
        raise Invalid("This form does not say what it was made from. Copy your text, reload the editor and paste it there.")
    return editing.base_of(g.session, incident, base_id)


def _typed(form: TextForm, before: bytes) -> bytes | None:
    """The document's bytes; None where they cannot be taken, which then stands beside the text."""
    form.validate()
    try:
        return editing.typed(form.text.data or "", before, max_bytes=settings().max_document_bytes)
    except (Invalid, TooLarge) as error:
        _blame(form, error)
        return None


def _preview(form: TextForm, incident: Incident | None, before: bytes) -> ResponseReturnValue:
    data = _typed(form, before)
    if data is None:
        return _page(form, incident, status=422)
    try:
        postmortem = read(data, incident.name if incident else "")
    except Unreadable as error:
        return _page(_blame(form, error), incident, status=422)
    return _page(form, incident, Preview(render(data), postmortem, explain(postmortem)))


def _page(
    form: TextForm, incident: Incident | None, preview: Preview | None = None, status: int = 200
) -> ResponseReturnValue:
    title = editing.title(g.session, incident) if incident else ""
    return render_template("editor/edit.html", form=form, incident=incident, title=title, preview=preview), status


def _blame(form: TextForm, error: TrackerError) -> TextForm:
    form.text.errors = [*form.text.errors, str(error)]
    return form
