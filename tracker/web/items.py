"""One action item: its page, and what a person does with it from any list."""

from datetime import date
from typing import Any

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import DateField, SelectChoice, SelectField, StringField
from wtforms.validators import Length, Optional, ValidationError

from tracker.domain.claims import Claim
from tracker.domain.errors import Invalid
from tracker.services import action_items, evidence_pages
from tracker.services.item_values import owners_of
from tracker.store.models import ActionItem
from tracker.store.queries.events import events_of_item
from tracker.store.queries.incidents import mentions_of
from tracker.web.access import editor_required, reader_required
from tracker.web.forms import BaseForm, back, next_path, say, squish

bp = Blueprint("items", __name__, url_prefix="/items")

PRIORITIES = ("P0", "P1", "P2", "P3")


class ItemForm(BaseForm):
    """What the line of an item lets people change; a field that the form does not have stays as it is."""

    owner = StringField("Owner", [Optional(), Length(max=200)], filters=[squish])
    due = DateField("Due", [Optional()])
    priority = SelectField("Priority", choices=[SelectChoice("", "none"), *map(SelectChoice, PRIORITIES)])
    claim = SelectField("Claim", choices=[SelectChoice(claim.value, claim.label) for claim in Claim])
    reason = StringField("Reason, for won’t do", [Length(max=500)], filters=[squish])

    def validate_reason(self, field: StringField) -> None:
        if self.claim.data == Claim.WONT_DO.value and not field.data:
            raise ValidationError("Say why it will not be done: whoever reads it next year will ask.")


@bp.get("/<key>")
@reader_required
def show(key: str) -> ResponseReturnValue:
    item = action_items.find(g.session, key, g.person)
    form = ItemForm(data={**_values(item), "claim": item.claim.value, "reason": item.reason})
    return _page(item, form)


@bp.post("/<key>")
@editor_required
def change(key: str) -> ResponseReturnValue:
    item = action_items.find(g.session, key, g.person)
    form = ItemForm()
    if not form.validate_on_submit():
        return _page(item, form, 422)
    values = _values(item)
    changes = {name: new for name, new in _asked(form).items() if new != values[name]}
    claim = Claim(form.claim.data) if "claim" in request.form else item.claim
    reason = form.reason.data or None
    if changes:
        batch = action_items.set_fields(g.session, item, changes, by=g.person, at=g.at)
        say(f"{item.key}: {_and([_told(name, new) for name, new in changes.items()])}.", undo=batch)
    if claim is not item.claim or (claim is Claim.WONT_DO and reason != item.reason):
        _claim(item, claim, reason)
    g.session.commit()
    return back(url_for("items.show", key=key))


@bp.post("/<key>/claim")
@editor_required
def claim(key: str) -> ResponseReturnValue:
    item = action_items.find(g.session, key, g.person)
    wanted = request.form.get("claim", "")
    if wanted not in set(Claim):
        raise Invalid("Choose one of: open, in progress, blocked, done, won’t do.", "claim")
    _claim(item, Claim(wanted), squish(request.form.get("reason")) or None)
    g.session.commit()
    return back(url_for("items.show", key=key))


@bp.post("/<key>/hide")
@editor_required
def hide(key: str) -> ResponseReturnValue:
    """Not an action item at all: here, or wherever that text stands."""
    item = action_items.find(g.session, key, g.person)
    everywhere = "everywhere" in request.form
    batch = action_items.hide(g.session, [item], everywhere=everywhere, by=g.person, at=g.at)
    g.session.commit()
    say(f"{item.key} is not an action item{': its text is hidden wherever it stands' if everywhere else ''}.", undo=batch)
    return back("/")


@bp.post("/<key>/join")
@editor_required
def join(key: str) -> ResponseReturnValue:
    """The same item as another one: its mentions go there."""
    item = action_items.find(g.session, key, g.person)
    wanted = (squish(request.form.get("into")) or "").upper()
    if not wanted or wanted == item.key:
        raise Invalid("Give the key of the other item, such as A47.", "into")
    into = action_items.find(g.session, wanted, g.person)
    batch = action_items.join(g.session, item, into, by=g.person, at=g.at)
    g.session.commit()
    say(f"{item.key} is the same as {into.key} from now on.", undo=batch)
    return back(url_for("items.show", key=into.key))


def _page(item: ActionItem, form: ItemForm, status: int = 200) -> ResponseReturnValue:
    mentions = g.session.execute(mentions_of(item.id, g.person)).all()
    events = g.session.execute(events_of_item(item.id, g.person).limit(100)).all()
    tickets = dict.fromkeys(url for mention in mentions for url in mention.stated.get("links", ()))
    here = url_for("items.show", key=item.key)
    evidence = evidence_pages.of_item(g.session, item, at=g.at, today=g.today)
    page = {
        "mentions": mentions,
        "events": events,
        "tickets": tickets,
        "came_from": next_path() or here,
        "evidence": evidence,
    }
    return render_template("items/show.html", item=item, form=form, **page), status, {"Content-Location": here}


def _claim(item: ActionItem, claim: Claim, reason: str | None) -> None:
    """Claim it, and say so; an item that nobody had spoken of is triaged by that, so that no day is made up for it."""
    triage = item.claim is Claim.NOT_STATED
    batch = action_items.set_claim(
        g.session, [item], claim, by=g.person, at=g.at, today=g.today, reason=reason, triage=triage
    )
    say(f"{item.key} is {claim.label}.", undo=batch)


def _values(item: ActionItem) -> dict[str, Any]:
    owners = owners_of(g.session, [item.id])[item.id]
    return {"owner": ", ".join(owners) or None, "due": item.due, "priority": item.priority}


def _asked(form: ItemForm) -> dict[str, Any]:
    """What the form was sent with, of the fields that it has."""
    return {name: form[name].data or None for name in ("owner", "due", "priority") if name in request.form}


def _told(name: str, value: str | date | None) -> str:
    if value is None:
        return {"owner": "nobody’s", "due": "no due date", "priority": "no priority"}[name]
    return f"{name} {value}"


def _and(parts: list[str]) -> str:
    return ", ".join(parts)
