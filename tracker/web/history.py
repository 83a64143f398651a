"""A document's revisions: what changed and who changed it, the exact bytes of each, and ways back."""

from pathlib import PurePosixPath

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.domain.errors import Invalid
from tracker.postmortem.merge import diff
from tracker.services import documents, editing, incidents, revision_pages
from tracker.services.revisions import revision_bytes
from tracker.web.access import editor_required, reader_required
from tracker.web.forms import say
from tracker.web.ids import ID, as_id
from tracker.web.looks import instant

bp = Blueprint("history", __name__, url_prefix="/incidents/<slug>/history")


@bp.get("")
@reader_required
def index(slug: str) -> ResponseReturnValue:
    incident = incidents.find(g.session, slug, g.person)
    rows = revision_pages.revision_rows(g.session, incident)
    title = editing.title(g.session, incident)
    return render_template("history/index.html", incident=incident, title=title, rows=rows)


@bp.get("/diff")
@reader_required
def changes(slug: str) -> ResponseReturnValue:
    """What lies between two revisions; without `old`, what `new` changed in its parent."""
    incident = incidents.find(g.session, slug, g.person)
    pair = revision_pages.pair(g.session, incident, _number("old"), _number("new"))
    lines = diff(pair.before, pair.after)
    title = editing.title(g.session, incident)
    return render_template("history/diff.html", incident=incident, title=title, old=pair.old, new=pair.new, lines=lines)


@bp.get(f"/<{ID}:revision_id>.md")
@reader_required
def download(slug: str, revision_id: int) -> ResponseReturnValue:
    """The exact bytes, as a file: whatever is in them, no browser runs it."""
    incident = incidents.find(g.session, slug, g.person)
    data = revision_bytes(g.session, revision_pages.of_incident(g.session, incident, revision_id).id)
    answer = Response(data, content_type="text/markdown; charset=utf-8")
    path = PurePosixPath(incident.name)
    name = f"{path.stem or incident.slug}-r{revision_id}{path.suffix or '.md'}"
    answer.headers.set("Content-Disposition", "attachment", filename=name if name.isascii() else f"{slug}-r{revision_id}.md")
    return answer


@bp.post(f"/<{ID}:revision_id>/undo")
@editor_required
def undo(slug: str, revision_id: int) -> ResponseReturnValue:
    """Take back what this revision changed; what was saved later stays."""
    incident = incidents.find(g.session, slug, g.person)
    saved = documents.undo_revision(
        g.session, revision_pages.of_incident(g.session, incident, revision_id), by=g.person, at=g.at
    )
    g.session.commit()
    if saved.revision is None:
        say("The document does not say what that revision brought any more: nothing was changed.")
    else:
        say("Taken back. Later changes stay.", undo=saved.batch)
    return redirect(url_for("history.index", slug=slug), 303)


@bp.post(f"/<{ID}:revision_id>/restore")
@editor_required
def restore(slug: str, revision_id: int) -> ResponseReturnValue:
    """Let the document be what this revision was, to the byte: a new revision, so that this can be taken back."""
    incident = incidents.find(g.session, slug, g.person)
    revision = revision_pages.of_incident(g.session, incident, revision_id)
    head = editing.base_of(g.session, incident)
    data = revision_bytes(g.session, revision_id)
    message = f"Restored the text of {instant(revision.at)}"
    saved = documents.save(g.session, incident, head.revision_id, data, by=g.person, at=g.at, message=message, via="undo")
    g.session.commit()
    if saved.revision is None:
        say("The document says this already.")
    else:
        say(f"{message}.", undo=saved.batch)
    return redirect(url_for("history.index", slug=slug), 303)


def _number(name: str) -> int | None:
    raw = request.args.get(name)
    if raw and as_id(raw) is None:
        raise Invalid("Choose two revisions in the list.", name)
    return as_id(raw)
