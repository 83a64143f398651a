"""Incidents: the list, and the page of each one."""

from flask import Blueprint, Response, abort, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from tracker.domain.claims import Role, Status
from tracker.domain.postmortem import Postmortem
from tracker.postmortem.explain import explain
from tracker.postmortem.html import highlight
from tracker.services import action_items, incident_pages, lists
from tracker.services.incidents import find
from tracker.services.lists import INCIDENT_COLUMNS, IncidentFilters
from tracker.store.queries.events import last_batch_of_item
from tracker.web import access, timeline
from tracker.web.access import editor_required, reader_required
from tracker.web.exports import SHAPES, as_shape
from tracker.web.filters import incident_filters, page_number
from tracker.web.forms import back, say, squish

bp = Blueprint("incidents", __name__)

PER_PAGE = 150


@bp.get("/incidents")
@reader_required
def index() -> ResponseReturnValue:
    filters, page = incident_filters(request.args), page_number(request.args)
    facets = lists.incident_facets(g.session, g.person)
    shown = lists.incidents(g.session, g.person, filters, limit=PER_PAGE, offset=PER_PAGE * (page - 1))
    return render_template(
        "incidents/index.html",
        filters=filters,
        incidents=shown,
        facets=facets,
        page=page,
        pages=-(-shown.matching // PER_PAGE),
        filtered=filters != IncidentFilters(),
        Status=Status,
    )


@bp.get("/incidents.<shape>")
@reader_required
def export(shape: str) -> ResponseReturnValue:
    """What the list shows under the same filters, on all its pages."""
    if shape not in SHAPES:
        abort(404)
    rows = lists.incidents(g.session, g.person, incident_filters(request.args)).rows
    return as_shape(shape, "incidents", INCIDENT_COLUMNS, rows)


@bp.get("/incidents/<slug>")
@reader_required
def show(slug: str) -> ResponseReturnValue:
    page = incident_pages.incident_page(g.session, slug, g.person, g.today)
    entries = page.postmortem.timeline
    return render_template(
        "incidents/show.html",
        page=page,
        incident=page.facts,
        document=page.postmortem,
        rail=timeline.rail(entries, page.facts.date),
        points=_points(page.postmortem),
        durations=timeline.durations(entries),
        zones=timeline.zones(entries),
        edit=request.args.get("edit") if access.may(Role.EDITOR) else None,
    )


@bp.get("/incidents/<slug>/document.md")
@reader_required
def document(slug: str) -> ResponseReturnValue:
    """The document's exact bytes, as a file."""
    facts = incident_pages.facts_of(g.session, slug, g.person)
    answer = Response(facts.bytes, content_type="text/markdown; charset=utf-8")
    answer.headers.set("Content-Disposition", "attachment", filename=file_name(facts.name, slug))
    answer.headers["ETag"] = f'"{facts.sha}"'
    return answer


@bp.get("/incidents/<slug>/source")
@reader_required
def source(slug: str) -> ResponseReturnValue:
    """The document's Markdown with numbered lines, what was understood marked in it, and why."""
    facts = incident_pages.facts_of(g.session, slug, g.person)
    postmortem = incident_pages.understood(facts.sha, facts.bytes, facts.name)
    values = explain(postmortem)
    marked = highlight(facts.bytes, [(value.span, value.role) for value in values])
    return render_template(
        "incidents/source.html", incident=facts, document=postmortem, values=values, marked=Markup(marked)
    )


@bp.post("/incidents/<slug>/items")
@editor_required
def add_item(slug: str) -> ResponseReturnValue:
    """A new action item, written into the document in its own habit."""
    incident = find(g.session, slug, g.person)
    text = squish(request.form.get("text")) or ""
    owner = squish(request.form.get("owner")) or None
    item = action_items.add(g.session, incident, text, by=g.person, at=g.at, owner=owner)
    batch = g.session.scalar(last_batch_of_item(item.id))
    g.session.commit()
    say(f"{item.key} added, and written into the document.", undo=batch)
    return back(url_for("incidents.show", slug=slug) + f"#{item.key}")


def _points(postmortem: Postmortem) -> dict[str, list[str]]:
    """Factors and lessons by their role. What the root cause was taken from is shown as that, whole, and not once more."""
    cause = postmortem.root_cause
    shown: dict[str, list[str]] = {}
    for point in postmortem.points:
        if cause is None or not cause.span.start <= point.span.start < cause.span.end:
            shown.setdefault(point.role, []).append(point.text)
    return shown


def file_name(name: str, slug: str) -> str:
    """A name that no file system and no header trips over: the document's own where it is harmless, else the slug."""
    plain = name.rsplit("/", 1)[-1]
    stem, dot, ending = plain.rpartition(".")
    if not dot:
        stem, ending = plain, "md"
    tidy = "".join(c if c.isalnum() or c in "-_. " else "-" for c in stem).strip(" .-")[:100]
    kind = ending if ending.isalnum() and len(ending) <= 8 else "md"
    return f"{tidy or slug}.{kind}"
