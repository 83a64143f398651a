"""Action items, the first page: what is open, then what nobody has said anything about. The same as JSON, CSV, Markdown."""

from dataclasses import asdict, replace

from flask import Blueprint, abort, g, render_template, request
from flask.typing import ResponseReturnValue

from tracker.domain.claims import Claim, Role
from tracker.services import lists
from tracker.services.lists import ITEM_COLUMNS, ItemFilters
from tracker.web import access
from tracker.web.access import reader_required
from tracker.web.exports import SHAPES, as_shape
from tracker.web.filters import item_filters, page_number

bp = Blueprint("home", __name__)

PER_PAGE = 60
FEW = 8  # items that nobody has spoken of, shown below the open ones; the rest is summed up by year


@bp.get("/")
@reader_required
def index() -> ResponseReturnValue:
    filters, page = item_filters(request.args), page_number(request.args)
    shown = lists.open_items(g.session, g.person, filters, g.today, limit=PER_PAGE, offset=PER_PAGE * (page - 1))
    untold = few_not_stated(filters, page)
    counts = lists.counts(g.session, g.person, g.today)
    many = untold is not None and untold.matching > FEW
    return render_template(
        "items/index.html",
        filters=filters,
        items=shown,
        counts=counts,
        regressed=regressed(filters, page) if counts.regressed else None,
        untold=untold,
        years=lists.not_stated(g.session, g.person, untold_filters(filters), g.today) if many else (),
        page=page,
        pages=-(-shown.matching // PER_PAGE),
        edit=request.args.get("edit") if access.may(Role.EDITOR) else None,
        filtered=filters != ItemFilters(by=filters.by),
        clear="/" if filters.by == "owner" else f"/?by={filters.by}",
        heading=_heading,
    )


@bp.get("/items.<shape>")
@reader_required
def export(shape: str) -> ResponseReturnValue:
    """What the page shows under the same filters, on all its pages."""
    if shape not in SHAPES:
        abort(404)
    filters = item_filters(request.args)
    shown = lists.open_items(g.session, g.person, filters, g.today)
    untold = few_not_stated(filters, 1)
    first = regressed(filters, 1)
    rows = (first.rows if first else []) + shown.rows + (untold.rows if untold else [])
    summary = asdict(lists.counts(g.session, g.person, g.today))
    return as_shape(shape, "action-items", ITEM_COLUMNS, rows, counts=summary)


def regressed(filters: ItemFilters, page: int) -> lists.ItemList | None:
    """What is done and no longer in force heads the first page of what is open."""
    if filters.state != "open" or filters.regressed or page != 1:
        return None
    return lists.regressed(g.session, g.person, filters, g.today)


def untold_filters(filters: ItemFilters) -> ItemFilters:
    return replace(filters, state="not_stated", by="year")


def few_not_stated(filters: ItemFilters, page: int) -> lists.ItemList | None:
    """The first few that nobody has said anything about: on the first page of what is open, else not at all."""
    if filters.state != "open" or filters.regressed or page != 1:
        return None
    return lists.open_items(g.session, g.person, untold_filters(filters), g.today, limit=FEW)


def _heading(by: str, group: lists.Group) -> str:
    """What a group is called on the page."""
    if by == "incident":
        return group.rows[0].incident_title
    if by == "claim" and group.label:
        return Claim(group.label).label.capitalize()
    if group.label is None:
        return {"none": "All", "year": "No date"}.get(by, f"Without {by}")
    return group.label[:1].upper() + group.label[1:] if by == "age" else group.label
