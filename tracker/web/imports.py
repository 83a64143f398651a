"""Import in the browser: send files or text, look at what would happen and why, then take all of it or some."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import MultipleFileField, RadioField, SelectChoice, StringField, TextAreaField
from wtforms.validators import Length

from tracker.domain.claims import Visibility
from tracker.domain.errors import Invalid, NotFound, TooLarge, TrackerError
from tracker.postmortem.explain import explain
from tracker.postmortem.html import highlight
from tracker.postmortem.merge import diff
from tracker.postmortem.reader import read
from tracker.services import documents, incidents, sent, uploads
from tracker.services.found import Found
from tracker.services.imports import unplaced
from tracker.services.reading_ahead import Ahead, read_ahead
from tracker.services.sent import Sent
from tracker.store.models import Upload, UploadFile
from tracker.web.access import editor_required
from tracker.web.forms import BaseForm, say, squish
from tracker.web.ids import ID, as_id
from tracker.web.scope import settings

bp = Blueprint("imports", __name__, url_prefix="/import")

PER_PAGE = 100
WHO_MAY_SEE = [
    SelectChoice(Visibility.INTERNAL.value, "everybody who is signed in"),
    SelectChoice(Visibility.RESTRICTED.value, "only me and admins"),
    SelectChoice(Visibility.PUBLIC.value, "everybody, signed in or not"),
]
WORDS = {
    "created": ("new", "good"),
    "changed": ("changes a document", "good"),
    "merged": ("merged with edits made here", "good"),
    "renamed": ("has another name now", "good"),
    "unchanged": ("known already", ""),
    "asks": ("needs an answer", "warn"),
    "skipped": ("left out", ""),
    "refused": ("cannot be taken", "bad"),
}


class SendForm(BaseForm):
    files = MultipleFileField("Files", description="Markdown files, or a zip of them. Several at once are fine.")
    folder = MultipleFileField("Or a whole folder", description="The postmortems in it are found; other pages are left out.")
    text = TextAreaField("Or text")
    name = StringField(
        "Its file name",
        [Length(max=sent.LONGEST_NAME)],
        filters=[squish],
        description="May be empty. Text that is pasted again under the same name is a change of that document.",
    )


class AcceptForm(BaseForm):
    visibility = RadioField("New incidents are seen by", choices=WHO_MAY_SEE, default=Visibility.INTERNAL.value)


@bp.app_template_filter("import_word")
def import_word(verb: str) -> tuple[str, str]:
    """What an outcome's verb is called before it is accepted, and the tag's colour."""
    return WORDS.get(verb, (verb, ""))


@bp.get("")
@editor_required
def index() -> ResponseReturnValue:
    return render_template("imports/index.html", form=SendForm(formdata=None), limits=settings())


@bp.post("")
@editor_required
def send() -> ResponseReturnValue:
    form = SendForm()
    try:
        if not form.validate_on_submit():
            raise Invalid(form.all_errors(), "name")
        found = sent.found_in(_sent(form), max_files=settings().max_upload_files, max_bytes=settings().max_upload_bytes)
        limit = settings().max_document_bytes
        ahead = _read_ahead(found, all_pages=False)
        upload = uploads.hold(g.session, found, by=g.person, at=g.at, max_document_bytes=limit, ahead=ahead)
    except (Invalid, TooLarge) as error:
        return render_template("imports/index.html", form=form, limits=settings(), error=str(error)), error.status
    g.session.commit()
    if len(found) == 1:
        return redirect(url_for("imports.file", upload_id=upload.id, n=0), 303)
    return redirect(url_for("imports.show", upload_id=upload.id), 303)


def _sent(form: SendForm) -> list[Sent]:
    chosen = [Sent(one.filename, one.read()) for one in request.files.getlist("files") if one.filename]
    chosen += [Sent(one.filename, one.read(), chosen=False) for one in request.files.getlist("folder") if one.filename]
    if (form.text.data or "").strip():
        chosen.append(sent.pasted(form.text.data or "", form.name.data or ""))
    return chosen


@bp.get("/<upload_id>")
@editor_required
def show(upload_id: str) -> ResponseReturnValue:
    upload = uploads.find(g.session, upload_id, g.person, at=g.at)
    rows = uploads.rows(g.session, upload)
    pages = max(1, -(-len(rows) // PER_PAGE))
    page = request.args.get("page", 1, type=int)
    page = min(max(page, 1), pages)
    return render_template(
        "imports/show.html",
        upload=upload,
        rows=rows[PER_PAGE * (page - 1) : PER_PAGE * page],
        done=[row for row in rows if row.is_done],
        ready=sum(row.is_chosen for row in rows),
        counts=_counts(rows),
        page=page,
        pages=pages,
        form=AcceptForm(formdata=None),
    )


def _counts(rows: list[uploads.FileRow]) -> list[tuple[str, str, int]]:
    """How many of each outcome, of what is not imported yet, in the order in which people care."""
    left = [row.verb for row in rows if not row.is_done]
    return [(word, colour, left.count(verb)) for verb, (word, colour) in WORDS.items() if verb in left]


@bp.get(f"/<upload_id>/<{ID}:n>")
@editor_required
def file(upload_id: str, n: int) -> ResponseReturnValue:
    """One document over its source: what was understood and why, what was not, what it changes."""
    upload = uploads.find(g.session, upload_id, g.person, at=g.at)
    one = uploads.file(g.session, upload, n)
    seen = {"upload": upload, "one": one, "form": AcceptForm(formdata=None)}
    if one.bytes is None:
        return render_template("imports/file.html", **seen, row=_row(one))
    try:
        postmortem = read(one.bytes, one.name)
    except TrackerError:
        return render_template("imports/file.html", **seen, row=_row(one))
    values = explain(postmortem)
    source = highlight(one.bytes, [(value.span, value.role) for value in values])
    return render_template(
        "imports/file.html", **seen, row=_row(one), postmortem=postmortem, values=values, source=source, lines=_changes(one)
    )


def _row(one: UploadFile) -> uploads.FileRow:
    size = len(one.bytes) if one.bytes is not None else None
    return uploads.FileRow(one.n, one.name, one.problem, one.verb, one.detail, one.slug, one.items, size)


def _changes(one: UploadFile) -> list[object]:
    """What the file says otherwise than the document that it is known as."""
    if one.slug is None or one.bytes is None or one.verb not in ("changed", "merged", "asks"):
        return []
    try:
        incident = incidents.find(g.session, one.slug, g.person)
    except NotFound:
        return []
    return list(diff(documents.head_bytes(g.session, incident), one.bytes))


@bp.post("/<upload_id>/accept")
@editor_required
def accept(upload_id: str) -> ResponseReturnValue:
    """`all` takes what the plan takes; otherwise the files whose numbers are in `chosen`."""
    upload = uploads.find(g.session, upload_id, g.person, at=g.at)
    form = AcceptForm()
    if not form.validate_on_submit():
        raise Invalid("Say who may see the new incidents.", "visibility")
    chosen = None if "all" in request.form else _chosen()
    ahead = _read_ahead(uploads.waiting(g.session, upload, chosen), all_pages=True)
    count = uploads.accept(
        g.session,
        uploads.find(g.session, upload_id, g.person, at=g.at),  # again: it may have been dropped meanwhile
        chosen,
        by=g.person,
        at=g.at,
        visibility=Visibility(form.visibility.data),
        max_document_bytes=settings().max_document_bytes,
        ahead=ahead,
    )
    g.session.commit()
    taken = (
        "1 document was taken in; here is what became of it."
        if count == 1
        else (f"{count:,} documents were taken in; here is what became of them.")
    )
    say(taken)
    return redirect(url_for("imports.show", upload_id=upload_id), 303)


def _read_ahead(found: list[Found], *, all_pages: bool) -> Ahead:
    """Read while nobody has to wait: what the request wrote so far, that its person was seen, is committed first."""
    files = unplaced(g.session, found, max_document_bytes=settings().max_document_bytes)
    g.session.commit()
    return read_ahead(files, all_pages=all_pages)


def _chosen() -> list[int]:
    return [n for raw in request.form.getlist("chosen") if (n := as_id(raw)) is not None]


@bp.post("/<upload_id>/drop")
@editor_required
def drop(upload_id: str) -> ResponseReturnValue:
    upload: Upload = uploads.find(g.session, upload_id, g.person, at=g.at)
    uploads.drop(g.session, upload)
    g.session.commit()
    say("Forgotten. Nothing of it was kept, but for what had been imported.")
    return redirect(url_for("imports.index"), 303)


ROLE_WORDS = {"timezone": "time zone", "entry": "timeline", "cause": "root cause", "item": "action item"}


@bp.app_template_filter("role_word")
def role_word(role: str) -> str:
    """What a role of `explain` is called on a page."""
    return ROLE_WORDS.get(role, role.replace("_", " "))
