"""Triage: items that nobody has said anything about, by year and incident, each with one key or click."""

from dataclasses import dataclass, replace
from itertools import groupby

from flask import Blueprint, g, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.domain.claims import Claim
from tracker.domain.errors import Invalid, NotFound
from tracker.services import action_items, lists
from tracker.services.lists import Group, ItemFilters
from tracker.store.models import ActionItem
from tracker.store.queries.action_items import items_by_id
from tracker.web.access import editor_required
from tracker.web.errors import wants_json
from tracker.web.filters import item_filters, page_number
from tracker.web.forms import back, say, squish

bp = Blueprint("triage", __name__, url_prefix="/triage")

PER_PAGE = 75  # rows of about a kilobyte: a page stays under 100 KB
ACTS = ("real", "done", "wont_do", "not_item", "nowhere")


@dataclass(frozen=True)
class YearOfGroups:
    """The incidents of one year that left items behind; `year` is None for those without a date."""

    year: int | None
    groups: list[Group]


@bp.get("")
@editor_required
def index() -> ResponseReturnValue:
    filters, page = item_filters(request.args, state="not_stated", by="incident"), page_number(request.args)
    items = lists.open_items(g.session, g.person, filters, g.today, limit=PER_PAGE, offset=PER_PAGE * (page - 1))
    everything = ItemFilters(state="not_stated", by="incident")
    return render_template(
        "triage/index.html",
        filters=filters,
        items=items,
        sections=_by_year(items.groups),
        years=lists.not_stated(g.session, g.person, everything, g.today),
        page=page,
        pages=-(-items.matching // PER_PAGE),
        ask=request.args.get("ask"),
    )


@bp.post("")
@editor_required
def act() -> ResponseReturnValue:
    """One act on one item (`A47`), an incident (`incident:slug`) or a year (`year:2018`, `year:none`)."""
    chosen = [(name, request.form[name]) for name in ACTS if name in request.form]
    if len(chosen) != 1:
        raise Invalid("Choose one: real, done, won’t do, or not an item.")
    name, target = chosen[0]
    reason = squish(request.form.get("reason")) or None
    if name == "wont_do" and not reason:
        raise Invalid("Say why it will not be done: whoever reads it next year will ask.", "reason")
    items = _items(target)
    batch = _do(name, items, reason)
    g.session.commit()
    text = _told(name, items)
    if wants_json():
        return jsonify(text=text, undo=batch, keys=[item.key for item in items])
    say(text, undo=batch)
    return back(url_for("triage.index"))


def _do(name: str, items: list[ActionItem], reason: str | None) -> str:
    if name in ("not_item", "nowhere"):
        return action_items.hide(g.session, items, everywhere=name == "nowhere", by=g.person, at=g.at)
    claim = {"real": Claim.OPEN, "done": Claim.DONE, "wont_do": Claim.WONT_DO}[name]
    return action_items.set_claim(g.session, items, claim, by=g.person, at=g.at, today=g.today, reason=reason, triage=True)


def _items(target: str) -> list[ActionItem]:
    """The items that a button stands for, as far as nobody has said anything about them meanwhile."""
    kind, _, value = target.partition(":")
    if not value:
        item = action_items.find(g.session, target, g.person)
        found = [item] if item.claim is Claim.NOT_STATED else []
    else:
        everything = ItemFilters(state="not_stated", by="incident")
        year = int(value) if value.isdecimal() else 0
        filters = replace(everything, incident=value) if kind == "incident" else replace(everything, year=year)
        ids = [row.id for row in lists.open_items(g.session, g.person, filters, g.today).rows]
        found = list(g.session.scalars(items_by_id(ids)))
    if not found:
        raise NotFound("Somebody has said something about these already, so nothing was changed. Reload the page.")
    return found


def _told(name: str, items: list[ActionItem]) -> str:
    who = items[0].key if len(items) == 1 else f"{len(items)} items"
    verb = "is" if len(items) == 1 else "are"
    what = {
        "real": f"{verb} real, and open now",
        "done": f"{verb} done",
        "wont_do": "will not be done",
        "not_item": f"{verb} not action item{'s' if len(items) > 1 else ''}",
        "nowhere": f"{verb} hidden, wherever the same text stands",
    }[name]
    return f"{who} {what}.".replace("is not action item.", "is not an action item.")


def _by_year(groups: list[Group]) -> list[YearOfGroups]:
    def year(group: Group) -> int | None:
        day = group.rows[0].incident_date
        return day.year if day else None

    return [YearOfGroups(key, list(part)) for key, part in groupby(groups, year)]
