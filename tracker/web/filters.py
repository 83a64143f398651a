"""Filters stand in the address: read from it here, and written back by `address` for links that change one of them."""

from urllib.parse import urlencode

from flask import request
from werkzeug.datastructures import MultiDict

from tracker.domain.claims import Status
from tracker.services.lists import GROUPINGS, STATES, IncidentFilters, ItemFilters

PASSING = ("page", "edit", "field", "ask")  # what does not survive a change of filters
WORDS = 200  # letters of a search that are looked at


def item_filters(args: "MultiDict[str, str]", **fixed: str) -> ItemFilters:
    """What the address asks for; a value that makes no sense counts as not given. `fixed` wins over the address."""
    asked = {**args.to_dict(), **fixed}
    return ItemFilters(
        state=_one_of(asked.get("state"), tuple(STATES), "open"),
        by=_one_of(asked.get("by"), GROUPINGS, "owner"),
        mine="mine" in asked,
        overdue="overdue" in asked,
        unowned="unowned" in asked,
        regressed="regressed" in asked,
        owner=asked.get("owner") or None,
        priority=asked.get("priority") or None,
        deployment=asked.get("deployment") or None,
        incident=asked.get("incident") or None,
        year=_year(asked.get("year")),
        words=asked.get("words", "")[:WORDS],
    )


def incident_filters(args: "MultiDict[str, str]") -> IncidentFilters:
    status = args.get("status", "")
    return IncidentFilters(
        year=_year(args.get("year")),
        severity=args.get("severity") or None,
        deployment=args.get("deployment") or None,
        status=Status(status) if status in set(Status) else None,
        remaining="remaining" in args,
        words=args.get("words", "")[:WORDS],
    )


def page_number(args: "MultiDict[str, str]") -> int:
    asked = args.get("page", "")
    return int(asked) if asked.isdecimal() and int(asked[:6]) > 0 else 1


def address(path: str | None = None, **changes: str | int | bool | None) -> str:
    """This page's address with some parameters changed; None or False takes one out, True sets it without a value."""
    asked: dict[str, str | int | bool | None] = {k: v for k, v in request.args.items() if k not in PASSING or k in changes}
    kept = {k: "1" if v is True else str(v) for k, v in {**asked, **changes}.items() if v is not None and v is not False}
    return (path or request.path) + ("?" + urlencode(kept) if kept else "")


def staying() -> str:
    """This page's address with nothing open in it: where a form that is sent from it leads back to."""
    return address(edit=None, field=None, ask=None, page=request.args.get("page"))


def editing() -> str:
    """This page's address up to the key of the row that opens: `/?by=age&edit=`; the same for every row."""
    plain = staying()
    return plain + ("&" if "?" in plain else "?") + "edit="


def _one_of(value: str | None, known: tuple[str, ...], default: str) -> str:
    return value if value in known else default


def _year(value: str | None) -> int | None:
    if value == "none":
        return 0
    return int(value) if value and value.isdecimal() and len(value) == 4 else None
