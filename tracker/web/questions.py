"""Everything that waits for somebody's answer."""

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.domain.errors import Invalid, TooLarge, Unreadable
from tracker.postmortem.typed import for_text_area
from tracker.services import editing, question_pages, questions
from tracker.services.question_pages import Asked
from tracker.web.access import editor_required, reader_required
from tracker.web.forms import back, say
from tracker.web.ids import ID
from tracker.web.scope import settings

bp = Blueprint("questions", __name__)

PER_PAGE = 20


@bp.get("/questions")
@reader_required
def index() -> ResponseReturnValue:
    asked = question_pages.waiting(g.session, g.person, limit=PER_PAGE)
    return render_template("questions/index.html", asked=asked[:PER_PAGE], more=len(asked) > PER_PAGE)


@bp.get(f"/questions/<{ID}:question_id>")
@reader_required
def show(question_id: int) -> ResponseReturnValue:
    return _page(question_pages.one(g.session, question_id, g.person))


@bp.post(f"/questions/<{ID}:question_id>")
@editor_required
def answer(question_id: int) -> ResponseReturnValue:
    """`answer` is one of the words that its kind takes, or "text" with the whole document in `text`."""
    asked = question_pages.one(g.session, question_id, g.person)
    said = request.form.get("answer", "")
    if asked.question.kind == "merge" and said == "text":
        typed = request.form.get("text", "")
        before = asked.together
        try:
            said = editing.typed(typed, before, max_bytes=settings().max_document_bytes).decode()
            return _answer(asked, said)
        except (Invalid, TooLarge, Unreadable) as error:
            return _page(asked, typed=typed, error=str(error), status=error.status)
    if asked.question.kind == "merge" and said not in ("ours", "theirs"):
        raise Invalid("Choose one of the two texts, or put them together.", "answer")
    return _answer(asked, said)


def _answer(asked: Asked, said: str) -> ResponseReturnValue:
    batch = questions.answer(g.session, asked.question, said, by=g.person, at=g.at)
    g.session.commit()
    say("Answered.", undo=batch)
    return back(url_for("questions.index"))


def _page(asked: Asked, typed: str | None = None, error: str = "", status: int = 200) -> ResponseReturnValue:
    text = typed if typed is not None else for_text_area(asked.together)
    return render_template("questions/show.html", one=asked, text=text, error=error), status
