"""What is said of an incident beside its document: who may see it, how far it is, whose it is, what it hit."""

from flask import Blueprint, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import DateField, RadioField, SelectChoice, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from tracker.domain.claims import Status, Visibility
from tracker.domain.errors import Invalid
from tracker.services import editing, incidents, people
from tracker.services.incidents import Facts, deployment_names
from tracker.store.models import Incident
from tracker.web.access import editor_required
from tracker.web.forms import BaseForm, say, squish

bp = Blueprint("settings", __name__)

WHO_MAY_SEE = [
    SelectChoice(Visibility.PUBLIC.value, "Everybody, signed in or not, where this site lets them"),
    SelectChoice(Visibility.INTERNAL.value, "Everybody who is signed in"),
    SelectChoice(Visibility.RESTRICTED.value, "Only its owner, the people ticked below, and admins"),
]
HOW_FAR = [
    SelectChoice(Status.DRAFT.value, "Draft"),
    SelectChoice(Status.IN_REVIEW.value, "In review"),
    SelectChoice(Status.PUBLISHED.value, "Published"),
]


class SettingsForm(BaseForm):
    visibility = RadioField("Who may see it, and everything of it?", choices=WHO_MAY_SEE)
    readers = SelectMultipleField(
        "People who may see it while it is restricted",
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    status = SelectField("How far is the postmortem?", choices=HOW_FAR)
    owner = SelectField("Who finishes it?", coerce=int)
    due = DateField("By when?", [Optional()], description="Leave empty if there is no date yet.")
    severity = StringField(
        "Severity", [Length(max=40)], filters=[squish], description="In your team’s words, such as SEV 2."
    )
    deployments = TextAreaField("What did it hit?", description="Deployments, one a line: a hub, a service.")


@bp.get("/incidents/<slug>/settings")
@editor_required
def show(slug: str) -> ResponseReturnValue:
    incident = incidents.find(g.session, slug, g.person)
    facts = incidents.facts(g.session, incident)
    form = SettingsForm(
        formdata=None,
        data={
            "visibility": facts.visibility.value,
            "readers": list(facts.readers),
            "status": facts.status.value,
            "owner": facts.owner_id or 0,
            "due": facts.due,
            "severity": facts.severity,
            "deployments": "\n".join(facts.deployments),
        },
    )
    return _page(_with_people(form, facts), incident)


@bp.post("/incidents/<slug>/settings")
@editor_required
def keep(slug: str) -> ResponseReturnValue:
    incident = incidents.find(g.session, slug, g.person)
    form = _with_people(SettingsForm(), incidents.facts(g.session, incident))
    if not form.validate_on_submit():
        return _page(form, incident, 422)
    try:
        changed = incidents.set_facts(g.session, incident, _facts(form), by=g.person, at=g.at)
    except Invalid as error:
        field = form[error.field or "visibility"]
        field.errors = [*field.errors, str(error)]
        return _page(form, incident, 422)
    g.session.commit()
    say("Saved." if changed else "Nothing was changed.")
    return redirect(url_for("incidents.show", slug=slug), 303)


def _facts(form: SettingsForm) -> Facts:
    return Facts(
        visibility=Visibility(form.visibility.data),
        readers=tuple(form.readers.data),
        status=Status(form.status.data),
        owner_id=form.owner.data or None,
        due=form.due.data,
        severity=form.severity.data,
        deployments=deployment_names(form.deployments.data or ""),
    )


def _with_people(form: SettingsForm, facts: Facts) -> SettingsForm:
    """Everybody who can get in; and those named already, disabled or not, who stay until somebody takes them away."""
    everybody = people.names(g.session, also=[*facts.readers, facts.owner_id or 0])
    form.readers.choices = [SelectChoice(str(person_id), name) for person_id, name in everybody]
    form.owner.choices = [SelectChoice("0", "Nobody yet"), *form.readers.choices]
    return form


def _page(form: SettingsForm, incident: Incident, status: int = 200) -> ResponseReturnValue:
    title = editing.title(g.session, incident)
    known = incidents.known_deployments(g.session, g.person)
    return render_template("settings/incident.html", form=form, incident=incident, title=title, known=known), status
