"""People: everybody for admins, and for each person their own page with their own sign-ins."""

import re

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import RadioField, SelectChoice, StringField
from wtforms.validators import DataRequired, Length, Optional

from tracker.domain.claims import Role
from tracker.domain.errors import Conflict, Invalid, SignInNeeded
from tracker.services import logins, people, sign_ins
from tracker.store.models import Person
from tracker.web import access
from tracker.web.access import admin_required, reader_required
from tracker.web.forms import BaseForm, say, squish
from tracker.web.ids import ID
from tracker.web.scope import settings

bp = Blueprint("people", __name__)

ROLES = [
    (Role.READER.value, "Reader: sees what is not restricted"),
    (Role.EDITOR.value, "Editor: also changes documents and action items"),
    (Role.ADMIN.value, "Admin: also people and sources, and sees everything"),
]


class NameForm(BaseForm):
    name = StringField("Name", [DataRequired("Say what the person is called."), Length(max=100)], filters=[squish])
    email = StringField(
        "E-mail",
        [Optional(), Length(max=254)],
        filters=[squish],
        description="Tells people of one name apart; nothing is sent to it. May be empty.",
    )


class InviteForm(NameForm):
    role = RadioField("Role", choices=[SelectChoice(*role) for role in ROLES], default=Role.EDITOR.value)


@bp.get("/people")
@admin_required
def index() -> ResponseReturnValue:
    return _index(InviteForm())


def _index(form: InviteForm, status: int = 200) -> ResponseReturnValue:
    rows = people.everybody(g.session, at=g.at, idle_days=settings().idle_days)
    return render_template("people/index.html", rows=rows, form=form), status


@bp.post("/people")
@admin_required
def invite() -> ResponseReturnValue:
    form = InviteForm()
    if not form.validate_on_submit():
        return _index(form, 422)
    try:
        person = people.invite(g.session, form.name.data, form.email.data, Role(form.role.data), by=g.person, at=g.at)
    except (Invalid, Conflict) as error:
        return _index(_blame(form, error), error.status)
    return _new_link(person)


@bp.get(f"/people/<{ID}:person_id>")
@admin_required
def show(person_id: int) -> ResponseReturnValue:
    person = people.get(g.session, person_id)
    return _person_page("people/person.html", person, NameForm(obj=person))


@bp.post(f"/people/<{ID}:person_id>")
@admin_required
def rename(person_id: int) -> ResponseReturnValue:
    return _rename("people/person.html", people.get(g.session, person_id), url_for("people.show", person_id=person_id))


@bp.post(f"/people/<{ID}:person_id>/link")
@admin_required
def make_link(person_id: int) -> ResponseReturnValue:
    return _new_link(people.get(g.session, person_id))


def _new_link(person: Person) -> ResponseReturnValue:
    """The page with the link: the only place where it is ever shown, so the answer itself and no redirect."""
    token = sign_ins.make_link(g.session, person, at=g.at, hours=settings().link_hours)
    g.session.commit()
    link = _whole(url_for("sign_in.ask", token=token))
    return render_template("people/link.html", owner=person, link=link, hours=settings().link_hours)


def _whole(path: str) -> str:
    """The address that somebody else can open: at `TRACKER_URL` where that is set, else where this page was asked for."""
    base = settings().url.rstrip("/") or request.url_root.rstrip("/")
    return base + path.removeprefix(request.root_path.rstrip("/"))


@bp.post(f"/people/<{ID}:person_id>/role")
@admin_required
def set_role(person_id: int) -> ResponseReturnValue:
    person = people.get(g.session, person_id)
    try:
        role = Role(request.form.get("role", ""))
    except ValueError:
        raise Invalid("Choose reader, editor or admin.", "role") from None
    people.set_role(g.session, person, role, by=g.person, at=g.at)
    g.session.commit()
    say(f"{person.name} is {_article(role)} {role.value} now.")
    if person.id == g.person.id and role is not Role.ADMIN:
        return redirect("/", 303)
    return redirect(url_for("people.show", person_id=person_id), 303)


@bp.post(f"/people/<{ID}:person_id>/disable")
@admin_required
def disable(person_id: int) -> ResponseReturnValue:
    person = people.get(g.session, person_id)
    people.disable(g.session, person, by=g.person, at=g.at)
    g.session.commit()
    say(f"{person.name} is shut out; their sign-ins have ended. Their name stays on what they did.")
    return redirect(url_for("people.index"), 303)


