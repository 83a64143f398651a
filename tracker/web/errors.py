"""Errors become pages here, and nowhere else: what happened and what to do next, never a stack trace."""

import logging
import sqlite3
from dataclasses import dataclass

from flask import Flask, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from tracker.domain.errors import TrackerError
from tracker.web.scope import settings

log = logging.getLogger(__name__)

HEADINGS = {
    400: "That could not be understood",
    401: "Please sign in",
    403: "Not allowed",
    404: "Not found",
    405: "Not possible this way",
    409: "That is not possible now",
    413: "Too large",
    422: "That cannot be taken",
    500: "Something broke here",
    503: "Not now",
    507: "The disk is full",
}
TEXTS = {
    400: "The request was not one that this page takes. Go back, reload the page and try again.",
    404: "There is no such page, or you may not see it. Look for it in the lists or with the search.",
    405: "This address answers another kind of request. Go back and use the page’s own buttons.",
    500: "The fault is on this side, and is in the log. What you had typed was not saved: go back and try again.",
    503: "The database is busy or away. Nothing was changed. Try again in a moment.",
    507: "There is no room left on the disk (or it cannot be written), so nothing was changed. Pages can still be read.",
}


@dataclass(frozen=True)
class Answer:
    status: int
    text: str

    @property
    def heading(self) -> str:
        return HEADINGS.get(self.status, "That did not work")


def init_app(app: Flask) -> None:
    app.register_error_handler(Exception, answer)


def answer(error: Exception) -> ResponseReturnValue:
    """The one handler. A page for people; for .json and fetch the same words as JSON."""
    if isinstance(error, HTTPException) and error.code is not None and error.code < 400:
        return error  # a redirect is no error
    what = explain(error)
    if what.status == 500:
        log.error("unexpected failure at %s %s", request.method, request.path, exc_info=error)
    headers = {"Retry-After": "5"} if what.status == 503 else {}
    if isinstance(error, HTTPException) and what.status == 405:
        headers["Allow"] = ", ".join(sorted(getattr(error, "valid_methods", None) or ()))
    if request.path.startswith("/api/"):
        return problem(error, what, headers)
    if wants_json():
        return jsonify(error=what.text, field=getattr(error, "field", None)), what.status, headers
    if "asker" not in g:
        g.person = g.asker = None
    return render_template("errors/error.html", error=what), what.status, headers


def problem(error: Exception, what: Answer, headers: dict[str, str]) -> ResponseReturnValue:
    """For programs: RFC 9457, the same words."""
    if what.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    said = {"type": "about:blank", "title": what.heading, "status": what.status, "detail": what.text}
    if (field := getattr(error, "field", None)) is not None:
        said["field"] = field
    answer = jsonify(said)
    answer.content_type = "application/problem+json"
    return answer, what.status, headers


def wants_json() -> bool:
    return request.path.endswith(".json") or request.accept_mimetypes.best_match(["text/html", "application/json"]) == (
        "application/json"
    )


def explain(error: Exception) -> Answer:
    if isinstance(error, TrackerError):
        return Answer(error.status, str(error))
    if isinstance(error, CSRFError):
        return Answer(
            403, "This form is from another visit or came from elsewhere. Reload the page it is on and send it again."
        )
    if isinstance(error, OperationalError):
        return _database(error.orig)
    if isinstance(error, sqlite3.OperationalError):  # beginning a transaction goes straight to the driver
        return _database(error)
    if isinstance(error, HTTPException):
        status = error.code or 500
        if status == 413:
            limit = settings().max_upload_bytes // (1024 * 1024)
            return Answer(
                413, f"That is more than is taken at once ({limit} MB). Send it in parts, or use `tracker import`."
            )
        return Answer(status, TEXTS.get(status) or error.description or "That did not work.")
    return Answer(500, TEXTS[500])


def _database(cause: BaseException | None) -> Answer:
    """SQLite says “full”, “readonly” or an I/O error where the disk is to blame; all else is a database that is away."""
    log.error("database: %s", cause)
    words = str(cause)
    disk = isinstance(cause, sqlite3.OperationalError) and any(
        word in words for word in ("full", "readonly", "disk I/O", "unable to open")
    )
    return Answer(507, TEXTS[507]) if disk or "No space left" in words else Answer(503, TEXTS[503])