@bp.post(f"/people/<{ID}:person_id>/enable")
@admin_required
def enable(person_id: int) -> ResponseReturnValue:
    person = people.get(g.session, person_id)
    people.enable(g.session, person, by=g.person, at=g.at)
    g.session.commit()
    say(f"{person.name} may come in again: make them a link.")
    return redirect(url_for("people.show", person_id=person_id), 303)


@bp.post(f"/people/<{ID}:person_id>/sign-ins/<sign_in>/end")
@admin_required
def end_sign_in(person_id: int, sign_in: str) -> ResponseReturnValue:
    person = people.get(g.session, person_id)
    sign_ins.revoke(g.session, person, sign_in, by=g.person, at=g.at)
    g.session.commit()
    say("That sign-in has ended.")
    return redirect(url_for("people.show", person_id=person_id), 303)


@bp.post(f"/people/<{ID}:person_id>/logins")
@admin_required
def set_logins(person_id: int) -> ResponseReturnValue:
    """What they are called on the forges, so that a gate knows who deploys."""
    person = people.get(g.session, person_id)
    logins.set_logins(g.session, person, re.split(r"[\s,]+", request.form.get("logins", "")), by=g.person, at=g.at)
    g.session.commit()
    say(f"Kept: that is how CI names {person.name}.")
    return redirect(url_for("people.show", person_id=person_id), 303)


@bp.get("/you")
@reader_required
def you() -> ResponseReturnValue:
    person = _me()
    return _person_page("people/you.html", person, NameForm(obj=person))


@bp.post("/you")
@reader_required
def rename_yourself() -> ResponseReturnValue:
    return _rename("people/you.html", _me(), url_for("people.you"))


@bp.post("/you/sign-ins/<sign_in>/end")
@reader_required
def end_own_sign_in(sign_in: str) -> ResponseReturnValue:
    sign_ins.revoke(g.session, _me(), sign_in, by=g.person, at=g.at)
    g.session.commit()
    say("That sign-in has ended.")
    return redirect(url_for("people.you"), 303)


@bp.post("/you/sign-ins/end-others")
@reader_required
def end_other_sign_ins() -> ResponseReturnValue:
    sign_ins.revoke_others(g.session, _me(), access.sign_in_token(), by=g.person, at=g.at)
    g.session.commit()
    say("Only this sign-in is left. Links that nobody had used yet have ended, too.")
    return redirect(url_for("people.you"), 303)


def _me() -> Person:
    """With public reading a page may have nobody; these pages are somebody's."""
    person: Person | None = g.person
    if person is None:
        raise SignInNeeded("Sign in to see this.")
    return person


def _person_page(template: str, owner: Person, form: NameForm, status: int = 200) -> ResponseReturnValue:
    token, idle_days = access.sign_in_token(), settings().idle_days
    rows = sign_ins.sign_ins(g.session, owner, at=g.at, token=token, idle_days=idle_days)
    known = logins.logins_of(g.session, owner)
    return render_template(template, owner=owner, form=form, rows=rows, roles=ROLES, logins=known), status


def _rename(template: str, owner: Person, after: str) -> ResponseReturnValue:
    form = NameForm()
    if not form.validate_on_submit():
        return _person_page(template, owner, form, 422)
    try:
        people.rename(g.session, owner, form.name.data, form.email.data, by=g.person, at=g.at)
    except (Invalid, Conflict) as error:
        g.session.rollback()
        return _person_page(template, people.get(g.session, owner.id), _blame(form, error), error.status)
    g.session.commit()
    say("Kept.")
    return redirect(after, 303)


def _blame(form: NameForm, error: Invalid | Conflict) -> NameForm:
    """Put the service's message beside the field that it speaks of; a conflict is always the e-mail's."""
    field = form["name"] if getattr(error, "field", None) == "name" else form.email
    field.errors = [*field.errors, str(error)]
    return form


def _article(role: Role) -> str:
    return "a" if role is Role.READER else "an"


@bp.app_template_filter("browser")
def browser(agent: str) -> str:
    """“Firefox on Linux”: what a person calls it, from what it calls itself."""
    names = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
    places = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "Mac"))
    name = next((name for mark, name in names if mark in agent), agent.split("/")[0][:40] or "A browser without a name")
    place = next((place for mark, place in (*places, ("Linux", "Linux")) if mark in agent), "")
    return f"{name} on {place}" if place else name
